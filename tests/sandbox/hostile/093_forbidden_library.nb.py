"""93. Calls what the question says not to: by aliases, in helpers, by getattr; a person decides.

question: forbidden = ["torch.add", "torch.nn.functional.kl_div", ".sum"]
expect: double passed, total passed
staff: cell 1, line 7: `double` uses torch.add, which question 1 asks not to use.
staff: cell 2, line 6: `total` uses .sum, which question 1 asks not to use.
staff: cell 1, line 12: `double` uses torch.nn.functional.kl_div
unshown: asks not to use
"""

# %%
import torch as t
import torch.nn.functional as F


def double(x):
    helper = hidden_away
    plus = t.add
    return helper(x, plus)


def hidden_away(x, plus):
    getattr(F, "kl_div")
    return plus(x, x)


# %%
def helper(x):
    return x


def total(x):
    return helper(x).sum()
