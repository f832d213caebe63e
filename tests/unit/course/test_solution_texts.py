"""The reference as a submission: one text a topic, and a notebook with those texts in their places."""

from __future__ import annotations

import json

import pytest

from autograder.course import solution
from autograder.course.bank import load
from autograder.model import AssignmentError


def cell(source: str | list[str], kind: str = "code") -> dict:
    return {"cell_type": kind, "metadata": {}, "source": source}


def namespace(text: str) -> dict:
    """What a student's module of that text defines."""
    found: dict = {"__name__": "handed_in"}
    exec(compile(text, "handed_in.py", "exec"), found)
    return found


@pytest.fixture
def texts(bank):
    return lambda: solution.modules(load("small", bank.root))


class TestModules:
    def test_one_text_a_topic_that_imports_nothing_of_the_reference(self, texts):
        found = texts()
        assert list(found) == ["columns.py", "norms.py"]
        for text in found.values():
            assert text.startswith("from __future__ import annotations\n")
            assert "reference" not in text.replace("The reference", "")

    def test_it_computes_what_the_reference_computes(self, texts):
        names = namespace(texts()["columns.py"])
        assert names["column_mean"]([[1.0, 2.0], [3.0, 6.0]]) == [2.0, 4.0]
        assert names["spread"]([[1.0], [4.0]], scale=2.0) == [6.0]

    def test_private_names_of_two_modules_are_told_apart(self, texts, bank):
        bank.write("reference/_sums.py", "_PLUS = 1\ndef _one():\n    return _PLUS\n"
                   "def total(x):\n    return sum(x) + _one()\n")  # fmt: skip
        bank.change("reference/columns.py", "def column_mean",
                    "_PLUS: int = 100\n\n\ndef _one():\n    return _PLUS\n\n\ndef column_mean")  # fmt: skip
        bank.change("reference/columns.py", "return [scale *", "return [_one() + scale *")
        names = namespace(texts()["columns.py"])
        assert names["column_mean"]([[1.0], [2.0]]) == [2.0]
        assert names["spread"]([[1.0], [2.0]]) == [101.0]

    def test_private_names_that_are_imported(self, texts, bank):
        bank.write("reference/_sums.py", "def _total(x):\n    return sum(x)\n")
        bank.change("reference/columns.py", "from reference._sums import total",
                    "from reference._sums import (\n    _total,\n)")  # fmt: skip
        bank.change("reference/columns.py", "[total(column)", "[_total(column)")
        assert namespace(texts()["columns.py"])["column_mean"]([[1.0], [3.0]]) == [2.0]

    def test_a_module_that_two_import_stands_there_once_before_both(self, texts, bank):
        bank.write("reference/_base.py", "calls = []\ncalls.append(1)\n")
        bank.write("reference/_sums.py", "from reference._base import calls\ntotal = sum\n")
        bank.change("reference/columns.py", "from reference._sums import total",
                    "from reference._base import calls\nfrom reference._sums import total")  # fmt: skip
        names = namespace(texts()["columns.py"])
        assert names["calls"] == [1]

    def test_other_imports_stay(self, texts, bank):
        bank.change("reference/columns.py", "from reference._sums",
                    "import math\nfrom os import path\nfrom reference._sums")  # fmt: skip
        names = namespace(texts()["columns.py"])
        assert names["math"].pi > 3 and names["path"]

    @pytest.mark.parametrize(
        "line",
        [
            "from reference._sums import total as summed",
            "from ._sums import total",
            "from . import _sums",
            "from reference import _sums",
            "import reference._sums",
        ],
    )
    def test_imports_that_cannot_be_laid_into_one_text_are_named(self, texts, bank, line):
        bank.change("reference/columns.py", "from reference._sums import total", line)
        with pytest.raises(AssignmentError, match=r"columns\.py.*plain and absolute"):
            texts()

    def test_a_module_that_is_missing_is_named(self, bank):
        small = load("small", bank.root)
        bank.path("reference/norms.py").unlink()
        with pytest.raises(AssignmentError, match=r"norms\.py"):
            solution.modules(small)


class TestNotebook:
    TEMPLATE = (
        cell("# Columns", "markdown"),
        cell("import torch"),
        cell("def column_mean(x):\n    raise NotImplementedError"),
        cell("def column_mean(x):\n    an example in words", "markdown"),
        cell(["def spread(x, *, scale=1.0):\n", "    raise NotImplementedError"]),
        cell("# mine\ndef norm(x):\n    raise NotImplementedError"),
        cell("def another(x):\n    return x"),
    )

    def written(self, bank, sources):
        template = json.dumps({"cells": self.TEMPLATE, "nbformat": 4})
        text = solution.notebook(template, load("small", bank.root), sources)
        whole = json.loads(text)
        assert whole["nbformat"] == 4
        return [found["source"] for found in whole["cells"]]

    def test_the_first_stub_of_a_topic_becomes_its_solution_and_the_others_go(self, bank):
        found = self.written(bank, {"columns.py": "the columns", "norms.py": "the norms"})
        assert found == [
            "# Columns",
            "import torch",
            "the columns",
            "def column_mean(x):\n    an example in words",
            "the norms",
            "def another(x):\n    return x",
        ]

    @pytest.mark.parametrize("value", ["answer = ...", "# a word\nanswer: str = ..."])
    def test_a_value_is_not_left_unfilled_after_the_solution(self, bank, value):
        bank.change("columns/stub.py", "def column_mean",
                    "answer = ...\n\n\ndef column_mean")  # fmt: skip
        template = json.dumps({"cells": [self.TEMPLATE[2], cell(value)]})
        text = solution.notebook(template, load("small", bank.root), {"columns.py": "the columns"})
        assert [found["source"] for found in json.loads(text)["cells"]] == ["the columns"]

    def test_topics_without_a_solution_stay_stubs(self, bank):
        found = self.written(bank, {"norms.py": "the norms"})
        assert len(found) == len(self.TEMPLATE)
        assert found[2].startswith("def column_mean")
        assert found[5] == "the norms"
