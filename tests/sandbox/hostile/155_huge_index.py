"""155. A table with a million million rows and no columns, and a figure with five million points.

expect: table bad_value, figure bad_value|out_of_memory|timed_out
question: tables
permits: packages = ["pandas", "matplotlib"]
limits: memory_mb = 700; cell_seconds = 20
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure


def table(x):
    return pd.DataFrame(index=pd.RangeIndex(10**12))


def figure(x):
    drawn = Figure()
    axes = drawn.subplots()
    for _ in range(5):
        axes.plot(np.zeros(1_000_000))
    return drawn
