"""49. Looks for the reference and the assignments among the installed packages.

expect: double passed, total passed
learns: nothing
"""

import pkgutil
import sys

print(
    sorted(m.name for m in pkgutil.iter_modules() if m.name in ("reference", "assignments", "toy"))
)
for name in ("reference", "reference.toy", "assignments", "toy.hidden_cases"):
    try:
        print(vars(__import__(name)))
    except (ImportError, OSError):
        pass


def double(x):
    return 2 * x


def total(x):
    return x.sum()
