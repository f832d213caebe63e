"""An imported assignment written as a question and a manifest of a course."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from autograder.course.bank.modules import run_standalone
from autograder.course.importing.cases import MovedTest, NotMoved, moved
from autograder.course.importing.code import Code, split_code
from autograder.course.importing.model import ImportedQuestion, Master
from autograder.course.importing.texts import (
    LEAST,
    cases_text,
    drivers_text,
    manifest_text,
    prompt_text,
    reference_text,
    stub_text,
)
from autograder.course.parsing import parse_python
from autograder.model import AssignmentError, Kind, UsageError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ALWAYS = {"numpy", "torch", "matplotlib", "tqdm", *sys.stdlib_module_names}


@dataclass
class Imported:
    """What was done.

    Attributes:
        files: what was written, in order.
        data: the files among them that students will be given, by name.
        cases: how many tests became cases.
        drivers: how many of them with a driver.
        listed: what could not be moved, and why.
        packages: beyond those that every grading environment has.
    """

    files: list[Path] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    cases: int = 0
    drivers: int = 0
    listed: list[str] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)


def write(master: Master, topic: str, root: Path, data_folder: Path) -> Imported:
    """Write an assignment that was read: a question, its solution and a manifest of the same name.

    Args:
        master: what was read.
        topic: the name.
        root: the course's folder.
        data_folder: the folder in which data files of the assignment lie.

    Raises:
        UsageError: the name is invalid or taken, or no test can be moved; nothing is written then.
    """
    if not _NAME.fullmatch(topic):
        raise UsageError(
            f"invalid name {topic!r}; give one of lower-case letters, digits and underscores with --name"
        )
    code = split_code(master)
    done = Imported(listed=[*master.listed])
    objects = _objects(code, topic, data_folder, done)
    keys = _keys(master.parts)
    cases = _moved_tests(master, keys, code, objects, done)
    _ask_only_for_what_is_tested(code, cases, done)
    cases = [case for case in cases if all(name in code.required for name in case.parameters)]
    if not cases:
        raise UsageError("none of the tests can be moved:\n" + "\n".join(done.listed))
    done.cases, done.drivers = len(cases), sum(bool(case.driver) for case in cases)
    done.packages = [name for name in code.packages() if name not in _ALWAYS]
    data = sorted({*_data_files(code, data_folder, done), *_files_of(master, data_folder, done)})
    graded = {case.title.partition(":")[0] for case in cases}
    done.listed += [
        f"{part.name}: no test of it was moved, so its {part.points:g} points are gone"
        for part, key in zip(master.parts, keys, strict=True)
        if part.points and key not in graded
    ]
    manifest = root / "assignments" / f"{topic}.toml"
    folder = root / "assignments" / "questions" / topic
    public = [case for case in cases if not case.test.hidden]
    hidden = [case for case in cases if case.test.hidden]
    texts = {
        root / "reference" / f"{topic}.py": reference_text(master, code),
        folder / "prompt.md": prompt_text(master, keys, code),
        folder / "stub.py": stub_text(master, code),
        folder / "public_cases.py": cases_text(topic, public, code),
    }
    if hidden:
        texts[folder / "hidden_cases.py"] = cases_text(topic, hidden, code)
    if done.drivers:
        texts[folder / "drivers.py"] = drivers_text(cases, code)
    texts[manifest] = manifest_text(master, topic, keys, graded, done.packages, data)
    for path in (*texts, *(manifest.parent / name for name in data)):
        if path.exists():
            raise UsageError(f"{path} exists already; choose another name with --name")
    encoded = {path: _utf8(text, path) for path, text in texts.items()}
    for path, data_of in encoded.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data_of)
    for name in data:
        (manifest.parent / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data_folder / name, manifest.parent / name)
    done.data = data
    done.listed = [*dict.fromkeys(done.listed)]  # a file may be named twice
    done.files = [*texts, *(manifest.parent / name for name in data)]
    return done


def _moved_tests(
    master: Master, keys: Sequence[str], code: Code, objects: Mapping[str, str], done: Imported
) -> list[MovedTest]:
    """The tests as cases; what cannot be moved is listed."""
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
                        f"so it has the weight {LEAST:g}"
                    )
                cases.append(case)
            except NotMoved as why:
                done.listed.append(f"{part.name}, {test.label}: {why}")
    return cases


def _utf8(text: str, path: Path) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        near = ascii(text[max(0, error.start - 30) : error.end])
        raise UsageError(
            f"{path.name} would hold half a character, at {near}; retype it in the original"
        ) from error


def _objects(code: Code, topic: str, data_folder: Path, done: Imported) -> dict[str, str]:
    """The values of the solution that are not data, with their types; the solution is run for that."""
    values = [name for name in code.required if code.kind(name) is Kind.VALUE]
    if not values:
        return {}
    try:
        with contextlib.chdir(data_folder):
            module = run_standalone(f"imported.{topic}", Path(f"{topic}.py"), code.reference)
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
    for name, node in [*code.required.items()]:
        if isinstance(node, ast.ClassDef) and not any(
            isinstance(i, ast.FunctionDef) for i in node.body
        ):
            done.listed.append(
                f"{name}: a class without methods cannot be asked for, so its tests were not moved"
            )
            del code.required[name]
        elif name not in tested:
            del code.required[name]
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


def _files_of(master: Master, data_folder: Path, done: Imported) -> list[str]:
    """The data files that an assignment says it needs, as far as they can be handed out."""
    found = []
    for name in master.files:
        path = Path(name)
        if not _is_in(data_folder, path):
            done.listed.append(
                f"{name}: the assignment names this file, and it is not in its folder"
            )
        elif why := _not_for_students(data_folder, path):
            done.listed.append(f"{name}: {why}")
        else:
            found.append(path.as_posix())
    return found


def _is_in(folder: Path, path: Path) -> bool:
    """Whether a relative path leads to a file, or a link to one, without leaving the folder by `..`."""
    below = not path.is_absolute() and ".." not in path.parts
    return below and os.path.isfile(folder / path)  # noqa: PTH113 - false for what cannot be a name


def _not_for_students(folder: Path, path: Path) -> str:
    """Why a file of an assignment is not handed out; empty where it is."""
    if not (folder / path).resolve().is_relative_to(folder.resolve()):
        return "it is a link that leads out of the assignment's folder, so it is not handed out"
    if path.suffix == ".ipynb":
        return (
            "a notebook may hold the solutions, so it is not handed out; if students need this one, "
            "name it in [permits] files of the manifest"
        )
    if path.suffix == ".py":
        return (
            "a module in the notebook's folder cannot be handed out; put its functions into the question's "
            "stub.py and reference"
        )
    return ""


def _data_files(code: Code, data_folder: Path, done: Imported) -> list[str]:
    """The files in the notebook's folder that the code names."""
    found = []
    for node in ast.walk(parse_python(code.reference)):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and 0 < len(node.value) < 200
        ):
            name = node.value.removeprefix("./")
            path = Path(name)
            if "\n" in name or path.suffix in ("", ".py") or not _is_in(data_folder, path):
                continue
            if why := _not_for_students(data_folder, path):
                done.listed.append(f"{name}: {why}")
            else:
                found.append(path.as_posix())
    return sorted(dict.fromkeys(found))
