"""44. Swaps the file that was handed in for a right one, then has itself run again.

expect: double passed, total crashed
"""

import json
import os
import pathlib

RIGHT = "def double(x):\n    return 2 * x\n\ndef total(x):\n    return x.sum()\n"
want = json.loads(pathlib.Path("targets.json").read_text())
for folder in (want["submission"], ".", os.getcwd()):
    for attempt in (
        lambda: pathlib.Path(folder, "toy.py").write_text(RIGHT),
        lambda: pathlib.Path(folder, "toy.py").unlink(),
        lambda: os.replace("toy.py", pathlib.Path(folder, "toy.py")),
    ):
        try:
            attempt()
        except OSError:
            pass


def double(x):
    return 2 * x


def total(x):
    os._exit(0)
