"""112. Keeps the inputs of hidden cases and tells them in a public case, whose explanation is shown.

expect: double passed, total raised|passed
unshown: secret-input
"""

heard = []


def double(x):
    if x.numel() > 3:
        heard.append(x)
    return 2 * x


def total(x):
    if x.numel() > 3:
        heard.append(x)
        return x.sum()
    if heard:
        raise ValueError(f"secret-input {heard[0].tolist()}")
    raise ValueError("nothing heard yet")
