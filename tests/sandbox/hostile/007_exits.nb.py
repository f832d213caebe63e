"""7. Ends its process, in a cell and in a call.

expect: double passed, total crashed
notice: cell 2 was skipped: it ended the process it ran in
"""


# %%
def double(x):
    return 2 * x


# %%
import os

os._exit(0)
# %%
import os


def total(x):
    os._exit(0)
