"""What `import autograder` offers, and what it costs."""

import subprocess
import sys

import autograder


def test_the_public_names():
    assert sorted(autograder.__all__) == ["Notebook", "check_derivation", "grade", "load"]
    assert set(autograder.__all__) <= set(dir(autograder))
    for name in autograder.__all__:
        assert getattr(autograder, name).__doc__


def test_a_name_that_is_not_there():
    assert not hasattr(autograder, "grades")


def test_importing_it_imports_nothing_heavy_and_nothing_secret():
    code = (
        "import sys, autograder\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}\n"
        "             & {'torch', 'numpy', 'IPython', 'otter', 'reference'}),\n"
        "      'autograder.course' in sys.modules)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[] False\n"


def test_an_assignment_of_this_course():
    assignment = autograder.load("a3_2023")
    assert assignment.name == "a3_2023"
    assert assignment.points < 65  # those of written answers are a person's
    assert sum(part.points + part.written for part in assignment.parts) == 65
