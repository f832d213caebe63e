"""An imported assignment written as a question and a manifest of a course."""

from __future__ import annotations

import ast
import contextlib
import copy
import json
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from autograder.course.bank.modules import run_apart
from autograder.course.importing.cases import MovedTest, NotMoved, moved
from autograder.course.importing.code import Code, loads, taken_apart
from autograder.course.importing.model import ImportedQuestion, Master
from autograder.course.init import wanted
from autograder.course.parsing import parse_python
from autograder.model import AssignmentError, Kind, UsageError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_HEADING = re.compile(r"^(#{1,2})(?=\s)", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_OURS = ("assert_close", "assert_equal", "via")
_LEAST = 0.01
_ALWAYS = {"numpy", "torch", "matplotlib", "tqdm", *sys.stdlib_module_names}


@dataclass
class Imported:
    """What was done.

    Attributes:
        files: what was written, in order.
        cases: how many tests became cases, and how many of them with a driver.
        listed: what could not be moved, and why.
        packages: beyond those that every grading environment has.
    """

    files: list[Path] = field(default_factory=list)
    cases: int = 0
    drivers: int = 0
    listed: list[str] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)


def write(master: Master, topic: str, root: Path, beside: Path) -> Imported:
    """Write an assignment that was read: a question, its solution and a manifest of the same name.

    Args:
        master: what was read.
        topic: the name.
        root: the course's folder.
        beside: the folder in which data files of the assignment lie.

    Raises:
        UsageError: the name is invalid or taken, or no test can be moved; nothing is written then.
    """
    if not _NAME.fullmatch(topic):
        raise UsageError(
            f"invalid name {topic!r}; give one of lower-case letters, digits and underscores with --name"
        )
    code = taken_apart(master)
    done = Imported(listed=[*master.listed])
    objects = _objects(code, topic, beside, done)
    keys = _keys(master.parts)
    cases: list[MovedTest] = []
    for part, key in zip(master.parts, keys, strict=True):
        for test in part.tests:
            try:
                case = moved(test, key, code)
                if found := [name for name in case.parameters if name in objects]:
                    raise NotMoved(
                        f"it looks at {found[0]}, which is a {objects[found[0]]}; only numbers, strings, "
                        "arrays, lists and dicts can be asked for: ask for a function that "
                        "returns one of these"
                    )
                if not test.weight:
                    done.listed.append(
                        f"{part.name}, {test.label}: it earned nothing; every case earns something here, "
                        f"so it has the weight {_LEAST:g}"
                    )
                cases.append(case)
            except NotMoved as why:
                done.listed.append(f"{part.name}, {test.label}: {why}")
    _ask_only_for_what_is_tested(code, cases, done)
    cases = [case for case in cases if all(name in code.asked for name in case.parameters)]
    if not cases:
        raise UsageError("none of the tests can be moved:\n" + "\n".join(done.listed))
    done.cases, done.drivers = len(cases), sum(bool(case.driver) for case in cases)
    done.packages = [name for name in code.packages() if name not in _ALWAYS]
    data = sorted({*_data_files(code, beside), *_files_of(master, beside, done)})
    folder = root / "assignments" / "questions" / topic
    texts = {
        root / "reference" / f"{topic}.py": _reference(master, code),
        folder / "prompt.md": _prompt(master, keys, code),
        folder / "stub.py": _stub(master, code),
        folder / "public_cases.py": _cases(topic, [c for c in cases if not c.test.hidden], code),
    }
    if any(case.test.hidden for case in cases):
        texts[folder / "hidden_cases.py"] = _cases(topic, [c for c in cases if c.test.hidden], code)
    if any(case.driver for case in cases):
        texts[folder / "drivers.py"] = _drivers(cases, code)
    graded = {case.title.partition(":")[0] for case in cases}
    manifest = root / "assignments" / f"{topic}.toml"
    texts[manifest] = _manifest(master, topic, keys, graded, done, data)
    for path in (*texts, *(manifest.parent / name for name in data)):
        if path.exists():
            raise UsageError(f"{path} exists already; choose another name with --name")
    encoded = {path: _utf8(text, path) for path, text in texts.items()}
    for path, data_of in encoded.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data_of)
    for name in data:
        (manifest.parent / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(beside / name, manifest.parent / name)
    done.files = [*texts, *(manifest.parent / name for name in data)]
    return done


def _utf8(text: str, path: Path) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        near = ascii(text[max(0, error.start - 30) : error.end])
        raise UsageError(
            f"{path.name} would hold half a character, at {near}; retype it in the original"
        ) from error


def _objects(code: Code, topic: str, beside: Path, done: Imported) -> dict[str, str]:
    """The values of the solution that are not data, with their types; the solution is run for that."""
    values = [name for name in code.asked if code.kind(name) is Kind.VALUE]
    if not values:
        return {}
    try:
        with contextlib.chdir(beside):
            module = run_apart(f"imported.{topic}", Path(f"{topic}.py"), code.reference)
    except AssignmentError as error:
        done.listed.append(
            f"the solution does not run here, so that its values are unknown: {error}"
        )
        return {}
    found = {name: vars(module).get(name) for name in values}
    return {name: type(value).__name__ for name, value in found.items() if not _is_data(value)}


def _is_data(value: object) -> bool:
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(_is_data, value))
    if isinstance(value, dict):
        return all(_is_data(item) for pair in value.items() for item in pair)
    plain = (
        bool,
        int,
        float,
        complex,
        str,
        bytes,
        type(None),
        np.ndarray,
        np.generic,
        torch.Tensor,
    )
    return isinstance(value, plain)


def _ask_only_for_what_is_tested(code: Code, cases: Sequence[MovedTest], done: Imported) -> None:
    """Keep of the solutions' names the functions, and the values and classes that a case needs."""
    tested = {name for case in cases for name in case.parameters}
    for name, node in [*code.asked.items()]:
        if isinstance(node, ast.ClassDef) and not any(
            isinstance(i, ast.FunctionDef) for i in node.body
        ):
            done.listed.append(
                f"{name}: a class without methods cannot be asked for, so its tests were not moved"
            )
            del code.asked[name]
        elif name not in tested:
            del code.asked[name]
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list:
            done.listed.append(f"{name}: its decorator is in the reference only; the stub has none")


def _keys(parts: Iterable[ImportedQuestion]) -> list[str]:
    """The parts' names as keys, each once."""
    keys: list[str] = []
    for part in parts:
        key = re.sub(r"[^a-z0-9]+", "_", part.name.lower()).strip("_") or "part"
        key = key if key[0].isalpha() else f"q{key}"
        same = sum(other == key or other.startswith(f"{key}__") for other in keys)
        keys.append(f"{key}__{same + 1}" if same else key)
    return keys


def _one_line(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _title(master: Master) -> str:
    return _one_line(master.title) or "Imported assignment"


def _reference(master: Master, code: Code) -> str:
    return f'"""Solutions: {_quoted(_title(master))}."""\n\n{code.reference}\n'


def _quoted(text: str) -> str:
    return text.replace("\\", " ").replace('"', "'")


def _prompt(master: Master, keys: Sequence[str], code: Code) -> str:
    introduction = re.sub(r"\A\s*#\s.*\n?", "", master.introduction).strip()
    blocks = [f"# {_title(master)}", *([_demoted(introduction)] if introduction else [])]
    given = "\n".join(ast.unparse(node) for node in dict.fromkeys(code.given.values()))
    if given:
        blocks.append(f"You are given:\n\n```python\n{given}\n```")
    for part, key in zip(master.parts, keys, strict=True):
        words = part.prompt.strip()
        found = re.search(r"^#{1,6}\s+(.+?)\s*#*\s*$", words, re.MULTILINE)
        title = _one_line(found[1].replace("$", "")) if found else _one_line(part.name)
        words = words.replace(found[0], "", 1).strip() if found else words
        names = [
            name for name, owner in code.part_of.items() if owner is part and name in code.asked
        ]
        missing = [name for name in names if f"`{name}" not in words]
        asked = f"\n\nWrite {', '.join(f'`{name}`' for name in missing)}." if missing else ""
        blocks.append(f"## {title}\n<!-- part: {key} -->\n\n{_demoted(words)}{asked}".rstrip())
    return _CONTROL.sub("", "\n\n".join(blocks)) + "\n"


def _demoted(text: str) -> str:
    """Markdown whose headings stand below those of the parts; a line of code that begins with # may too."""
    return _HEADING.sub("###", text)


def _stub(master: Master, code: Code) -> str:
    blocks = [f'"""{_quoted(_title(master))}."""', "\n".join(map(ast.unparse, code.imports))]
    for name, node in code.asked.items():
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


def _cases(topic: str, cases: Sequence[MovedTest], code: Code) -> str:
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
        weight = case.test.weight or _LEAST
        head = f"@test_case(name={json.dumps(case.title)}, points={weight:g}{hidden})"
        body = textwrap.indent(case.body, "    ")
        blocks.append(f"{head}\ndef {case.name}({', '.join(case.parameters)}):\n{body}")
    return "\n\n\n".join(block for block in blocks if block) + "\n"


def _drivers(cases: Sequence[MovedTest], code: Code) -> str:
    driven = [case for case in cases if case.driver]
    used = {name for case in driven for name in case.used}
    helpers = code.helpers(used)
    imports = code.imported(used | {name for node in helpers for name in loads(node)})
    blocks = ['"""Tests that need the student\'s objects themselves, and so run beside them."""']
    blocks += [
        "\n".join(imports),
        *map(ast.unparse, helpers),
        *(case.driver.rstrip() for case in driven),
    ]
    return "\n\n\n".join(block for block in blocks if block) + "\n"


def _manifest(
    master: Master,
    topic: str,
    keys: Sequence[str],
    graded: set[str],
    done: Imported,
    data: Sequence[str],
) -> str:
    lines = [f"title = {_toml(_title(master))}", f'program = "{wanted()}"', ""]
    if done.packages or data:
        lines.append("[permits]")
        lines += [f"packages = {_toml(done.packages)}"] if done.packages else []
        lines += [f"files = {_toml(data)}"] if data else []
        lines.append("")
    lines += ["[[question]]", f'topic = "{topic}"']
    for part, key in zip(master.parts, keys, strict=True):
        points = part.points if key in graded else 0.0
        if points != part.points:
            done.listed.append(
                f"{part.name}: no test of it was moved, so its {part.points:g} points are gone"
            )
        lines += ["", "[[question.part]]", f'part = "{key}"', f"points = {points:g}"]
        lines += [f"written = {part.written:g}"] if part.written else []
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _files_of(master: Master, beside: Path, done: Imported) -> list[str]:
    """The data files that an assignment says it needs, as far as they can be handed out."""
    found = []
    for name in master.files:
        path = Path(name)
        if path.is_absolute() or ".." in path.parts or not (beside / path).is_file():
            done.listed.append(f"{name}: the assignment names this file, and it is not beside it")
        elif path.suffix == ".py":
            done.listed.append(
                f"{name}: a module beside the notebook cannot be handed out; put its functions into the "
                "question's stub.py and reference"
            )
        else:
            found.append(path.as_posix())
    return found


def _data_files(code: Code, beside: Path) -> list[str]:
    """The files beside the notebook that the code names."""
    found = []
    for node in ast.walk(parse_python(code.reference)):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and 0 < len(node.value) < 200
        ):
            name = node.value.removeprefix("./")
            path = Path(name)
            if (
                "\n" in name
                or path.is_absolute()
                or ".." in path.parts
                or path.suffix in ("", ".py")
            ):
                continue
            if (beside / path).is_file():
                found.append(path.as_posix())
    return sorted(dict.fromkeys(found))
