"""What each odd submission deserves, what `grade` gives it, and whether `check` agrees.

python -m tests.tools.odd_notebooks [WORDS]     those with the words in their names; all by default
python -m tests.tools.odd_notebooks --folder F  every submission in a folder, which may have a name in CASES

Every input holds the same right work for two parts of the bilinear game, worth 5 points. An oddity that is
not one of the work must cost nothing.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from pathlib import Path

from autograder.cli.check import _public
from autograder.grading.pipeline import run
from autograder.grading.request import Request
from autograder.model import Assignment, Report
from autograder.sandbox import Sandbox, Workers, for_own_code
from tests.odd import FULL, STUBS, Odd
from tests.odd.clumsy import CLUMSY
from tests.odd.files import FILES
from tests.odd.real import REAL
from tests.odd.shell import SHELL
from tests.support import handed_in

ODD: dict[str, Odd] = {**SHELL, **FILES, **REAL, **CLUMSY}
PARTS = ("bilinear_update", "bilinear_stationary")

CASES = {
    "appledouble": FULL,
    "code_in_markdown_cell": 0,
    "error_under_capture": 0,  # all of the work stands below the error
    "inline_in_import_cell": 1,  # of the two parts one is filled in
    "json_ending": FULL,
    "kernelspec_leftover": FULL,
    "module_named_code": FULL,
    "modules_flat": 1,
    "newer_python": 0,  # all of the work stands in a cell that Python 3.11 cannot read
    "notebook_below_its_data": FULL,
    "otter_submodule": FULL,
    "pip_in_import_cell": FULL,
    "shell_assigned": FULL,
    "stub_beats_module": FULL,
}
"""What the inputs of the specification deserve, by the names of their folders."""


def assignment() -> Assignment:
    """Two parts of one question, worth 5 points."""
    whole = handed_in.assignment("a3_2020")
    question = next(one for one in whole.questions if one.topic == "gan")
    parts = tuple(part for part in question.parts if part.key in PARTS)
    question = dataclasses.replace(question, parts=parts, functions=_asked(STUBS))
    return dataclasses.replace(whole, questions=(question,), leaderboard=None)


def _asked(stubs: str) -> tuple[str, ...]:
    return tuple(
        line.split("(")[0].removeprefix("def ") for line in stubs.splitlines() if "def " in line
    )


def lay(odd: Odd, folder: Path) -> Path:
    """Write an input; what is handed in is the folder, or the only file in it."""
    folder.mkdir(parents=True, exist_ok=True)
    files = odd.files() if callable(odd.files) else odd.files
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(content) if isinstance(content, str) else path.write_bytes(content)
    return folder if len(files) != 1 else folder / next(iter(files))


def complaints(
    odd: Odd, folder: Path, grading: Workers, checking: Workers
) -> tuple[Report, list[str]]:
    """The report of `grade`, and what is not as it should be."""
    return judged(lay(odd, folder), odd, grading, checking)


def judged(path: Path, odd: Odd, grading: Workers, checking: Workers) -> tuple[Report, list[str]]:
    """The same for a submission that is there already."""
    whole = assignment()
    graded = run(Request(path, whole, isolation=grading.isolation), grading)
    checked = run(Request(path, _public(whole, ()), isolation=checking.isolation), checking)
    results = [case for part in graded.parts for case in part.cases]
    notices = [graded.refused, *graded.notices]
    told = "\n".join([*notices, *(case.detail or case.public for case in results)])
    found = [f"does not say {words!r}" for words in odd.says if words not in told]
    if odd.silent and any(notices):
        found.append("says something")
    if graded.score != odd.points:
        found.append(f"gets {graded.score:g}")
    for words in ("Traceback", str(Path.cwd()), sys.prefix, "/tmp/autograder-", "KeyError("):
        if words in told:
            found.append(f"says {words!r}")
    public = {case.case.key: case.outcome for case in results if not case.case.hidden}
    checks = {case.case.key: case.outcome for part in checked.parts for case in part.cases}
    if public != checks:
        found.append("check and grade disagree")
    return graded, found


def main(words: str = "", folder: str = "") -> int:
    """Print the table; 1 where something is not as it should be."""
    wrong = 0
    with Sandbox() as grading, for_own_code() as checking, tempfile.TemporaryDirectory() as home:
        if words == "--folder":
            inputs = {path.name: path for path in sorted(Path(folder).iterdir())}
            odd = {name: Odd({}, CASES.get(name, FULL)) for name in inputs}
        else:
            odd = {name: one for name, one in ODD.items() if words in name}
            inputs = {
                name: lay(one, Path(home, str(n))) for n, (name, one) in enumerate(odd.items())
            }
        print(f"{'':44} deserves  gets of {FULL:g}")
        for name, path in inputs.items():
            report, found = judged(path, odd[name], grading, checking)
            wrong += bool(found)
            print(
                f"{name:44} {odd[name].points:8g}  {report.score:4g}      "
                f"{'; '.join(found) or 'as it should'}"
            )
            for text in filter(None, (report.refused, *report.notices)):
                print("\n".join(f"      {line}" for line in text.splitlines()))
    print(f"\n{len(inputs)} inputs, {wrong} not as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
