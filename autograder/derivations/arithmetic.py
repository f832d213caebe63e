"""The language's own operations on values, each with the shapes that it accepts.

`*` between matrices and `/` by a matrix are a matter of typing (`UnreadableLine`); every other pair of
shapes that does not fit is a mistake (`Unformed`). No result has more than `MAX_ENTRIES` entries, and
none is computed before that is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import torch

from autograder.derivations.errors import Unformed, UnreadableLine
from autograder.derivations.space import Value, is_scalar, shape_of
from autograder.model.wording import plural

MAX_ENTRIES: Final = 20_000
_MAX_POWER = 4

Binary = Callable[[Value, Value, bool], Value]


def named(value: Value) -> str:
    """The kind and size of a value, in words."""
    rows, columns = shape_of(value)
    if (rows, columns) == (1, 1):
        return "a number"
    return f"a column of {rows}" if columns == 1 else f"a ({rows}, {columns}) matrix"


def add(left: Value, right: Value, _entrywise: bool) -> Value:
    """The sum."""
    _alike("added to", left, right)
    return left + right


def subtract(left: Value, right: Value, _entrywise: bool) -> Value:
    """The difference."""
    _alike("combined by - with", left, right)
    return left - right


def times(left: Value, right: Value, entrywise: bool) -> Value:
    """The product with a number; where `entrywise`, the entrywise product too."""
    if is_scalar(left) or is_scalar(right) or (entrywise and shape_of(left) == shape_of(right)):
        return left * right
    instead = " (* is entrywise between equal shapes)" if entrywise else ""
    raise UnreadableLine(
        f"* stands between {named(left)} and {named(right)}; write @ for a product of matrices{instead}"
    )


def over(left: Value, right: Value, entrywise: bool) -> Value:
    """The quotient by a number; where `entrywise`, by an equal shape, and that of a number by a column."""
    by_column = is_scalar(left) and shape_of(right)[1] == 1
    if is_scalar(right) or (entrywise and (by_column or shape_of(left) == shape_of(right))):
        return left / right
    raise UnreadableLine(f"/ divides by {named(right)}; write inv(A) @ for the inverse of a matrix")


def matmul(left: Value, right: Value, _entrywise: bool) -> Value:
    """The product of matrices."""
    (rows, inner), (other, columns) = shape_of(left), shape_of(right)
    if inner != other:
        hint = ""
        if is_scalar(left) or is_scalar(right):
            hint = "; a product with a number is written *"
        elif shape_of(left) == shape_of(right) and columns == 1:
            hint = "; one of the columns must be transposed"
        elif other == 1 and inner == columns:
            hint = "; a column fits here and a row does not: v @ v.T is a matrix, v.T @ v a number"
        elif inner == columns:
            hint = "; the transpose of the right factor would fit"
        elif rows == other:
            hint = "; the transpose of the left factor would fit"
        raise Unformed(
            f"({rows}, {inner}) @ ({other}, {columns}) cannot be formed: the left factor has {inner} "
            f"{plural(inner, 'column')} and the right one {other} {plural(other, 'row')}{hint}"
        )
    _check_size(left, right, rows * columns)
    return left @ right


def power(left: Value, right: Value, entrywise: bool) -> Value:
    """A power of a number; a small whole power of a square matrix; where `entrywise`, of a column."""
    if not is_scalar(right):
        raise Unformed(f"{named(right)} cannot be an exponent")
    if is_scalar(left) or (entrywise and shape_of(left)[1] == 1):
        raised: Value = left**right
        return raised
    _square("a power", left)
    exponent = float(right.flatten()[0])
    if right.numel() != 1 or not exponent.is_integer() or abs(exponent) > _MAX_POWER:
        raise Unformed(
            f"a matrix can be raised to whole powers from -{_MAX_POWER} to {_MAX_POWER} only"
        )
    found: Value = torch.linalg.matrix_power(
        inv(left) if exponent < 0 else left, abs(int(exponent))
    )
    return found


def transpose(value: Value) -> Value:
    """The transpose."""
    return value.transpose(-1, -2)


def inv(value: Value) -> Value:
    """The inverse of a square matrix; NaN where there is none."""
    _square("inv", value)
    inverse, info = torch.linalg.inv_ex(value)
    return torch.where(info[..., None, None] == 0, inverse, math.nan)


def det(value: Value) -> Value:
    """The determinant."""
    _square("det", value)
    found: Value = torch.linalg.det(value)
    return found[..., None, None]


def tr(value: Value) -> Value:
    """The trace."""
    _square("tr", value)
    return value.diagonal(dim1=-2, dim2=-1).sum(-1)[..., None, None]


def diag(value: Value) -> Value:
    """The diagonal matrix of a column; the diagonal of a square matrix, as a matrix."""
    rows, columns = shape_of(value)
    if columns == 1 and rows > 1:
        _check_size(value, value, rows * rows)
        return torch.diag_embed(value[..., 0])
    _square("diag", value)
    return torch.diag_embed(value.diagonal(dim1=-2, dim2=-1))


def norm2(value: Value) -> Value:
    """The sum of the squared entries."""
    return (value * value).sum((-1, -2), keepdim=True)


def kron(left: Value, right: Value) -> Value:
    """The Kronecker product."""
    (a, b), (c, d) = shape_of(left), shape_of(right)
    _check_size(left, right, a * b * c * d)
    product = torch.einsum("...ij,...kl->...ikjl", left, right)
    return product.reshape(*product.shape[:-4], a * c, b * d)


def vec(value: Value) -> Value:
    """The columns of a matrix, stacked."""
    turned = value.transpose(-1, -2)
    return turned.reshape(*turned.shape[:-2], -1, 1)


MATRICES: Final[dict[str, Callable[..., Value]]] = {
    "inv": inv,
    "det": det,
    "tr": tr,
    "diag": diag,
    "norm2": norm2,
    "kron": kron,
    "vec": vec,
}

NUMBERS: Final[dict[str, Callable[[Value], Value]]] = {
    "log": torch.log,
    "exp": torch.exp,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
}

BINARY: Final[dict[str, Binary]] = {
    "+": add,
    "-": subtract,
    "*": times,
    "/": over,
    "@": matmul,
    "**": power,
}


def of_number(name: str, value: Value, entrywise: bool) -> Value:
    """One of `NUMBERS`; entry by entry where the question allows it."""
    if not is_scalar(value) and not entrywise:
        raise Unformed(f"{name} is taken of a number here, not of {named(value)}")
    return NUMBERS[name](value)


def check_size(value: Value) -> Value:
    """The same value.

    Raises:
        UnreadableLine: it has too many entries.
    """
    if value.numel() > MAX_ENTRIES:
        raise UnreadableLine(f"a part of the line has more than {MAX_ENTRIES:,} entries")
    return value


def _alike(verb: str, left: Value, right: Value) -> None:
    if shape_of(left) == shape_of(right):
        return
    hint = ""
    if is_scalar(left) != is_scalar(right):
        rows, columns = _shape(left, right)
        if rows == columns:
            hint = "; a number times the identity is a matrix"
        else:
            hint = "; if this is inside a bracket, multiply the bracket out"
    raise Unformed(f"{named(left)} cannot be {verb} {named(right)}{hint}")


def _shape(left: Value, right: Value) -> tuple[int, int]:
    """The shape of the one that is not a number."""
    return shape_of(right) if is_scalar(left) else shape_of(left)


def _square(what: str, value: Value) -> None:
    rows, columns = shape_of(value)
    if rows != columns:
        raise Unformed(f"{what} needs a square matrix, not {named(value)}")


def _check_size(left: Value, right: Value, entries: int) -> None:
    """Refuse a result of so many rows times columns before it is computed."""
    axes = (max(lengths) for lengths in zip(left.shape[:-2], right.shape[:-2], strict=True))
    if math.prod(axes) * entries > MAX_ENTRIES:
        raise UnreadableLine(f"a part of the line has more than {MAX_ENTRIES:,} entries")
