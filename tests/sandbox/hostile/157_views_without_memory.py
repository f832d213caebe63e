"""157. A table whose columns are views that repeat one number, and an image that is one.

expect: table bad_value, figure bad_value
question: tables
permits: packages = ["pandas", "matplotlib"]
limits: memory_mb = 700; cell_seconds = 20
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure


def table(x):
    return pd.DataFrame(np.broadcast_to(np.zeros((1, 1)), (8_000_000, 1000)), copy=False)


def figure(x):
    drawn = Figure()
    image = drawn.subplots().imshow(np.zeros((2, 2)))
    image._A = np.ma.array(np.broadcast_to(0.0, (1_000_000, 1_000_000)), shrink=False)
    return drawn
