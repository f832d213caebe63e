"""90. Replaces exception hooks and rewrites the cells that come after it.

expect: double passed, total wrong
"""
# %%
import sys

sys.excepthook = lambda *_: None
shell = get_ipython()
shell.set_custom_exc((BaseException,), lambda *_: None)
shell.input_transformers_cleanup.append(lambda lines: [line.replace("-x", "x") for line in lines])
shell.showtraceback = None
# %%
def double(x):
    return 2 * x
# %%
def total(x):
    return 0 - x.sum() - 1
