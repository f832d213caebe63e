"""154. Columns of an array class of its own that calls itself float64, and an artist that calls itself a line.

expect: table bad_value, figure wrong
question: tables
permits: packages = ["pandas", "matplotlib"]
limits: memory_mb = 700; cell_seconds = 20
"""

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from pandas.api.extensions import ExtensionArray, ExtensionDtype


class Dtype(ExtensionDtype):
    name, type, kind, na_value = "float64", float, "f", np.nan

    @classmethod
    def construct_array_type(cls):
        return Array

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("float64")


class Array(ExtensionArray):
    def __init__(self, size):
        self.size_of_it = size

    dtype = property(lambda self: Dtype())
    nbytes = property(lambda self: 0)
    ndim = 1
    shape = property(lambda self: (self.size_of_it,))

    def __len__(self):
        return self.size_of_it

    def __getitem__(self, key):
        return 1.0 if isinstance(key, int) else self

    def isna(self):
        return np.zeros(self.size_of_it, bool)

    def copy(self):
        return self

    def view(self, dtype=None):
        return self


class Line(Artist):
    __module__, __qualname__, __name__ = "matplotlib.lines", "Line2D", "Line2D"

    def get_xdata(self, orig=True):
        return [0.0, 1.0]

    def get_ydata(self, orig=True):
        return [1.0, -2.0]


def table(x):
    return pd.DataFrame({"x": Array(len(x)), "sign": ["+"] * len(x)})


def figure(x):
    drawn = Figure()
    line = Line()
    line.set_label("x")
    drawn.subplots().add_artist(line)
    return drawn
