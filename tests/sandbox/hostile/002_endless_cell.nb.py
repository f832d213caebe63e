"""2. Never ends in a cell; the cells before and after it count.

expect: double passed, total passed
notice: cell 2 was skipped: it did not end within
"""


# %%
def double(x):
    return 2 * x


# %%
while True:
    pass


# %%
def total(x):
    return x.sum()
