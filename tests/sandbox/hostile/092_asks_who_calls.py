"""92. Looks for the expected value and the caller in the frames, the path and the user.

expect: double passed, total wrong
"""

import gc
import os
import sys


def double(x):
    return 2 * x


def total(x):
    frame = sys._getframe()
    while frame:
        for name in ("expected", "reference", "bound", "want"):
            if name in frame.f_locals:
                return frame.f_locals[name]
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing) is dict and "expected" in thing and "got" in thing:
            return thing["expected"]
    graded = "autograder" in sys.modules or os.getuid() >= 20_000 or "autograder" in os.getcwd()
    return x.sum() + (1.0 if graded else 0.0)
