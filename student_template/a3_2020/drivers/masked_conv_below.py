"""A helper that the cases run together with your function: it turns a list of labels into a grid."""


def _label(value):
    """A pixel's number as text, where it is a number, a tensor of one number, or text."""
    if hasattr(value, "item"):
        value = value.tolist()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def grid(field):
    """A receptive field as a grid of 0 and 1, where the answer is a list of labels such as 32 or "32".

    Any other answer is handed on as it is.
    """
    answer = field()
    if hasattr(answer, "tolist"):
        answer = answer.tolist()
    if not isinstance(answer, (list, tuple, set, frozenset)):
        return answer
    labels = {_label(value) for value in answer}
    size = range(1, 6)
    if not labels <= {f"{row}{column}" for row in size for column in size}:
        return answer
    return [[int(f"{row}{column}" in labels) for column in size] for row in size]
