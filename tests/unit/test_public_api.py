"""What `import autograder` offers and costs, in other processes: a worker that ran in this one hides it."""

import subprocess
import sys

import autograder

NAMES = ["Notebook", "check_derivation", "grade", "load"]


def printed(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout


def test_the_public_names_and_an_assignment_of_this_course():
    assert sorted(autograder.__all__) == NAMES
    told = printed(
        "import autograder\n"
        "print(*(name for name in autograder.__all__ if getattr(autograder, name).__doc__))\n"
        "print(set(autograder.__all__) <= set(dir(autograder)), hasattr(autograder, 'grades'))\n"
        "parts = autograder.load('a3_2023').parts\n"
        "print(sum(part.points + part.written for part in parts))\n"
    )
    assert told.splitlines() == [" ".join(NAMES), "True False", "65.0"]


def test_importing_it_imports_nothing_heavy_and_nothing_secret():
    told = printed(
        "import sys, autograder\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}\n"
        "             & {'torch', 'numpy', 'IPython', 'otter', 'reference'}),\n"
        "      'autograder.course' in sys.modules)\n"
    )
    assert told == "[] False\n"
