"""36. Patches Otter and every class of the harness that it can find.

expect: double passed, total wrong
"""

import sys


def double(x):
    return 2 * x


def total(x):
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("otter", "autograder"):
            for key, value in list(vars(module).items()):
                if isinstance(value, type):
                    for method in [m for m in vars(value) if m in ("run", "__call__", "call_func")]:
                        try:
                            setattr(value, method, lambda *a, **k: None)
                        except (TypeError, AttributeError):
                            pass
    try:
        import autograder.testing

        autograder.testing.assert_close = lambda *a, **k: None
    except (ImportError, OSError):
        pass
    return -x.sum()
