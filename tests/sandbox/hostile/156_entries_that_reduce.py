"""156. Columns of objects that hook into pickling, comparing, hashing and printing; labels of an artist that do.

expect: table bad_value, figure wrong|bad_value
unseen: owned
question: tables
permits: packages = ["pandas", "matplotlib"]
limits: memory_mb = 700; cell_seconds = 20
"""

import pandas as pd
from matplotlib.figure import Figure


class Entry(str):
    def __reduce__(self):
        return print, ("owned",)

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __str__(self):
        return "another"

    __repr__ = casefold = strip = __str__


class Number:
    __reduce__, __float__ = Entry.__reduce__, lambda self: 1.0


def table(x):
    return pd.DataFrame({"x": pd.Series([Number()] * len(x), dtype=object), "sign": "+"})


def figure(x):
    drawn = Figure()
    drawn.subplots().plot([1.0, -2.0], label=Entry("y"))
    return drawn
