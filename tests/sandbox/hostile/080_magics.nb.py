"""80. Starts programs by magics.

expect: double passed, total passed
notice: cell 1 failed
notice: cell 2 failed
notice: cell 3 failed
"""
# %%
!cat /etc/passwd
# %%
%%bash
id
# %%
files = !ls /
# %%
%cd /
%pwd
# %%
def double(x):
    return 2 * x


def total(x):
    return x.sum()
