"""`autograder export` as it is called: what it refuses before it reads anything, and what it says after."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from importlib import import_module

import pytest
from bs4 import BeautifulSoup

from autograder import cli
from autograder.model import GraderError, UsageError
from autograder.sandbox import Died, Raised, Value
from autograder.staff.export import pdf
from tests.support import written

run = import_module("autograder.staff.export.run")  # the package has a function of that name
PARTS = [part.number for part in written.assignment().parts if part.written]


class Workers:
    """Workers that say one thing of every notebook."""

    def __init__(self, said):
        self.said = said

    @contextmanager
    def session(self, **_how):
        yield self

    def ask(self, *_):
        return self.said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def told(number="2.1", **more):
    parts = {part: {"status": "untouched", "pieces": []} for part in PARTS}
    piece = {"cell": 3, "where": "", "html": ["<p>mine</p>"]}
    parts[number] = {"status": "answered", "pieces": [piece]}
    return Value({"parts": parts, "other": [], "changed": [], "notes": []} | more)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A class of two, whose notebooks both hold an answer to 2.1; `export` writes beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "_workers", lambda: Workers(told()))
    monkeypatch.setattr(run, "load", lambda *_a, **_k: written.assignment())
    (tmp_path / "class").mkdir()
    (tmp_path / "taken").write_bytes(b"a file, not a folder")
    for name in ("ada", "bob"):
        (tmp_path / "class" / f"{name}.ipynb").write_bytes(written.content(written.template()))
    return tmp_path / "class"


def said(capsys, *line):
    status = cli.main(["export", *map(str, line), "-a", "a3_2020"])
    out = capsys.readouterr()
    return status, out.out + out.err


def page(folder, name):
    text = (folder.parent / "export" / f"{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


def test_a_line_for_each_document_and_status_0(capsys, folder):
    status, text = said(capsys, folder)
    assert status == 0
    assert text.splitlines() == [
        f"export/{name}.html: 1 of {len(PARTS)} answered" for name in ("ada", "bob")
    ]


def test_an_export_next_to_single_submissions_is_a_problem_of_its_line(capsys, folder):
    for name in ("lovelaceada_11_901_hw.ipynb", "noetheremmy_12_903_hw.ipynb"):
        (folder / "section").mkdir(exist_ok=True)
        (folder / "section" / name).write_bytes(written.content(written.template()))
    status, text = said(capsys, folder)
    (line,) = (line for line in text.splitlines() if line.startswith("export/section.html"))
    assert (
        status == 1
        and "taken for one submission, as ada.ipynb next to it is one; if it is a whole" in line
    )


def test_one_notebook_alone(capsys, folder):
    status, text = said(capsys, folder / "bob.ipynb")
    assert (status, len(text.splitlines())) == (0, 1)
    assert page(folder, "bob").find("div", class_="answer").get_text() == "mine"


def test_only_the_parts_that_were_asked_for(capsys, folder):
    said(capsys, folder, "-q", "2.3", "-q", "2.1")
    headings = [heading["id"] for heading in page(folder, "ada").find_all("h2")]
    assert headings == ["2.1", "2.3"]


def test_names_of_the_documents_are_not_taken_by_submissions(capsys, folder):
    (folder / "by_question.ipynb").write_bytes(b"{}")
    status, text = said(capsys, folder, "--merged")
    assert status == 0 and len({line.split(":")[0] for line in text.splitlines()}) == 4


def test_text_in_no_part_and_in_place_of_the_hand_outs_is_in_both_documents(
    capsys, folder, monkeypatch
):
    def piece(text):
        return [{"cell": 3, "where": "", "html": [f"<p>{text}</p>"]}]

    more = {"other": piece("elsewhere"), "changed": piece("rewritten"), "notes": ["noted"]}
    monkeypatch.setattr(run, "_workers", lambda: Workers(told(**more)))
    said(capsys, folder / "ada.ipynb", "--merged")
    for name in ("ada", "by_question"):
        text = page(folder, name).get_text()
        assert all(word in text for word in ("elsewhere", "rewritten", "Noted"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("none",), "no file or folder none"),
        (
            ("class", "-q", "9.9"),
            "9.9 is not a written part of a3_2020; its written parts are 2.1,",
        ),
        (("class", "-o", "taken"), "cannot be written to"),
        (("class", "-o", "class/out"), "class/out lies in class, where it would be read as a"),
        ((".",), "export lies in ., where it would be read as a submission"),
    ],
)
def test_wrong_usage_is_refused_with_status_2(capsys, folder, line, says):
    status, text = said(capsys, *line)
    assert status == 2 and says in text


def test_an_assignment_without_written_parts_is_refused(capsys, folder, monkeypatch):
    whole = written.assignment()
    questions = tuple(
        dataclasses.replace(
            question, parts=tuple(dataclasses.replace(part, written=0.0) for part in question.parts)
        )
        for question in whole.questions
    )
    none = dataclasses.replace(whole, questions=questions)
    monkeypatch.setattr(run, "load", lambda *_a, **_k: none)
    status, text = said(capsys, folder)
    assert status == 2 and "has no written parts" in text


def test_a_problem_is_shown_without_what_controls_a_terminal(capsys, folder, monkeypatch):
    evil = Raised("NotebookError", "broken \x1b]0;title\x07\x1b[31m\nand more")
    monkeypatch.setattr(run, "_workers", lambda: Workers(evil))
    status, text = said(capsys, folder)
    assert status == 1 and "\x1b" not in text
    assert len(text.splitlines()) == 3 and "2 documents incomplete, of 2 submissions" in text


class TestOurOwnError:
    """It costs one submission, and is told as what it is."""

    @pytest.mark.parametrize(
        "error", [KeyError("x"), OSError("x"), GraderError("x"), UsageError("x")]
    )
    @pytest.mark.parametrize("where", ["read", "document", "part_answer", "others"])
    def test_the_others_documents_are_written(self, capsys, folder, monkeypatch, where, error):
        module = run if where == "read" else run.page
        function = getattr(module, where)

        def fails_for_ada(entry, *more):
            if entry.id == "ada":
                raise error
            return function(entry, *more)

        monkeypatch.setattr(module, where, fails_for_ada)
        status, text = said(capsys, folder, "--merged")
        assert status == 1 and "1 document incomplete, of 2 submissions" in text
        (line,) = [line for line in text.splitlines() if line.startswith("export/ada.html")]
        assert f"grader error, no fault of the student's: {type(error).__name__}" in line
        assert "grader error" in page(folder, "ada").find(class_="notice").get_text()
        assert page(folder, "bob").find("div", class_="answer").get_text() == "mine"
        merged = page(folder, "by_question")
        listed = [item.get_text() for item in merged.find_all("li")]
        assert listed.count("ada: could not be read") == len(PARTS)
        assert [box.get_text() for box in merged.find_all("div", class_="answer")] == ["mine"]
        assert "grader error" in merged.find(class_="notice").get_text()

    def test_one_that_strikes_everybody_is_status_3(self, capsys, folder, monkeypatch):
        def fails(*_):
            raise GraderError("no worker can be had")

        monkeypatch.setattr(run, "read", fails)
        status, text = said(capsys, folder)
        assert status == 3 and text.count("no worker can be had") == 2

    def test_one_in_the_derivations_leaves_the_written_answers(self, capsys, folder, monkeypatch):
        def fails(*_):
            raise KeyError("x")

        monkeypatch.setattr(run, "derived", fails)
        status, text = said(capsys, folder)
        assert status == 1 and text.count("its derivations are not shown: grader error") == 2
        assert page(folder, "ada").find("div", class_="answer").get_text() == "mine"

    def test_a_worker_that_ends_while_it_hands_pictures_over(self, capsys, folder, monkeypatch):
        class Dying(Workers):
            """Dies at the first picture; as a real one, it may then be asked no more."""

            dead = False

            @contextmanager
            def session(self, **_how):
                self.dead = False
                yield self

            def ask(self, request, *_):
                if self.dead:
                    raise GraderError("a worker that had ended was asked")
                if request["op"] == "picture":
                    self.dead = True
                    return Died("memory", "it ran out of memory")
                shown = ["<p>mine"] + ['<img picture="0">'] * 2 * (not request["plain"]) + ["</p>"]
                piece = {"cell": 3, "where": "", "html": shown}
                parts = {part: {"status": "untouched", "pieces": []} for part in PARTS}
                parts["2.1"] = {"status": "answered", "pieces": [piece]}
                return Value({"parts": parts, "other": [], "changed": [], "notes": []})

        monkeypatch.setattr(run, "_workers", lambda: Dying(None))
        status, _text = said(capsys, folder)
        tree = page(folder, "ada")
        assert status == 0 and tree.find("div", class_="answer").get_text() == "mine"
        assert "shown as it was typed" in tree.find(class_="notice").get_text()


class TestPdf:
    def test_without_a_browser_nothing_is_read(self, capsys, folder, monkeypatch):
        monkeypatch.setattr(pdf.shutil, "which", lambda _name: None)
        status, text = said(capsys, folder, "--pdf")
        assert status == 2 and "--pdf needs Chromium or Chrome" in text
        assert not (folder.parent / "export").exists()

    def test_a_browser_that_prints_nothing_costs_the_pdf_alone(self, capsys, folder, monkeypatch):
        monkeypatch.setattr(pdf, "browser", lambda: "/bin/true")
        status, text = said(capsys, folder, "--pdf")
        assert status == 1 and text.count("no PDF: the browser did not print it") == 2
        assert page(folder, "ada").find("div", class_="answer")
