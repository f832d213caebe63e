"""The notebook classes and their packages, as a submission meets them: they do nothing."""

from __future__ import annotations

import builtins
import copy
import importlib
import sys

import pytest

import autograder
from autograder.untrusted import stand_in


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    before = dict(sys.modules)
    for name in [name for name in before if name.startswith("otter.")]:
        del sys.modules[name]
    monkeypatch.setitem(sys.modules, "otter", None)
    monkeypatch.setitem(vars(autograder), "Notebook", None)
    monkeypatch.setitem(vars(builtins), "grader", None)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    stand_in.install()
    yield
    for name in set(sys.modules) - set(before):
        del sys.modules[name]
    sys.modules.update(before)


@pytest.mark.parametrize("name", ["otter", "autograder"])
def test_it_stands_in_for_both(name):
    grader = importlib.import_module(name).Notebook("hw.ipynb", tests_dir="tests")
    assert isinstance(grader.check("1.1", global_env={}), stand_in.Nothing)
    assert isinstance(grader.export("hw.ipynb", pdf=True), stand_in.Nothing)
    assert isinstance(grader.anything_at_all, stand_in.Nothing)


@pytest.mark.parametrize(
    "source",
    [
        "import otter\nx = otter.__version__.split('.')",
        "from otter.export import export_notebook\nexport_notebook('hw.ipynb', pagebreaks=True)",
        "import otter.assign.utils as u\nu.anything(1).more",
        "from otter import Notebook, check\nNotebook().check_all()",
        "from otter import *\nNotebook()",
        "from otter.api import grade_submission\ntry:\n    grade_submission()\nexcept OSError:\n    pass",
        "import autograder.no_such_module as m\nm.f()",
        "from autograder.no.such import deep\ndeep()",
        "import pip\npip.main(['install', 'x'])",
        "from pip._internal import main\nmain(['install', 'x'])",
        "from pip._internal.cli.main import main as install\ninstall(['install', 'x'])",
        "assert grader.check('1.1').passed",
        "for result in grader.check_all():\n    print(result.score)",
        "with grader.log():\n    pass",
        "from otter import decorate\n@decorate\ndef f():\n    return 2\nassert f() == 2",
        "from otter import decorate\n@decorate('x')\ndef f():\n    return 2\nassert f() == 2",
    ],
)
def test_what_a_submission_takes_from_the_packages_is_harmless(source):
    exec(source, {})


def test_what_is_shown_of_it_is_nothing(capsys):
    print(grader.check("1.1"), end="")  # noqa: F821 - a built-in name in a worker
    assert capsys.readouterr().out == ""


def test_what_is_there_is_not_stood_in_for():
    assert importlib.import_module("autograder.verdicts").VERDICTS


@pytest.mark.parametrize("name", ["otherwise", "no_otter.export"])
def test_other_packages_are_nobodys_business(name):
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(name)


def test_protocols_of_python_do_not_find_what_is_not_there():
    with pytest.raises(AttributeError, match="_repr_html_"):
        stand_in.Notebook()._repr_html_
    assert type(copy.copy(stand_in.Notebook())) is stand_in.Notebook
