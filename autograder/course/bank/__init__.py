"""Assignments: from `assignments/` or a student's folder to a validated `model.Assignment`.

    load(name)                   a manifest, held against the bank and its cases
    load_template(folder)        the student's own folder, public cases only
    prompt, stub, drivers, …     what else the files of a loaded assignment hold

Importing this is cheap, and so is reading cases: of Otter it takes what it needs (see `otter_files`).
"""

from __future__ import annotations

from autograder.course.bank.board import board_notice
from autograder.course.bank.cases import restricted
from autograder.course.bank.contents import (
    at_the_files,
    drivers,
    functions,
    introduced,
    prompt,
    provided_files,
    stub,
)
from autograder.course.bank.loader import load
from autograder.course.bank.prompts import Prompt, PromptPart
from autograder.course.bank.stubs import Stub, StubFunction
from autograder.course.bank.student import load_template
from autograder.course.bank.wrong import misconceptions
from autograder.course.project import project_root

__all__ = [
    "Prompt",
    "PromptPart",
    "Stub",
    "StubFunction",
    "at_the_files",
    "board_notice",
    "drivers",
    "functions",
    "introduced",
    "load",
    "load_template",
    "misconceptions",
    "project_root",
    "prompt",
    "provided_files",
    "restricted",
    "stub",
]
