"""15. Fills its memory bit by bit, in a cell and in a call.

expect: double passed, total out_of_memory
notice: cell 2
"""


# %%
def double(x):
    return 2 * x


# %%
much = []
while True:
    much.append(bytes(range(256)) * 4096)


# %%
def total(x):
    much = []
    while True:
        much.append(bytes(range(256)) * 4096)
