"""74. Returns dicts whose keys all have one hash.

expect: double bad_value|wrong|raised, total bad_value
"""


def double(x):
    return {place * (2**61 - 1): 2 * x for place in range(200)}


def total(x):
    return {place * (2**61 - 1): 0.0 for place in range(3_000)}
