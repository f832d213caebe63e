"""Run a module's source statement by statement, so that what is not here costs no more than itself."""

from __future__ import annotations
import __future__

import ast
import linecache
import types
from collections.abc import Callable

from autograder.untrusted.python import chooses_backend, imports, would_define
from autograder.untrusted.unit_report import UnitReport


def run(
    module: types.ModuleType,
    filename: str,
    source: str,
    report: UnitReport,
    as_python: Callable[[str], str],
) -> None:
    """Run a source in a module's namespace; an exception ends it and is noted.

    Args:
        module: where its names go.
        filename: what a traceback calls it.
        source: its text.
        report: records what happens.
        as_python: makes Python of a text with magics, as programs that export notebooks leave it.
    """
    _remember(filename, source)
    names = vars(module)
    try:
        tree, flags = _parsed(source, filename, as_python), 0
        for place, statement in enumerate(tree.body, start=1):
            flags |= _features(statement)
            if chooses_backend(statement):
                continue
            part = ast.Module([statement], [])
            try:
                try:
                    exec(compile(part, filename, "exec", flags, True), names)  # noqa: S102 - the place for it
                except NameError as error:
                    if not report.runs_again(statement, error):
                        raise
                    exec(compile(part, filename, "exec", flags, True), names)  # noqa: S102 - likewise
            except BaseException as error:
                if not report.continues_after(statement, error):
                    if isinstance(error, Exception):
                        _import(tree.body[place:], filename, names, report)
                    raise
            else:
                report.succeeded(statement)
    except BaseException as error:  # SystemExit and KeyboardInterrupt end a script too
        report.error(error)
    if report.failed:
        report.lose(name for name in would_define(source) if name not in names)


def _import(
    statements: list[ast.stmt], filename: str, names: dict[str, object], report: UnitReport
) -> None:
    """Run the imports among statements below one that raised: what is defined already may need them."""
    for statement in imports(statements):
        part = ast.Module([statement], [])
        try:
            exec(compile(part, filename, "exec", 0, True), names)  # noqa: S102 - the place for it
        except Exception as error:
            report.continues_after(statement, error)


def _remember(filename: str, source: str) -> None:
    """Keep the lines for tracebacks; a later cell of a script stands behind empty lines."""
    lines = source.splitlines(keepends=True)
    entry = linecache.cache.get(filename)
    before = entry[2] if entry is not None and len(entry) == 4 else []
    for number, line in enumerate(before):
        if number >= len(lines) or not lines[number].strip():
            lines[number : number + 1] = [line]
    linecache.cache[filename] = (len(source), None, lines, filename)


def _parsed(source: str, filename: str, as_python: Callable[[str], str]) -> ast.Module:
    try:
        return ast.parse(source, filename)
    except SyntaxError:
        if not any(line.lstrip()[:1] in ("!", "%") for line in source.splitlines()):
            raise
    return ast.parse(as_python(source), filename)


def _features(statement: ast.stmt) -> int:
    """The compiler's flags of a ``from __future__ import …``, for it and all that follow."""
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    flags = 0
    for alias in statement.names:
        feature = getattr(__future__, alias.name, None)
        flags |= feature.compiler_flag if feature is not None else 0
    return flags
