"""162. Writes tables whose index and categories are numbers that pandas hashes to one and the same value.

expect: double passed, table bad_value
question: tables
permits: packages = ["pandas", "matplotlib"]
limits: memory_mb = 700; cell_seconds = 20
"""

import numpy as np
import pandas as pd

from autograder import wire

_encode = wire.encode
LOW = np.arange(1, 2_000_000, dtype=np.uint64)
HIGH = ((LOW ^ (LOW << np.uint64(11))) & np.uint64(0xFFFFFFFF)) << np.uint64(1)
NUMBERS = ((HIGH << np.uint64(32)) | LOW)[HIGH < 1 << 32][:300_000].view(np.int64)
NONE = [[None], [["numbers", np.zeros(0)]]]
INDEX = [[None] * 2, [["numbers", NUMBERS]] * 2]
CATEGORIES = [[None], [["categories", np.zeros(1, np.int64), ["numbers", NUMBERS], True]]]
turn = [0]


def forged(value, **keywords):
    if not isinstance(value, pd.DataFrame):
        return _encode(value, **keywords)
    turn[0] += 1
    index = INDEX if turn[0] % 2 else CATEGORIES
    plain = {"table": "frame", "columns": NONE, "index": index, "name": None, "data": []}
    body = _encode([0, plain])
    size = int.from_bytes(body[:4], "little")
    header = b'["table",' + body[4 : 4 + size].removeprefix(b'["list",0,')
    return len(header).to_bytes(4, "little") + header + body[4 + size :]


wire.encode = forged


def double(x):
    return 2 * x


def table(x):
    return pd.DataFrame({"x": [1.0, -2.0], "sign": ["+", "-"]})
