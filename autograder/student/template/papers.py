"""The other files of the student's copy: README.md, requirements.txt and assignment.toml."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from autograder.course.wheel import distributions
from autograder.model import Assignment, Kind, Part
from autograder.student.template.notebook import points_line
from autograder.student.template.versions import graded_on, graded_with, locked, pinned

_PACKAGES = (
    *("torch", "numpy", "matplotlib", "tqdm"),  # what every grading environment has
    *("otter-grader", "ipykernel", "jupyterlab"),
)

_README = """\
# {title}

| part | title | worth |
| --- | --- | --- |
{parts}
| file | what it is |
| --- | --- |
| `{name}.ipynb` | the notebook: the questions, and the functions to fill in |
| `modules/` | the same functions as plain Python files, if you would rather not use a notebook |
| `tests/` | the public cases, one file for each part |
{beside}| `assignment.toml` | what `autograder check` reads |
| `requirements.txt` | the exact versions that your work is graded with |
| `{wheel}` | the program: `grader.check`, `autograder check` |

## Set up

You need Python 3.11 or newer. Open a terminal in this folder.

**Linux**

    python3 -m venv .venv
    source .venv/bin/activate
    pip install {torch} --index-url https://download.pytorch.org/whl/cpu
    pip install --no-compile -r requirements.txt

The first `pip install` gets the CPU build of torch; otherwise pip would download gigabytes of GPU
libraries that nothing here uses. `--no-compile` nearly halves the time of the second.

**macOS**

    python3 -m venv .venv
    source .venv/bin/activate
    pip install {torch}
    pip install --no-compile -r requirements.txt

For Macs with an Intel processor there are no builds of torch newer than 2.2: use Colab.

**Windows** (PowerShell)

    py -m venv .venv
    .venv\\Scripts\\Activate.ps1
    $env:PYTHONUTF8 = "1"
    pip install {torch}
    pip install --no-compile -r requirements.txt

`PYTHONUTF8` makes `otter check` read your files as UTF-8; set it in every new terminal.

**Colab**: upload `{name}.ipynb` as the notebook and this folder as `{name}.zip` among its files,
and run this in a first cell, which you delete before you hand in:

    !unzip -q -o {name}.zip
    %cd {name}
    %pip install -q {otter} ./{wheel}

A new Colab session starts without these files: run the cell again. On your own machine, start with
`jupyter lab {name}.ipynb`.

## What your work is graded on

{graded_on}

Printed output is not graded, and saved outputs do not matter: all cells run again.

## Check your work

- In the notebook: `grader.check("{number}")`, or the last cell for everything.
- `autograder check` runs the public cases on the files in this folder as the grader will: from the
  top, in a separate process, with the limits above (memory is limited on Linux only).
  `autograder check -q {number}` checks one part. If there are several notebooks,
  `autograder check other.ipynb` checks that one. `autograder check --watch` checks again after
  every save, until Ctrl-C.
- `autograder check --dry-run` lists which files would be graded and which are ignored.
- `otter check {name}.ipynb` runs the notebook from the top, then every public case;
  `otter check -q {number} modules/{topic}.py` runs the cases of one part on one module. It has no time
  limit: stop an endless loop with Ctrl-C.

`grader.check` and `autograder check` report the same: whether each part has passed, is *not filled
in*, *missing* (no such name: its cell was not run, or the name is misspelt), *wrong* (what differs, where,
and by how much), *raised* (the exception, with the cell and line of your code) or *timed out*.

Passing the public cases does not mean full points: when you hand in, hidden cases call the same functions
with other inputs. A public case of *form* looks only at the form of an answer, for example its shape.
{derivations}
## Hand in

Hand in `{name}.ipynb`, or the files of `modules/` if you work there, with any files of your own that
your code imports or opens. Leave out the rest: the grader has its own tests, drivers and wheel.{written}
"""


_DERIVATIONS = """
## Derivations, line by line

A function such as `{name}` returns the lines of a derivation, a list of strings; the text above
it says what you may write. Each line is computed on random examples and compared with the line
before. `grader.check` typesets every line as it was read (look at the formulas first), marks the
first false one and says what the difference is; `autograder check` does so in the terminal.
`otter check` leaves derivations out. Lines after a false one are not judged. A line that cannot be
read has a typing mistake and is never called false. When your work is graded, more mistakes are
recognised by name, and the steps that matter must be shown: the two given lines alone do not count.
Numbers that agree prove nothing: say in the written answer why each step is allowed.
"""


def _what(name: str) -> str:
    """What a file of the assignment is for."""
    if name.endswith(".py"):
        return "a module that your code may import"
    return "data for the questions"


def readme(assignment: Assignment, wheel: str, *, with_drivers: bool) -> str:
    """The README of the student's copy.

    Args:
        assignment: what the copy is of.
        wheel: the file name of the wheel.
        with_drivers: whether the copy holds drivers.
    """
    versions = locked(assignment)
    rows = [(part.number, part.title, points_line(part)) for part in assignment.parts]
    beside = [(f"`{name}`", _what(name)) for name in assignment.permits.files]
    derived = [task.name for part in assignment.parts for task in part.derivations]
    if derived:
        said = "what the lines of a derivation may contain, and the examples they are checked on"
        beside.insert(0, ("`derivations/`", said))
    if with_drivers:
        beside.insert(0, ("`drivers/`", "helpers that the cases run together with your code"))
    checked = [
        (part.number, question.topic)
        for question in assignment.questions
        for part in question.parts
        if part.public or part.derivations
    ]
    number, topic = checked[0] if checked else ("1.1", assignment.questions[0].topic)
    written = any(part.written for part in assignment.parts)
    return _README.format(
        title=assignment.title,
        name=assignment.name,
        parts=_rows(rows),
        beside=_rows(beside),
        wheel=wheel,
        torch=pinned("torch", versions),
        otter=pinned("otter-grader", versions),
        number=number,
        topic=topic,
        derivations=_DERIVATIONS.format(name=derived[0]) if derived else "",
        graded_on=graded_on(assignment),
        written=" Written answers are read from the notebook." if written else "",
    )


def requirements(assignment: Assignment, wheel: str) -> str:
    """The requirements of the student's copy: exact versions, and the wheel in the same folder.

    Args:
        assignment: its course's lock files say the versions; a package that they do not name
            has the version that is installed here, or none.
        wheel: the file name of the wheel.
    """
    names = [*_PACKAGES]
    for package in assignment.permits.packages:
        names.append(distributions(package)[0])
    versions = locked(assignment)
    lines = [pinned(name, versions) for name in dict.fromkeys(names)]
    return "\n".join([*lines, f"./{wheel}"]) + "\n"


def student_manifest(assignment: Assignment) -> str:
    """The `assignment.toml` that `autograder.course.bank.load_template` reads.

    Args:
        assignment: what the copy is of.
    """
    tables = [
        "# Made together with the notebook; `autograder check` reads it.\n"
        + _table("", {"name": assignment.name, "title": assignment.title}),
        _table("[limits]", asdict(assignment.limits)),
        _table("[permits]", asdict(assignment.permits)),
        _table("[graded_with]", graded_with(assignment)),
    ]
    for question in assignment.questions:
        row = {"topic": question.topic, "title": question.title, "functions": question.functions}
        for key, kind in (("classes", Kind.CLASS), ("values", Kind.VALUE)):
            if named := [name for name in question.functions if question.kinds.get(name) is kind]:
                row[key] = named
        tables.append(_table("[[question]]", row))
        tables += [_table("[[question.part]]", _part(part)) for part in question.parts]
    return "\n".join(tables)


def _part(part: Part) -> dict[str, Any]:
    row: dict[str, Any] = {
        "number": part.number,
        "key": part.key,
        "title": part.title,
        "points": part.points,
        "written": part.written,
        "bonus": part.bonus,
    }
    if part.derivations:
        row["derivations"] = [task.name for task in part.derivations]
        row["derivation_points"] = part.derivation_points
    if part.public:
        row["tests"] = f"tests/{part.number}.py"
    return row


def _table(head: str, row: Mapping[str, Any]) -> str:
    """A TOML table. JSON's strings, numbers, booleans and arrays of strings are TOML's as well."""
    lines = [head] if head else []
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in row.items()]
    return "\n".join(lines) + "\n"


def _rows(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows of a Markdown table, each with its line's end."""
    escaped = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    return "".join(f"| {' | '.join(row)} |\n" for row in escaped)
