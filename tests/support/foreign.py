"""Assignments as Otter's and nbgrader's users write them: notebooks made from short texts."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any


def notebook(*cells: tuple[Any, ...], metadata: dict[str, Any] | None = None) -> str:
    """A notebook. A cell is its kind, its text and, perhaps, the printed value or metadata."""
    made = []
    for kind, text, *more in cells:
        cell: dict[str, Any] = {
            "cell_type": kind,
            "metadata": {},
            "source": text.splitlines(keepends=True),
        }
        if kind == "code":
            outputs = []
            for extra in more:
                if isinstance(extra, str):
                    data = {"text/plain": extra.splitlines(keepends=True)}
                    outputs.append({"output_type": "execute_result", "data": data, "metadata": {}})
            cell |= {"outputs": outputs, "execution_count": 1}
        for extra in more:
            if isinstance(extra, dict):
                cell["metadata"] = {"nbgrader": extra}
        made.append(cell)
    whole = {"cells": made, "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole)


def _question(
    name: str, points: object, *cells: tuple[Any, ...], more: str = ""
) -> list[tuple[Any, ...]]:
    begin = ("raw", f"# BEGIN QUESTION\nname: {name}\npoints: {points}\n{more}")
    return [begin, *cells, ("raw", "# END QUESTION")]


def _solution(*texts: str) -> list[tuple[Any, ...]]:
    cells = [("code", text) for text in texts]
    return [("raw", "# BEGIN SOLUTION"), *cells, ("raw", "# END SOLUTION")]


def _tests(*cells: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return [("raw", "# BEGIN TESTS"), *cells, ("raw", "# END TESTS")]


STATISTICS = notebook(
    ("raw", "# ASSIGNMENT CONFIG\nname: Lab 3\ninit_cell: true\ngenerate: true\n"),
    ("markdown", "# Lab 3: statistics of samples\n\nRead chapter 2 first."),
    ("code", "import numpy as np\n%matplotlib inline\nimport otter\ngrader = otter.Notebook()"),
    (
        "code",
        "SAMPLE = np.array([2.0, 4.0, 4.0, 6.0])\n\ndef centred(x):\n    return x - np.mean(x)",
    ),
    *_question(
        "q1",
        5,
        ("markdown", "## Question 1\n\nWrite the *sample* variance, with the denominator $n - 1$."),
        *_solution(
            'def variance(x):\n    """The sample variance of x."""\n'
            "    # BEGIN SOLUTION\n    d = centred(x)\n    return (d ** 2).sum() / (len(x) - 1)\n"
            "    # END SOLUTION",
            "variance(SAMPLE)",
        ),
        *_tests(
            ("code", "bool(np.isclose(variance(np.array([1.0, 2.0, 3.0])), 1))", "True"),
            ("code", "float(round(variance(SAMPLE), 4))", "2.6667"),
            ("code", "# HIDDEN\nfloat(variance(np.arange(10.0)))", "9.166666666666666"),
            (
                "code",
                '""" # BEGIN TEST CONFIG\nhidden: true\npoints: 3\n""" # END TEST CONFIG\n'
                "variance(SAMPLE * 2) / variance(SAMPLE)",
                "np.float64(4.0)",
            ),
            ("code", 'print("variance:", variance(SAMPLE))'),
        ),
    ),
    *_question(
        "q2",
        1,
        ("markdown", "**Question 2.** Scale the rows so that each sums to 1."),
        *_solution("def normalise(x):\n    return x / x.sum(axis=1, keepdims=True)  # SOLUTION"),
        *_tests(
            (
                "code",
                "normalise(np.array([[1.0, 3.0], [2.0, 2.0]]))",
                "array([[0.25, 0.75],\n       [0.5 , 0.5 ]])",
            ),
            ("code", "normalise(np.ones((2, 4))).shape", "(2, 4)"),
        ),
    ),
    *_question(
        "q3",
        4,
        ("markdown", "Why is the denominator $n - 1$?"),
        *[("raw", "# BEGIN SOLUTION"), ("markdown", "Because …"), ("raw", "# END SOLUTION")],
        more="manual: true\n",
    ),
)
"""OK format in the notebook, hidden tests, code that is given, a shape, a print, a written question."""

OBJECTS = notebook(
    ("markdown", "# Homework 5: tables and objects"),
    ("code", "import pandas as pd\nfrom collections import Counter"),
    *_question(
        "1.1",
        3,
        ("markdown", "Load the cities as a table."),
        *_solution('cities = pd.read_csv("cities.csv")  # SOLUTION'),
        *_tests(
            ("code", "cities.shape", "(3, 2)"),
            ("code", "list(cities.columns)", "['name', 'people']"),
            ("code", "# HIDDEN\nint(cities['people'].max())", "30"),
        ),
    ),
    *_question(
        "1.2",
        1,
        ("markdown", "How many people live in them?"),
        *_solution("total = int(cities['people'].sum())  # SOLUTION\nmost = 'c'  # SOLUTION"),
        *_tests(
            ("code", "def test_total(total):\n    assert total == 60"), ("code", "most", "'c'")
        ),
    ),
    *_question(
        "2",
        2,
        ("markdown", "A counter with a memory, and a function that uses one."),
        *_solution(
            'class Tally:\n    """Counts words."""\n\n'
            "    def __init__(self):\n"
            "        self.seen = Counter()\n\n"
            "    def add(self, word):\n        self.seen[word] += 1\n        return self.seen[word]",
            "def count_all(words, tally_type=None):\n    t = Tally()\n    return [t.add(w) for w in words]",
        ),
        *_tests(
            ("code", 't = Tally()\nt.add("a")\nt.add("a")', "2"),
            ("code", 'count_all(["x", "y", "x"])', "[1, 1, 2]"),
            ("code", 'list(map(count_all, [["x"], ["y", "y"]]))', "[[1], [1, 2]]"),
            ("code", "mystery(3)", "4"),
            ("code", '# HIDDEN\nlist(map(count_all, [["secret"]]))', "[[1]]"),
        ),
    ),
)
"""Values, a table that is no data, a data file, a class, a function handed to `map`, an unknown name."""

CITIES = "name,people\na,10\nb,20\nc,30\n"

STUDENT_STYLE = notebook(
    ("markdown", "# Project 1\n\nRecursion."),
    ("code", "import otter\ngrader = otter.Notebook()"),
    ("markdown", "### Question 1\nWrite `fib(n)`."),
    ("code", "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)  # SOLUTION"),
    ("code", 'grader.check("q1")'),
    ("markdown", "### Question 2\nWrite `harmonic(n)`."),
    (
        "code",
        "def harmonic(n):\n    # BEGIN SOLUTION\n    return sum(1 / k for k in range(1, n + 1))\n"
        "    # END SOLUTION",
    ),
    ("code", 'grader.check("q2")'),
    ("code", "grader.export(run_tests=True)"),
)
OK_FILE = """\
OK_FORMAT = True

test = {   'name': 'q1',
    'points': 2,
    'suites': [ { 'cases': [ {'code': '>>> fib(10)\\n55', 'hidden': False, 'locked': False},
                             { 'code': '>>> [fib(n) for n in range(6)]\\n[0, 1, 1, 2, 3, 5]\\n'
                                       '>>> x = fib(20)\\n>>> x == 6765\\nTrue', 'hidden': True}],
                  'scored': True, 'setup': '', 'teardown': '', 'type': 'doctest'}]}
"""
EXCEPTION_FILE = """\
from otter.test_files import test_case

OK_FORMAT = False

name = "q2"
points = 3


@test_case(points=None, hidden=False)
def test_harmonic(harmonic):
    assert abs(harmonic(3) - 11 / 6) < 1e-9


@test_case(points=2, hidden=True)
def test_empty(harmonic):
    assert harmonic(0) == 0
"""
UNCHECKED_FILE = (
    "test = {'name': 'q9', 'points': 1, 'suites': [{'cases': [{'code': '>>> 1\\n1'}]}]}\n"
)


def otter_folder(folder: Path) -> Path:
    """What `otter assign` writes: a student's folder, and one with the solutions."""
    for place in ("student", "autograder"):
        (folder / place / "tests").mkdir(parents=True)
        (folder / place / "tests" / "q1.py").write_text(OK_FILE)
        (folder / place / "tests" / "q2.py").write_text(EXCEPTION_FILE)
    (folder / "autograder" / "project1.ipynb").write_text(STUDENT_STYLE)
    emptied = STUDENT_STYLE.replace(
        "return n if n < 2 else fib(n - 1) + fib(n - 2)  # SOLUTION", "..."
    )
    (folder / "student" / "project1.ipynb").write_text(emptied)
    return folder


def otter_zip(path: Path) -> Path:
    """The zip for Gradescope that Otter makes: tests, and no solution."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("run_autograder", "#!/usr/bin/env bash\n")
        for name, text in (("q1", OK_FILE), ("q2", EXCEPTION_FILE), ("q9", UNCHECKED_FILE)):
            archive.writestr(f"tests/{name}.py", text)
    path.write_bytes(packed.getvalue())
    return path


def _marks(
    grade_id: str, points: float = 0, *, grade: bool = False, solution: bool = False
) -> dict[str, Any]:
    marks: dict[str, Any] = {
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": grade,
    }
    return marks | ({"points": points} if grade else {})


NBGRADER = notebook(
    ("markdown", "# Problem set 1\n\nNewton's method."),
    ("code", "import math\nimport numpy as np", _marks("setup")),
    ("markdown", "Write `newton(f, df, x, steps)`.", _marks("words")),
    (
        "code",
        'def newton(f, df, x, steps=20):\n    """Return a root of f near x."""\n    ### BEGIN SOLUTION\n'
        "    for _ in range(steps):\n        x = x - f(x) / df(x)\n    return x\n    ### END SOLUTION",
        _marks("newton", solution=True),
    ),
    (
        "code",
        "def square(x):\n    return x * x - 2\n\nroot = newton(square, lambda x: 2 * x, 1.0)\n"
        "assert np.isclose(root, math.sqrt(2)), 'not the root'\n### BEGIN HIDDEN TESTS\n"
        "assert np.isclose(newton(math.sin, math.cos, 3.0), math.pi)\n### END HIDDEN TESTS",
        _marks("test_newton", 5, grade=True),
    ),
    (
        "markdown",
        "YOUR ANSWER HERE: when does it diverge?",
        _marks("why", 2, grade=True, solution=True),
    ),
)


POINTS = notebook(
    ("raw", "# ASSIGNMENT CONFIG\nname: Points\nfiles:\n  - table.csv\n  - gone.csv\n"),
    ("code", "import numpy as np\nTABLE = np.loadtxt('table.csv', delimiter=',')"),
    *_question(
        "q1",
        "\n  each: 2",
        *_solution("def double(x):\n    return 2 * x  # SOLUTION"),
        *_tests(("code", "double(3)", "6"), ("code", "# HIDDEN\ndouble(-1)", "-2")),
    ),
    ("code", "shown = double(4)\nprint(shown)"),
    ("code", "%%bash\nls -l"),
    *_question(
        "q2",
        [1, 0, 3],
        *_solution(
            "def column(n):\n    # BEGIN SOLUTION\n    return TABLE[:, n]\n    # END SOLUTION"
        ),
        *_tests(
            ("code", "len(column(0))", "2"),
            ("code", "column(0)", "array([1., 3.])"),
            ("code", "# HIDDEN\ncolumn(1)", "array([2., 4.])"),
        ),
    ),
)
"""Points a test, data files, a given cell that uses an answer, and a cell of a shell."""

_SETUP: dict[str, Any] = {
    "type": "doctest",
    "setup": ">>> base = 10\n",
    "cases": [
        {"code": ">>> plus(base, 1)\n11", "hidden": False, "points": 1},
        {"code": ">>> plus(base, -10)\n0", "hidden": True},
        {
            "code": ">>> plus(1, 'a')\nTraceback (most recent call last):\nTypeError: no",
            "points": 0,
        },
    ],
}
_KEPT: dict[str, Any] = {
    "q1": {"name": "q1", "points": 4, "all_or_nothing": True, "suites": [_SETUP]},
    "q2": (
        "from otter.test_files import test_case\nOK_FORMAT = False\nname = 'q2'\nSCALE = 3\n\n"
        "@test_case(points=SCALE)\ndef test_scaled(scaled):\n    assert scaled(2) == 6\n"
    ),
}


def assigned_folder(folder: Path) -> Path:
    """What `otter assign` writes today: tests lie in the notebooks, hidden ones in one of them alone."""
    words = "<!-- BEGIN QUESTION -->\n\nWhy is addition commutative?"
    shown = {"q1": {**_KEPT["q1"], "suites": [{**_SETUP, "cases": _SETUP["cases"][:1]}]}}
    for place, tests, body in (
        ("student", shown | {"q2": _KEPT["q2"]}, "..."),
        ("autograder", _KEPT, "return a + b"),
    ):
        (folder / place).mkdir(parents=True)
        text = notebook(
            ("code", '# Initialize Otter\nimport otter\ngrader = otter.Notebook("hw.ipynb")'),
            ("markdown", "# Sums\n\nTwo functions."),
            ("code", "FACTOR = 3\n\n\ndef times(x):\n    return FACTOR * x"),
            ("markdown", "Write `plus`."),
            ("code", f"def plus(a, b):\n    {body}"),
            ("code", 'grader.check("q1")'),
            ("markdown", words),
            ("markdown", "_Type your answer here, replacing this text._"),
            *([("markdown", "Secret: because.")] if place == "autograder" else []),
            ("markdown", "<!-- END QUESTION -->\n\nWrite `scaled`, with `times`."),
            ("code", f"def scaled(x):\n    {'...' if body == '...' else 'return times(x)'}"),
            ("code", 'grader.check("q2")'),
            metadata={"otter": {"OK_FORMAT": True, "tests": tests}},
        )
        (folder / place / "hw.ipynb").write_text(text)
        (folder / place / "words.txt").write_text("one two\n")
    return folder


LOCKED = notebook(
    ("code", "import numpy as np", _marks("setup")),
    ("markdown", "# Locked cells\n\nWrite `area(r)`.", _marks("words")),
    (
        "code",
        "def area(r):\n    ### BEGIN SOLUTION\n    return np.pi * r ** 2\n    ### END SOLUTION",
        _marks("area", solution=True),
    ),
    ("code", "assert abs(area(1) - 3.141592653589793) < 1e-9", _marks("test_area", 2, grade=True)),
    ("code", "def halved(x):\n    return x / 2", {"grade_id": "given", "locked": True}),
    ("code", "table = [area(r) for r in (1, 2)]", {"grade_id": "shown", "locked": True}),
    ("markdown", "Write `half_area(r)` with `halved`.", _marks("words2")),
    (
        "code",
        "def half_area(r):\n    return halved(area(r))",
        _marks("half_area", solution=True),
    ),
    ("code", "assert half_area(2) == area(2) / 2", _marks("test_half", 3, grade=True)),
    ("code", "def plot(r):\n    return area(r)", _marks("by_hand", 4, grade=True, solution=True)),
    (
        "markdown",
        "Sketch the circle.",
        {"grade_id": "sketch", "task": True, "points": 5, "grade": False, "solution": False},
    ),
)
"""Cells that students are given between answers, code that a person grades, and a task."""
