"""The files of an imported assignment, as text."""

from __future__ import annotations

import ast
import copy
import json
import re
import textwrap
from collections.abc import Sequence

from autograder.course.importing.cases import MovedTest
from autograder.course.importing.code import Code, loads
from autograder.course.importing.model import Master
from autograder.course.init import required_version

LEAST = 0.01
"""What a case weighs whose test earned nothing."""

_HEADING = re.compile(r"^(#{1,2})(?=\s)", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_OURS = ("assert_close", "assert_equal", "via")


def _one_line(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _title(master: Master) -> str:
    return _one_line(master.title) or "Imported assignment"


def reference_text(master: Master, code: Code) -> str:
    """The solution module."""
    return f'"""Solutions: {_quoted(_title(master))}."""\n\n{code.reference}\n'


def _quoted(text: str) -> str:
    return text.replace("\\", " ").replace('"', "'")


def prompt_text(master: Master, keys: Sequence[str], code: Code) -> str:
    """The prompt: what is given, and what each part asks."""
    introduction = re.sub(r"\A\s*#\s.*\n?", "", master.introduction).strip()
    blocks = [f"# {_title(master)}", *([_demoted(introduction)] if introduction else [])]
    given = "\n".join(ast.unparse(node) for node in dict.fromkeys(code.given.values()))
    if given:
        blocks.append(f"You are given:\n\n```python\n{given}\n```")
    for part, key in zip(master.parts, keys, strict=True):
        words = part.prompt.strip()
        found = re.search(r"^#{1,6}\s+(.+?)\s*#*\s*$", words, re.MULTILINE)
        title = _one_line(found[1].replace("$", "")) if found else ""
        title = title or _one_line(part.name) or key
        words = words.replace(found[0], "", 1).strip() if found else words
        names = [
            name for name, owner in code.part_of.items() if owner is part and name in code.required
        ]
        missing = [name for name in names if f"`{name}" not in words]
        asked = f"\n\nWrite {', '.join(f'`{name}`' for name in missing)}." if missing else ""
        blocks.append(f"## {title}\n<!-- part: {key} -->\n\n{_demoted(words)}{asked}".rstrip())
    return _CONTROL.sub("", "\n\n".join(blocks)) + "\n"


def _demoted(text: str) -> str:
    """Markdown whose headings stand below those of the parts; a line of code that begins with # may too."""
    return _HEADING.sub("###", text)


def stub_text(master: Master, code: Code) -> str:
    """The stub: what is asked for, with signatures and docstrings alone."""
    blocks = [f'"""{_quoted(_title(master))}."""', "\n".join(map(ast.unparse, code.imports))]
    for name, node in code.required.items():
        match node:
            case ast.FunctionDef():
                blocks.append(ast.unparse(_unwritten(node, f"Write {name}.")))
            case ast.ClassDef():
                blocks.append(ast.unparse(_class(node)))
            case _:
                blocks.append(f"# {name}\n{name} = ...")
    return "\n\n\n".join(block for block in blocks if block) + "\n"


def _unwritten(node: ast.FunctionDef, otherwise: str) -> ast.FunctionDef:
    """A function with its signature and docstring alone."""
    arguments = copy.deepcopy(node.args)
    for one in ast.walk(arguments):
        if isinstance(one, ast.arg):
            one.annotation = None
    docstring = ast.get_docstring(node, clean=False) or otherwise
    body: list[ast.stmt] = [ast.Expr(ast.Constant(docstring))]
    body.append(ast.Raise(ast.Name("NotImplementedError", ast.Load()), None))
    made = ast.FunctionDef(node.name, arguments, body, [], None)
    return ast.fix_missing_locations(made)


def _class(node: ast.ClassDef) -> ast.ClassDef:
    body: list[ast.stmt] = [
        ast.Expr(ast.Constant(ast.get_docstring(node, clean=False) or f"Write {node.name}."))
    ]
    for item in node.body:
        if isinstance(item, ast.FunctionDef):
            method = _unwritten(item, f"Write {item.name}.")
            for inner in item.body:
                if item.name == "__init__" and ast.unparse(inner).startswith("super().__init__("):
                    method.body.insert(1, inner)
            body.append(method)
        elif isinstance(item, ast.Assign | ast.AnnAssign):
            body.append(item)
    return ast.fix_missing_locations(ast.ClassDef(node.name, node.bases, [], body, []))


def cases_text(topic: str, cases: Sequence[MovedTest], code: Code) -> str:
    """A file of cases."""
    used = {name for case in cases for name in case.used}
    direct = {name for case in cases if not case.driver for name in case.used}
    helpers = code.helpers(direct)
    needed = direct | (used & {"np", "torch"})
    needed |= {name for node in helpers for name in loads(node)}
    ours = [name for name in _OURS if name in used]
    drivers = [f"run_{case.name}" for case in cases if case.driver]
    imports = dict.fromkeys(code.imported(needed))
    if "np" in used and not any(line.endswith(" as np") for line in imports):
        imports["import numpy as np"] = None
    if "torch" in used and "import torch" not in imports:
        imports["import torch"] = None
    lines = [*imports]
    lines += [f"from drivers.{topic} import {', '.join(drivers)}"] if drivers else []
    lines += ["from otter.test_files import test_case"] if cases else []
    lines += [f"\nfrom autograder.testing import {', '.join(ours)}"] if ours else []
    blocks = [f'"""Cases of {topic}, imported."""', "\n".join(lines).lstrip()]
    blocks += [f'OK_FORMAT = False\n\nname = "{topic}"', *map(ast.unparse, helpers)]
    for case in cases:
        hidden = ", hidden=True" if case.test.hidden else ""
        weight = case.test.weight or LEAST
        head = f"@test_case(name={json.dumps(case.title)}, points={weight:g}{hidden})"
        body = textwrap.indent(case.body, "    ")
        blocks.append(f"{head}\ndef {case.name}({', '.join(case.parameters)}):\n{body}")
    return "\n\n\n".join(block for block in blocks if block) + "\n"


def drivers_text(cases: Sequence[MovedTest], code: Code) -> str:
    """The drivers of all cases that have one."""
    driven = [case for case in cases if case.driver]
    used = {name for case in driven for name in case.used}
    helpers = code.helpers(used)
    imports = code.imported(used | {name for node in helpers for name in loads(node)})
    blocks = [
        '"""Tests that need the student\'s objects themselves, and so run in their process."""'
    ]
    blocks += [
        "\n".join(imports),
        *map(ast.unparse, helpers),
        *(case.driver.rstrip() for case in driven),
    ]
    return "\n\n\n".join(block for block in blocks if block) + "\n"


def manifest_text(
    master: Master,
    topic: str,
    keys: Sequence[str],
    graded: set[str],
    packages: Sequence[str],
    data: Sequence[str],
) -> str:
    """The manifest; a part without cases has no points."""
    lines = [f"title = {_toml(_title(master))}", f'program = "{required_version()}"', ""]
    if packages or data:
        lines.append("[permits]")
        lines += [f"packages = {_toml(packages)}"] if packages else []
        lines += [f"files = {_toml(data)}"] if data else []
        lines.append("")
    lines += ["[[question]]", f'topic = "{topic}"']
    for part, key in zip(master.parts, keys, strict=True):
        points = part.points if key in graded else 0.0
        lines += ["", "[[question.part]]", f'part = "{key}"', f"points = {points:g}"]
        lines += [f"written = {part.written:g}"] if part.written else []
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
