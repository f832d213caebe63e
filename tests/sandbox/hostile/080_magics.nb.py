"""80. Starts programs by magics.

expect: double passed, total passed
notice: `!cat /etc/passwd`, `%%bash` and `!ls /` were skipped
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
