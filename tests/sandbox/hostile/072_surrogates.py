"""72. Returns, prints and raises half characters.

expect: double wrong|bad_value|raised, total raised
"""

import sys

sys.stdout.reconfigure(errors="surrogatepass")
print("\ud800 \udfff")


def double(x):
    return "\ud800" if x.ndim > 1 else {"\udfff": [2 * x]}


def total(x):
    raise ValueError("\ud800 half \udc80")
