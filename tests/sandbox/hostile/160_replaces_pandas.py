"""160. Puts classes of its own in the place of pandas' and matplotlib's, whose objects are everything.

expect: table bad_value|raised|wrong, figure bad_value|raised|wrong
question: tables
permits: packages = ["pandas", "matplotlib"]
limits: memory_mb = 700; cell_seconds = 20
"""

import matplotlib.figure
import pandas


class Everything:
    def __getattr__(self, name):
        return self

    def __call__(self, *arguments, **keywords):
        return self

    def __len__(self):
        return 2

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return iter([self])


pandas.DataFrame = pandas.Series = matplotlib.figure.FigureBase = Everything


def table(x):
    return Everything()


figure = table
