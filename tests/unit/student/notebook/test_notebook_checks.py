"""`grader.check` in the process of its caller: the verdicts, their words, what cannot be checked."""

from __future__ import annotations

import dataclasses
import html
import re
import runpy
from types import SimpleNamespace

import pytest
import torch

import autograder
from autograder.gradescope.rendering import rendered
from autograder.model import Outcome
from autograder.student.notebook import Mistake
from autograder.student.notebook.live import _cell
from tests.support import registered


@pytest.fixture(autouse=True)
def as_it_was():
    with registered.forgotten():
        yield


@pytest.fixture
def grader(handed_out, monkeypatch):
    monkeypatch.chdir(handed_out)
    return autograder.Notebook()


def double(x):
    return 2 * x


def total(x):
    return x.sum()


def text_of(page: str) -> str:
    """What a reader of HTML reads."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def both(checked) -> tuple[str, str]:
    return repr(checked), text_of(checked._repr_html_())


class TestVerdicts:
    def test_what_passes(self, grader):
        checked = grader.check("1.1", {"double": double})
        assert checked.passed
        for shown in both(checked):
            assert "✓ passed 1.1 Double: 1 of 1 public case passed" in " ".join(shown.split())

    def test_what_is_wrong_says_what_the_terminal_says(self, grader):
        checked = grader.check("1.1", {"double": lambda x: 3 * x})
        assert not checked.passed
        ((case,),) = (part.cases for part in checked.parts)
        assert case.outcome is Outcome.WRONG and "expected" in case.detail
        assert case.detail in repr(checked)
        for shown in both(checked):
            assert "✗ wrong: of 3 (double)" in shown

    def test_a_name_that_is_not_there(self, grader):
        checked = grader.check("1.1", {"duoble": double})
        for shown in both(checked):
            assert "? missing" in shown
            assert "You define duoble: did you mean that?" in shown.replace("`", "")
            assert "run the cell that defines it" in shown
        for shown in both(grader.check("1.1", {"other": double})):
            assert "You define" not in shown and "run the cell that defines it" in shown

    def test_a_stub(self, grader, tmp_path):
        path = tmp_path / "stub.py"
        path.write_text(STUB)
        checked = grader.check("1.2", runpy.run_path(str(path)))
        for shown in both(checked):
            assert "○ not filled in" in shown and "still the stub" in shown

    def test_what_raises_shows_its_own_lines_and_none_of_ours(self, grader, monkeypatch):
        monkeypatch.setattr("autograder.student.notebook.live._cell", _cell_of_this_file)

        def inner(x):
            return [1][x.dim() + 5]

        def broken(x):
            return inner(x)

        checked = grader.check("1.1", {"double": broken})
        for shown in both(checked):
            assert "! raised" in shown and "IndexError" in shown
            assert shown.index("in broken") < shown.index("in inner")
            assert "return [1][x.dim() + 5]" in shown
            for ours in ("calls.py", "environment.py", "exception_test", "site-packages"):
                assert ours not in shown

    def test_what_is_no_data(self, grader):
        (case,) = grader.check("1.1", {"double": lambda x: {1, 2}}).parts[0].cases
        assert case.outcome is Outcome.BAD_VALUE
        assert "set" in case.detail

    def test_inputs_are_copies_and_gradients_stay_behind(self, grader):
        def spoils(x):
            x.zero_()
            return torch.tensor([6.0], requires_grad=True)

        assert grader.check("1.1", {"double": spoils}).passed

    def test_words_of_a_student_are_no_markup(self, grader):
        def evil(x):
            raise ValueError("<script>alert(1)</script> **bold** ![x](http://a.b/c.png)")

        page = grader.check("1.1", {"double": evil})._repr_html_()
        assert "<script" not in page and "<img" not in page
        assert "&lt;script&gt;" in page and "**bold**" in html.unescape(page)


STUB = '''
def total(x):
    """Return the sum of x."""
    raise NotImplementedError
'''


def _cell_of_this_file(filename: str) -> str:
    return "Cell In[3]" if filename == __file__ else ""


class TestCommands:
    """What a grading will skip is told of once, and by a check of everything again."""

    def test_each_is_told_of_once(self, grader):
        cells = [
            "get_ipython().system('pip install -q einops')\nimport torch\n",
            "files = get_ipython().getoutput('ls')\n",
            "get_ipython().run_line_magic('matplotlib', 'inline')\n",
            "get_ipython().run_cell_magic('bash', '-e', 'rm x\\n')\n",
            "def f(:\n",
        ]
        names = {"double": double, "In": cells}
        for shown in both(grader.check("1.1", names)):
            assert "!pip install -q einops" in shown and "!ls" in shown and "%%bash -e" in shown
            assert "matplotlib" not in shown and "shell commands are not run" in shown
        for shown in both(grader.check("1.1", names)):
            assert "skipped" not in shown and "•" not in shown

    @pytest.mark.parametrize("cells", [None, 3, [], [1, "x = 1\n"], ["get_ipython().system(x)"]])
    def test_nothing_to_tell(self, grader, cells):
        (notice,) = grader.check("1.1", {"double": double, "In": cells}).notices
        assert notice.startswith("`grader.check` uses this kernel as it is")

    def test_packages_that_the_grader_does_not_promise(self, grader):
        names = {"double": double, "In": ["", "import rich, torch\n"]}
        for shown in both(grader.check("1.1", names)):
            assert "rich is imported." in shown and "sure to be installed" in shown
        for shown in both(grader.check("1.1", names)):
            assert "rich" not in shown

    def test_versions_that_are_not_the_graders(self, grader):
        grader._parts()
        there = {**grader._assignment.graded_with, "python": "3.1"}
        grader._assignment = dataclasses.replace(grader._assignment, graded_with=there)
        for shown in both(grader.check("1.1", {"double": double})):
            assert "your work is graded with Python 3.1" in shown
        assert grader.check("1.1", {"double": double}).notices == ()


class TestCells:
    """Of IPython 7, which Colab has, a cell's file is known and not its number."""

    def test_a_cell_without_a_number(self, monkeypatch):
        monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(compile=object()))
        assert _cell("/tmp/ipykernel_77/3501.py") == "a cell"
        assert _cell("/usr/lib/python3/torch/x.py") == ""

    def test_no_notebook(self):
        assert _cell(__file__) == ""


class TestEverything:
    def test_all_parts_in_order(self, grader):
        globals_of_a_notebook = {"grader": grader, "double": double, "total": double}
        exec("checked = grader.check_all()", globals_of_a_notebook)
        checked = globals_of_a_notebook["checked"]
        assert [part.part.number for part in checked.parts] == ["1.1", "1.2"]
        assert [part.cases[0].outcome for part in checked.parts] == [Outcome.PASSED, Outcome.WRONG]

    def test_names_are_those_of_the_caller(self, grader):
        names = {"grader": grader, "double": double}
        exec("checked = grader.check('1.1')", names)
        assert names["checked"].passed


class TestWhatCannotBeChecked:
    @pytest.mark.parametrize(
        ("points", "sentence"),
        [
            (2.0, "It has hidden cases only, which run when you hand in."),
            (0.0, "A person grades the written answer."),
        ],
    )
    def test_a_part_without_public_cases_is_named_with_why(self, grader, points, sentence):
        double, total = grader._parts()
        part = dataclasses.replace(total, cases=(), points=points, written=1.0)
        question = dataclasses.replace(grader._assignment.questions[0], parts=(double, part))
        grader._assignment = dataclasses.replace(grader._assignment, questions=(question,))
        for shown in both(grader.check("1.2", {})):
            assert shown == f"1.2 Total: {sentence}"

    def test_cases_of_form_that_pass_say_so(self, grader):
        part = grader._parts()[0]
        form = dataclasses.replace(
            part, cases=tuple(dataclasses.replace(c, weight=0.0) for c in part.cases)
        )
        question = dataclasses.replace(grader._assignment.questions[0], parts=(form,))
        grader._assignment = dataclasses.replace(grader._assignment, questions=(question,))
        for shown in both(grader.check("1.1", {"double": double})):
            assert "The form is right; the answer is judged when you hand in." in shown

    def test_a_part_that_there_is_not(self, grader):
        with pytest.raises(Mistake, match=r"no part 7; there are 1\.1, 1\.2") as caught:
            grader.check("7", {})
        assert caught.value._render_traceback_() == [str(caught.value)]

    def test_files_that_are_not_there(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(Mistake, match=r"no assignment\.toml in .*Colab.*README"):
            autograder.Notebook()

    def test_no_other_name(self):
        with pytest.raises(AttributeError, match="no attribute 'Notebok'"):
            autograder.Notebok


class TestRendering:
    @pytest.mark.parametrize(
        "hostile",
        [
            "<script>alert(1)</script>",
            "a <b onclick='x'>b</b>",
            "[x](javascript:alert(1))",
            "![x](https://elsewhere/x.png)",
            "<https://a.b>x<img src=x onerror=alert(1)>",
        ],
    )
    def test_nothing_runs_and_nothing_is_loaded(self, hostile):
        page = rendered(hostile)
        assert not re.search(r"<(script|img|b|iframe)\b", page)
        assert 'href="javascript' not in page

    def test_tables_and_blocks(self):
        page = rendered("| a | b |\n| --- | --- |\n| 1 | 2 |\n\n    *3  4")
        assert "<td>2</td>" in page and "<pre><code>*3  4" in page
