"""82. Plots, where matplotlib is installed: without a screen, a message or a warning.

limits: cell_seconds = 60; total_seconds = 300
expect: double passed, total passed
prints: shown by Agg
"""


# %%
def double(x):
    return 2 * x


def total(x):
    return x.sum()


# %%
import importlib.util
import os

if importlib.util.find_spec("matplotlib"):
    import warnings

    warnings.simplefilter("error")
    import matplotlib
    from matplotlib import pyplot

    pyplot.plot([1, 2, 3])
    pyplot.title("αβγ $x^2$")
    pyplot.savefig("plot.png")
    pyplot.show()
    print("shown by", matplotlib.get_backend().title())
else:
    print("shown by", os.environ["MPLBACKEND"])
