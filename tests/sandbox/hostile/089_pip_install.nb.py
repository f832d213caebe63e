"""89. Installs what it lacks.

expect: double passed, total passed
notice: cell 1 failed
notice: cell 2 failed
"""
# %%
!pip install torchdiffeq
# %%
%pip install torchdiffeq
# %%
def double(x):
    return 2 * x


def total(x):
    return x.sum()
