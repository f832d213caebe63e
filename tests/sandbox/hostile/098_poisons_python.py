"""98. Writes into Python's own folders, for the next submission or the grader to import.

expect: double passed, total passed
prints: written []
"""

import os
import pathlib
import sys
import sysconfig

import numpy
import torch

import autograder

written = []
places = {*sysconfig.get_paths().values(), sys.prefix, *sys.path}
places |= {os.path.dirname(module.__file__) for module in (numpy, torch, autograder, os)}
for place in places - {os.getcwd(), ""}:
    for name in ("poison.pth", "sitecustomize.py", "__pycache__/os.cpython-311.pyc", "__init__.py"):
        path = pathlib.Path(place, name)
        existed = path.exists()
        try:
            with open(path, "ab"):
                written.append(str(path))
            if not existed:
                path.unlink()
        except OSError:
            pass
print("written", written)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
