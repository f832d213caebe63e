"""153. Returns wrong tables and figures of subclasses that lie about their columns, dtypes, size and equality.

expect: table wrong, figure wrong
question: tables
permits: packages = ["pandas", "matplotlib"]
limits: memory_mb = 700; cell_seconds = 20
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D


class Frame(pd.DataFrame):
    columns = property(lambda self: pd.Index(["x", "sign"]), lambda self, value: None)
    dtypes = property(lambda self: pd.Series([np.dtype("float64"), np.dtype("O")], ["x", "sign"]))
    shape = property(lambda self: (2, 2))

    def __eq__(self, other):
        return True

    def equals(self, other):
        return True

    def __len__(self):
        return 2

    def _constructor(self, *arguments, **keywords):
        return self


class Line(Line2D):
    def get_ydata(self, orig=True):
        return [1.0, -2.0]

    get_xdata = get_data = get_ydata


def table(x):
    return Frame({"x": [7.0] * len(x), "sign": ["?"] * len(x)})


def figure(x):
    drawn = Figure()
    drawn.subplots().add_line(Line(range(len(x)), [7.0] * len(x), label="x"))
    return drawn
