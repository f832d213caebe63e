"""What to return instead of a value that the grader cannot read, by what the value is called."""

from __future__ import annotations

import re
from typing import Final

RETURN_PLAIN_DATA: Final = "return numbers, strings, arrays, tensors, or lists and dicts of these"

_LIST: Final = "convert it with `list(...)`"
_ARRAY: Final = "return an array of its numbers, for example with `np.asarray(...)`"
_NUMBER: Final = "convert it with `float(...)`"
_RETURN: Final = "write `return` in place of `yield`"
_CALL: Final = "are the parentheses of a call missing?"

_BY_TYPE: Final = {
    **dict.fromkeys(("DataFrame", "Series", "Index"), "convert it with `.to_numpy()`"),
    **dict.fromkeys(("map", "filter", "zip", "enumerate", "range"), _LIST),
    **dict.fromkeys(("dict_keys", "dict_values", "dict_items", "deque", "islice"), _LIST),
    **dict.fromkeys(("list_iterator", "tuple_iterator", "reversed", "chain", "product"), _LIST),
    **dict.fromkeys(("set", "frozenset"), "return a list, for example `sorted(...)`"),
    **dict.fromkeys(("bytes", "bytearray"), "return a string: convert it with `.decode()`"),
    **dict.fromkeys(("Fraction", "Decimal"), _NUMBER),
    **dict.fromkeys(("Float", "Rational", "Integer", "Mul", "Add", "Pow"), _NUMBER),
    **dict.fromkeys(("array", "memoryview", "matrix", "ArrayImpl", "EagerTensor"), _ARRAY),
    **dict.fromkeys(("csr_matrix", "csc_matrix", "coo_matrix"), "convert it with `.toarray()`"),
    **dict.fromkeys(("csr_array", "csc_array", "coo_array"), "convert it with `.toarray()`"),
    **dict.fromkeys(("function", "builtin_function_or_method", "method", "type"), _CALL),
    "generator": f"{_RETURN}, or {_LIST}",
    "_GeneratorContextManager": f"{_RETURN}, and remove the decorator",
    "async_generator": f"{_RETURN}, and `def` in place of `async def`",
    "coroutine": "define the function with `def`, not with `async def`",
    "ellipsis": "is `...` still to be filled in?",
}
_BY_WORDS: Final = (
    (r"\blarger than \d+ MB", "is its shape right?"),
    (r"\btensor of layout", "convert it with `.to_dense()`"),
    (r"\bnested\b(?! deeper)", "return a list of its tensors, `.unbind()`"),
    (r"\bon the device\b", "convert it with `.cpu()`"),
    (r"\bmasked array", "convert it with `.filled(...)`"),
    (r"\btensor of dtype torch\.q|\btensor of dtype q", "convert it with `.dequantize()`"),
    (r"\btensor of dtype", "return it in float32 or float64"),
    (r"\bdtype object", "return an array of numbers: are its rows of unequal lengths?"),
    (
        r"\bdtype (str|bytes)",
        "return numbers, or convert it with `.tolist()` where strings are expected",
    ),
    (r"\bdtype (longdouble|float96|float128|clongdouble|complex\d{3})", "return it in float64"),
    (r"\bunequal shapes", "make all of them equally long"),
    (r"\btable with an? (entry|column) ", "keep numbers, text, categories and dates in it"),
    (r"\btable whose index is ", "call `reset_index` first"),
)
_FUNCTION: Final = re.compile(r"`\w+`")
_TYPE: Final = re.compile(r"a value of type `?([^`]*?)`?(?=$|[.;,])")


def returned(what: str) -> str:
    """The name of a value and what comes before what it is: a function in backticks returned it."""
    return f"{what} returned" if _FUNCTION.fullmatch(what) else f"{what}: yours is"


def none(what: str) -> str:
    """That a value is None, where something else is expected: a sentence.

    Args:
        what: the name of the value, with a capital where it begins with a word.
    """
    if what.endswith(("]", "]`")):
        return f"{returned(what)} None."
    if _FUNCTION.fullmatch(what):
        return f"{what} returned None: is a `return` missing?"
    return f"{what}: None was returned. Is a `return` missing?"


def named(text: str) -> str:
    """What a value is, in fewer words: ``"a value of type set"`` becomes ``"a `set`"``."""
    text = re.sub(r"\btensor of layout (torch\.)?sparse\w*", "sparse tensor", text)
    return _TYPE.sub(lambda match: _with_article(match[1]), text)


def remedy(text: str) -> str:
    """What to return instead of a value.

    Args:
        text: what the value is, as `WireError` and `UnreadableValue` say it, such as
            ``"a value of type DataFrame"``.

    Returns:
        A clause, such as ``"convert it with `.to_numpy()`"``.
    """
    if (match := _TYPE.search(text)) and (found := _BY_TYPE.get(match[1])):
        return found
    return next(
        (advice for words, advice in _BY_WORDS if re.search(words, text)), RETURN_PLAIN_DATA
    )


def advice(text: str) -> str:
    """A full stop and the remedy as a sentence; nothing where there is only the general one."""
    words = remedy(text)
    if words == RETURN_PLAIN_DATA:
        return ""
    return f". {words[0].upper()}{words[1:]}" + ("" if words.endswith("?") else ".")


def _with_article(name: str) -> str:
    if name == "str":
        return "a string"
    if not name.isidentifier():
        return f"a value of type `{name}`"
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} `{name}`"
