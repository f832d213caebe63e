"""An assignment as an autograder of Otter's: the same cases on the same notebook, for `otter run`."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course.bank import drivers, restricted
from autograder.model import Assignment, Question
from tests.bench import trees

# Otter fills a case's parameters from the notebook's names, and `rng` is none of them.
RANDOM = """

def _with_random_generators():
    import functools
    import inspect
    import zlib

    import numpy

    def filled(case):
        function = case.test_func
        signature = inspect.signature(function)
        others = [value for key, value in signature.parameters.items() if key != "rng"]

        @functools.wraps(function)
        def run(**values):
            seed = zlib.crc32(case.name.encode())
            return function(**values, rng=numpy.random.default_rng(seed))

        run.__signature__ = signature.replace(parameters=others)
        return run

    for case in [*globals().values()]:
        if isinstance(case, test_case) and "rng" in inspect.signature(case.test_func).parameters:
            case.test_func = filled(case)


_with_random_generators()
del _with_random_generators
"""
_CONFIG = {"show_hidden": True, "print_summary": False, "print_score": False, "logo": False}


def write_autograder(path: Path, assignment: Assignment, root: Path) -> None:
    """Write `autograder.zip` of an assignment with its hidden cases.

    Args:
        path: of the zip.
        assignment: what is graded.
        root: the project that holds its bank and its reference.
    """
    files: dict[str, str] = {"otter_config.json": json.dumps(_CONFIG)}
    for question in assignment.questions:
        for kind in ("public", "hidden"):
            names = _names(question, hidden=kind == "hidden")
            source = question.folder / f"{kind}_cases.py"
            title = f"{question.topic}_{kind}"
            files[f"tests/{title}.py"] = restricted(source, names, title) + RANDOM
    files["files/drivers/__init__.py"] = ""
    for topic, text in drivers(assignment).items():
        files[f"files/drivers/{topic}.py"] = text
    for module in sorted((root / "reference").glob("*.py")):
        files[f"files/reference/{module.name}"] = module.read_text(encoding="utf-8")
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def _names(question: Question, *, hidden: bool) -> list[str]:
    """The full names of the cases of a question, as its files write them."""
    return [
        f"{case.part}: {case.name}"
        for part in question.parts
        for case in part.cases
        if case.hidden is hidden
    ]


def run(
    notebook: Path,
    autograder: Path,
    folder: Path,
    environment: Mapping[str, str],
    *,
    memory: bool = False,
    limit: float = 900.0,
) -> tuple[trees.Cost, float | None]:
    """`otter run` on a notebook; what it took, and the share of all points that it gave.

    The share is ``None`` where no valid results.json is left.
    """
    results = folder / "results.json"
    results.unlink(missing_ok=True)
    command = [str(Path(sys.executable).with_name("otter")), "run", "--no-logo"]
    places = ["-a", str(autograder), "-o", str(folder), str(notebook)]
    cost = trees.run(
        [*command, *places], folder=folder, environment=environment, memory=memory, limit=limit
    )
    return cost, share(results)


def share(results: Path) -> float | None:
    """The points of a results.json as a share of all that there were; ``None`` where there is none."""
    try:
        found = json.loads(results.read_text(encoding="utf-8"))
        tests: Sequence[Mapping[str, float]] = found["tests"]
        most = sum(test.get("max_score", 0) for test in tests)
        score = found.get("score", sum(test.get("score", 0) for test in tests))
        return float(score) / most
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError):
        return None
