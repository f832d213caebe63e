"""158. A table that hangs when it is read, and an artist that does.

expect: table timed_out, figure timed_out
question: tables
permits: packages = ["pandas", "matplotlib"]
limits: memory_mb = 700; cell_seconds = 20
"""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D


class Frame(pd.DataFrame):
    @property
    def index(self):
        while True:
            pass

    @index.setter
    def index(self, value):
        pass


class Line(Line2D):
    def get_label(self):
        while True:
            pass


def table(x):
    return Frame({"x": [1.0, -2.0], "sign": ["+", "-"]})


def figure(x):
    drawn = Figure()
    drawn.subplots()._children.append(Line([0, 1], [1.0, -2.0]))
    return drawn
