"""29. Raises its own limits.

expect: double passed, total out_of_memory
prints: raised []
"""

import resource

import numpy as np

raised = []
for which in range(16):
    try:
        soft, hard = resource.getrlimit(which)
    except ValueError:
        continue
    for more in (resource.RLIM_INFINITY, hard * 2 + 1):
        if hard != resource.RLIM_INFINITY:
            try:
                resource.setrlimit(which, (more, more))
                raised.append(which)
            except (OSError, ValueError):
                pass
print("raised", raised)


def double(x):
    return 2 * x


def total(x):
    return np.ones(1 << 30).sum()
