"""What may be changed in an expression: every function takes a node and yields what may replace it.

The tables hold the names of torch and numpy; nothing here knows the mathematics of a topic.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Container, Iterator, Sequence

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_PAIRS = (
    ("sum", "mean"),
    ("max", "min"),
    ("amax", "amin"),
    ("maximum", "minimum"),
    ("any", "all"),
    ("zeros", "ones"),
    ("new_zeros", "new_ones"),
    ("zeros_like", "ones_like"),
    ("triu", "tril"),
    ("no_grad", "enable_grad"),
)
_SWAPPED = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])} | {
    "log1p": "log",
    "expm1": "exp",
}
_ELEMENTARY = ("exp", "expm1", "log", "log1p", "sqrt", "tanh", "sigmoid", "logsigmoid", "softplus")
_NEGATED = frozenset((*_ELEMENTARY, "softmax"))
_DROPPED = _NEGATED | {"square", "abs", "cumsum", "cumprod", "clamp", "detach", "reversed"}
_DROPPED |= {"transpose", "swapaxes", "permute", "flip", "repeat"}
_LAST_TWO: list[ast.expr] = [ast.UnaryOp(ast.USub(), ast.Constant(k)) for k in (2, 1)]


def replacements(
    node: ast.AST,
    parent: ast.AST,
    *,
    libraries: Collection[str] = (),
    words: Collection[str] = (),
    keep: Container[ast.AST] = (),
) -> Iterator[ast.expr]:
    """What may stand in the place of an expression.

    Args:
        node: the expression; anything else has no replacement here.
        parent: what it is a part of: the sign of a literal argument, an axis, is not dropped.
        libraries: the names of modules, whose functions take their argument in parentheses.
        words: for a string, the strings that are listed with it somewhere.
        keep: what is left alone.

    Yields:
        New expressions, which may share parts with the old one.
    """
    match node:
        case ast.BinOp():
            yield from _arithmetic(node)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for place in range(len(values)):
                rest = [*values[:place], *values[place + 1 :]]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.Compare():
            yield from _comparisons(node)
        case ast.UnaryOp(operand=ast.Constant(value=int() | float() as value) as operand) if (
            is_literal(node)
        ):
            yield from (_literal(v) for v in constants(-value))
            if not isinstance(parent, ast.Call | ast.keyword):
                yield operand
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=value):
            yield from (_literal(v) for v in constants(value, words))
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Attribute(value=value, attr="T" | "mT"):
            yield value
        case ast.Attribute(value=value, attr=attr) if attr in _SWAPPED:
            yield ast.Attribute(value, _SWAPPED[attr], ast.Load())
        case ast.Subscript(value=value, slice=index):
            for other in _indices(index):
                yield ast.Subscript(value, other, node.ctx)
        case ast.Call():
            yield from _calls(node, libraries)
            for place, keyword in enumerate(node.keywords):
                if keyword not in keep:
                    others = [*node.keywords[:place], *node.keywords[place + 1 :]]
                    yield ast.Call(node.func, node.args, others)


def constants(value: object, words: Collection[str] = ()) -> Sequence[bool | float | str]:
    """What may stand in the place of a literal."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1, value - 1]
        case float():
            return [v for v in dict.fromkeys((2 * value, value / 2, 1.0 - value)) if v != value]
        case str():
            return [word for word in words if word != value]
    return []


def is_literal(node: ast.AST) -> bool:
    """Whether this is a literal number below 0, which Python takes for the negative of another."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return True
    return False


def _literal(value: bool | float | str) -> ast.expr:
    if not isinstance(value, str) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def negated(value: ast.expr | None) -> Iterator[ast.expr]:
    """The value with the other sign, where it may be a number and has no sign yet."""
    match value:
        case ast.Name() | ast.Call() | ast.BinOp() | ast.Subscript() | ast.IfExp():
            yield ast.UnaryOp(ast.USub(), value)


def _arithmetic(node: ast.BinOp) -> Iterator[ast.expr]:
    left, right, op = node.left, node.right, type(node.op)
    if op in _ARITHMETIC:
        yield ast.BinOp(left, _ARITHMETIC[op](), right)
    yield left
    if op is ast.Sub:
        yield ast.UnaryOp(ast.USub(), right)
    elif op is ast.Div:
        yield ast.BinOp(ast.Constant(1), ast.Div(), right)
    elif op is not ast.Pow:
        yield right
    if op is ast.MatMult:
        yield from (ast.BinOp(other, ast.MatMult(), right) for other in _transposed(left))
        yield from (ast.BinOp(left, ast.MatMult(), other) for other in _transposed(right))


def _transposed(value: ast.expr) -> Iterator[ast.expr]:
    """The matrix with its last two axes swapped; a transpose that is there is dropped elsewhere."""
    if not (isinstance(value, ast.Attribute) and value.attr in ("T", "mT")):
        yield ast.Call(ast.Attribute(value, "swapaxes", ast.Load()), _LAST_TWO, [])


def _comparisons(node: ast.Compare) -> Iterator[ast.expr]:
    for place, op in enumerate(node.ops):
        for other in _COMPARISONS[type(op)]:
            ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators)


def _indices(index: ast.expr) -> Iterator[ast.expr]:
    """Other indices: off by one, without a bound, from the other side, at the other axis."""
    if isinstance(index, ast.Tuple):
        for place, part in enumerate(index.elts):
            for other in _indices(part):
                yield ast.Tuple([*index.elts[:place], other, *index.elts[place + 1 :]], ast.Load())
        if any(isinstance(part, ast.Constant) and part.value is None for part in index.elts):
            yield ast.Tuple(index.elts[::-1], ast.Load())
    elif isinstance(index, ast.Name):
        yield from _off_by_one(index)
    elif isinstance(index, ast.Slice):
        lower, upper, step = index.lower, index.upper, index.step
        if lower or upper:
            yield ast.Slice(upper, lower, step)
        if lower:
            yield ast.Slice(None, upper, step)
            yield from (ast.Slice(other, upper, step) for other in _off_by_one(lower))
        if upper:
            yield ast.Slice(lower, None, step)
            yield from (ast.Slice(lower, other, step) for other in _off_by_one(upper))


def _off_by_one(value: ast.expr) -> Iterator[ast.expr]:
    if not isinstance(value, ast.Constant):
        for op in (ast.Add(), ast.Sub()):
            yield ast.BinOp(value, op, ast.Constant(1))


def _calls(node: ast.Call, libraries: Collection[str]) -> Iterator[ast.expr]:
    """Other calls: the function dropped or exchanged, a sign changed, a branch forced."""
    name, receiver = _called(node, libraries)
    operand = receiver or (node.args[0] if node.args else None)
    if name in _DROPPED and operand:
        yield operand
    if name.lstrip("_") in _NEGATED and operand and not isinstance(operand, ast.UnaryOp):
        minus = ast.UnaryOp(ast.USub(), operand)
        if receiver:
            yield _with_receiver(node, minus)
        else:
            yield ast.Call(node.func, [minus, *node.args[1:]], node.keywords)
    if isinstance(node.func, ast.Name) and name in _SWAPPED and name not in ("sum", "mean"):
        yield ast.Call(ast.Name(_SWAPPED[name], ast.Load()), node.args, node.keywords)
    if name == "where" and len(node.args) == 3:
        yield from node.args[1:]


def _called(node: ast.Call, libraries: Collection[str]) -> tuple[str, ast.expr | None]:
    """The name of what is called, and for a method the object."""
    match node.func:
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in libraries:
            return name, None
        case ast.Attribute(value=value, attr=name):
            return name, value
        case ast.Name(id=name):
            return name, None
    return "", None


def _with_receiver(node: ast.Call, receiver: ast.expr) -> ast.Call:
    function = copy.copy(node.func)
    if not isinstance(function, ast.Attribute):
        raise TypeError(f"{ast.unparse(node)} is not a call of a method")
    function.value = receiver
    return ast.Call(function, node.args, node.keywords)
