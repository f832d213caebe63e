"""167. Returns what a figure crosses as, with thousands of lines of long names, and one of a thousand.

expect: double passed, figure bad_value|wrong, table bad_value|wrong
question: tables
permits: packages = ["pandas", "matplotlib"]
limits: memory_mb = 700; cell_seconds = 20
"""
import numpy as np

TEXTS = dict.fromkeys(("title", "xlabel", "ylabel", "xscale", "yscale"), "x")
turn = [0]


def double(x):
    return 2 * x


def figure(x):
    turn[0] += 1
    numbers = np.zeros(2)
    lines = [
        {"label": f"{place} {'x' * 800}", "x": numbers, "y": numbers}
        for place in range(9_000 if turn[0] % 2 else 1_000)
    ]
    axes = {
        **TEXTS,
        **{"xlim": [0.0, 1.0], "ylim": [0.0, 1.0], "legend": []},
        **{"lines": lines, "points": [], "bars": [], "images": []},
    }
    return {"figure": "", "axes": [axes]}


table = figure
