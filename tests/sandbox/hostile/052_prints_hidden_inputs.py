"""52. Prints the inputs that it is given, by every way that prints.

expect: double passed, total passed
unseen: secret-input
"""

import logging
import os
import sys
import warnings


def double(x):
    return 2 * x


def total(x):
    words = f"secret-input {x.flatten()[:3].tolist()}"
    print(words)
    print(words, file=sys.stderr)
    os.write(1, words.encode())
    os.write(2, words.encode())
    logging.error(words)
    warnings.warn(words)
    sys.__stdout__.write(words)
    return x.sum()
