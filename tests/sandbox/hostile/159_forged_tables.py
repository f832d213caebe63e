"""159. Writes the bytes of tables and figures itself: lengths that lie, categories that are not there, tables in tables.

expect: table bad_value|wrong, figure bad_value|wrong
question: tables
permits: packages = ["pandas", "matplotlib"]
limits: memory_mb = 700; cell_seconds = 20
"""

import numpy as np
import pandas as pd

from autograder import wire

_encode = wire.encode
LIES = [
    {"table": "frame", "columns": None, "index": None, "name": None, "data": None},
    ["numbers", np.zeros((2, 2))],
    ["categories", np.array([10**9, -(10**9)]), ["numbers", np.zeros(2)], True],
    ["times", "O", np.arange(2)],
    ["nullable", "Int8", np.arange(2), np.zeros(7, bool)],
    ["objects", [[[[]]], {}]],
]
turn = [0]


def forged(value, **keywords):
    if not isinstance(value, pd.DataFrame):
        return _encode(value, **keywords)
    turn[0] += 1
    column = LIES[turn[0] % len(LIES)]
    axis = [[None], [["numbers", np.arange(2)]]]
    plain = {
        "table": "frame",
        "columns": axis,
        "index": axis,
        "name": None,
        "data": [column, column],
    }
    body = _encode([0, plain if isinstance(column, list) else column])
    size = int.from_bytes(body[:4], "little")
    header = b'["table",' + body[4 : 4 + size].removeprefix(b'["list",0,')
    return len(header).to_bytes(4, "little") + header + body[4 + size :]


wire.encode = forged


def table(x):
    return pd.DataFrame({"x": [1.0, -2.0], "sign": ["+", "-"]})


def figure(x):
    curve = {"label": "x", "x": [0] * 2, "y": np.zeros((1000, 1000))}
    axes = {name: "" for name in ("title", "xlabel", "ylabel", "xscale", "yscale")}
    axes |= {
        "xlim": [0, 1],
        "ylim": [0, 1],
        "lines": [curve],
        "points": [],
        "bars": [],
        "images": [],
    }
    return {"figure": "", "axes": [{**axes, "legend": []}]}
