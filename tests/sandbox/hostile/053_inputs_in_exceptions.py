"""53. Puts hidden inputs into the text and the class of an exception.

The text of an exception is in the explanation that staff read, never in what a student is shown.

expect: double raised|passed, total raised
hidden: double raised, total raised
unshown: secret-input
unshown: secret_class
"""


def double(x):
    if x.numel() < 4:
        return 2 * x
    raise ValueError(f"secret-input {x.tolist()}")


def total(x):
    if x.numel() < 4:
        raise ValueError
    raise type(f"secret_class_{int(1e6 * abs(x.flatten()[0]))}", (Exception,), {})("secret-input")
