"""10. Asks for input.

expect: double passed, total passed
notice: cell 1 failed: EOFError
"""

# %%
name = input("Who are you? ")


# %%
def double(x):
    return 2 * x


def total(x):
    return x.sum()
