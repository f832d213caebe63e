"""89. Installs what it lacks.

expect: double passed, total passed
notice: `!pip install torchdiffeq` and `%pip install torchdiffeq` were skipped
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
