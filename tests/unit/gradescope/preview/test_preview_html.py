"""The page: what it says to whom, and that nothing on it runs or is loaded."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from autograder import cli
from autograder.gradescope.preview import Moment, Reader, page, view

GOLDEN = Path(__file__).parents[3] / "golden" / "gradescope" / "judged.json"
HOSTILE = "<script>alert(1)</script><img src=http://a.b/c onerror=x><a href='javascript:x'>y</a>"


def of(results, reader="student", when="now"):
    return page(view(results, Reader(reader), Moment(when)), "results.json")


@pytest.mark.parametrize("form", ["text", "html", "simple_format", "md", "ansi"])
def test_no_text_of_any_format_runs_or_loads_anything(form):
    test = {
        "name": HOSTILE,
        "name_format": form,
        "output": HOSTILE,
        "output_format": form,
        "tags": [HOSTILE],
        "extra_data": HOSTILE,
    }
    results = {"score": 1, "output": HOSTILE, "output_format": form, "tests": [test]}
    results |= {"leaderboard": [{"name": HOSTILE, "value": HOSTILE}], "extra_data": HOSTILE}
    made = of(results, "staff")
    assert not re.search(r"<(script|img|iframe|link)\b", made)
    assert not re.search(r"<a [^>]*javascript", made)
    assert "default-src 'none'" in made


@pytest.mark.parametrize(
    ("form", "text", "has"),
    [
        ("text", "a *b*", "<pre>a *b*</pre>"),
        ("md", "a *b*", "<em>b</em>"),
        ("html", "a <b>b</b>", "a <b>b</b>"),
        ("simple_format", "a\nb\n\nc", "<p>a<br>\nb</p><p>c</p>"),
        ("ansi", "\x1b[31mred\x1b[0m", "red</span>"),
    ],
)
def test_every_format_is_rendered(form, text, has):
    assert has in of({"score": 1, "output": text, "output_format": form})


def test_what_is_for_staff_is_on_their_page_alone():
    results = json.loads(GOLDEN.read_text())
    for_staff, for_student = of(results, "staff"), of(results)
    for words in ("hidden cases", "extra_data", results["extra_data"]["seed"], "ran for"):
        assert words in for_staff and words not in for_student
    assert "Total: –" in for_student and "Total: <strong>" in for_staff
    assert "entries are not shown" in for_student


class TestCommand:
    def test_a_page_in_its_place(self, tmp_path, capsys):
        out = tmp_path / "page.html"
        line = ["preview", str(GOLDEN), "--as", "staff", "--no-open", "-o", str(out)]
        assert cli.main(line) == 0
        assert "as staff see it" in out.read_text()
        assert capsys.readouterr().out == f"{out}\n"

    def test_it_is_opened(self, monkeypatch, tmp_path, capsys):
        opened = []
        monkeypatch.setattr("webbrowser.open", lambda where: opened.append(where) or True)
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        assert cli.main(["preview", str(GOLDEN), "--when", "after-published"]) == 0
        assert opened[0].startswith("file://") and opened[0].endswith("judged-student.html")
        assert "opened in your browser" in capsys.readouterr().out

    def test_a_bad_file(self, tmp_path, capsys):
        bad = tmp_path / "results.json"
        bad.write_text("{")
        assert cli.main(["preview", str(bad), "--no-open"]) == 2
        assert "autograder preview: " in capsys.readouterr().err

    def test_nowhere_to_write(self, tmp_path, capsys):
        line = ["preview", str(GOLDEN), "--no-open", "-o", str(tmp_path / "no" / "page.html")]
        assert cli.main(line) == 2
        assert "cannot be written" in capsys.readouterr().err
