"""104. Fills its folder with links to what is not its own, for whoever cleans up or counts.

expect: double passed, total passed
"""

import json
import os
import pathlib

want = json.loads(pathlib.Path("targets.json").read_text())
os.mkdir("links")
for name in ("root", "reference", "hidden", "results", "others"):
    os.symlink(want[name], f"links/{name}")
os.symlink("/", "links/everything")
os.symlink("links", "links/again")
os.symlink(".", "here")
try:
    os.mkfifo("pipe")
except OSError:
    pass
os.rename("toy.py", "moved") if os.path.exists("toy.py") else None


def double(x):
    return 2 * x


def total(x):
    return x.sum()
