"""How it is handed in: a notebook, modules, a zip, or something that nobody can read."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache

from autograder.course import solution
from autograder.model import Assignment
from autograder.student.template import contents
from tests.classroom.students import Student

_NO_CODE = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def files(student: Student, assignment: Assignment) -> dict[str, bytes]:
    """What a student hands in, by name."""
    if student.kind == "malformed":
        return _malformed(student.flavour, assignment)
    sources = {f"{p.topic}.py": p.text for p in student.programs if p.text}
    if student.flavour == "modules":
        return _modules(assignment) | {name: text.encode() for name, text in sources.items()}
    text = solution.notebook(_template(assignment), assignment, sources).encode()
    if student.flavour == "notebook":
        return {f"{assignment.name}.ipynb": text}
    return {"homework.zip": _zip({f"my homework/{assignment.name}.ipynb": text})}


@cache
def _contents(assignment: Assignment) -> dict[str, bytes]:
    return contents(assignment)


def _template(assignment: Assignment) -> str:
    return _contents(assignment)[f"{assignment.name}.ipynb"].decode()


def _modules(assignment: Assignment) -> dict[str, bytes]:
    return {
        name.removeprefix("modules/"): data
        for name, data in _contents(assignment).items()
        if name.startswith("modules/")
    }


def _malformed(how: str, assignment: Assignment) -> dict[str, bytes]:
    template = _template(assignment).encode()
    match how:
        case "empty":
            return {"homework.ipynb": b""}
        case "cut":
            return {"homework.ipynb": template[: len(template) // 2]}
        case "words":
            return {"notes.txt": b"I could not do it."}
        case "two notebooks":
            return {"first.ipynb": template, "second.ipynb": template}
        case "damaged zip":
            return {"homework.zip": _zip({"homework.ipynb": template})[:-200]}
        case "no code":
            return {"homework.ipynb": json.dumps(_NO_CODE).encode()}
        case _:
            return {}


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)  # no time of day
    return packed.getvalue()
