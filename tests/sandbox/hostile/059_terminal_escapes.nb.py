"""59. Prints what terminals and editors obey, and raises it.

expect: double passed, total raised
prints: plain text
notice: cell 2 failed
"""


# %%
def double(x):
    return 2 * x


# %%
print("plain text \x1b[2J\x1b]0;title\x07 \x00 \x08 \x9b1m \u202e turned \x1bP payload \x1b\\")
raise ValueError("\x1b[31m red \x00 \x07 \r overwritten \u2066")


# %%
def total(x):
    raise ValueError("\x1b[31m red \x00 \x07 \r overwritten \ud800")
