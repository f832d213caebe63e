"""8. Leaves, in cells and in a call.

expect: double passed, total raised
notice: cell 2 failed: SystemExit
notice: cell 3 failed: SystemExit
"""


# %%
def double(x):
    return 2 * x


# %%
import sys

sys.exit(0)
# %%
quit()


# %%
def total(x):
    raise SystemExit
