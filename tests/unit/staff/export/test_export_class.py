"""`autograder export` on a class: a document for every submission, whatever is wrong with one of them."""

from __future__ import annotations

import base64
import json
import zipfile
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from autograder import cli
from autograder.course.bank import load
from autograder.staff.batch.collect import collect
from autograder.student.template.notebook import notebook
from tests.support import toy, written
from tests.support.written import answered, cell, content

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SHOWN = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
PASTED = {"image.png": {"image/png": base64.b64encode(PNG).decode()}}
SECRET = "a hidden case of the course"


def prose(text, **more):
    return content(answered(cell("markdown", text, id="q2-p1-answer", **more)))


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A class, exported once with the document by question."""
    home = tmp_path_factory.mktemp("class")
    (home / "hidden_cases.png").write_bytes(PNG)  # outside of every submission
    (home / "hidden_cases.py").write_text(SECRET)
    folder, out = home / "class", home / "out"
    folder.mkdir()
    for name, text in (("s1", "mine is one"), ("s2", "mine is two")):
        (folder / name).mkdir()
        (folder / name / "a3_2020.ipynb").write_bytes(prose(text))
    (folder / "broken").mkdir()
    (folder / "broken" / "hw.ipynb").write_bytes(b'{"cells": [')
    (folder / "empty").mkdir()
    (folder / "modules").mkdir()
    (folder / "modules" / "vae.py").write_text("x = 1\n")
    (folder / "as_handed_out.ipynb").write_bytes(content(written.template()))
    (folder / "bom.ipynb").write_bytes(b"\xef\xbb\xbf" + prose("with a mark of byte order"))
    (folder / "Ada L_31_assignsubmission_file").mkdir()
    (folder / "Ada L_31_assignsubmission_file" / "hw.ipynb").write_bytes(prose("of Moodle"))
    with zipfile.ZipFile(folder / "zipped.zip", "w") as archive:
        archive.writestr("hw/hw.ipynb", prose("![a](img/own.png) ![b](../up.png) ![c](OWN.PNG)"))
        archive.writestr("hw/img/own.png", PNG)
        archive.writestr("up.png", PNG)
    pictures = folder / "pictures"
    pictures.mkdir()
    (pictures / "own.png").write_bytes(PNG)
    (pictures / "notes.png").write_text(SECRET)
    (pictures / "link.png").symlink_to(home / "hidden_cases.png")
    kinds = {
        "pasted": "![p](attachment:image.png)",
        "pasted-html": '<img src="attachment:image.png" width="40">',
        "data": f"![d]({SHOWN})",
        "beside": "![o](own.png)",
        "beside-html": '<img src="./own.png">',
        "encoded": "![o](%6Fwn.png)",
    }
    refused = [
        "../../hidden_cases.png",
        "../../hidden_cases.py",
        str(home / "hidden_cases.png"),
        f"file://{home}/hidden_cases.png",
        f"file:{home}/hidden_cases.png",
        "%2e%2e/%2e%2e/hidden_cases.png",
        "..\\..\\hidden_cases.png",
        "pictures/../../hidden_cases.png",
        "link.png",
        "notes.png",
        "http://example.com/x.png",
        "//example.com/x.png",
        "https://example.com/x.png",
        "assignments/questions/vae/hidden_cases.py",
        "/etc/passwd",
        "/proc/self/environ",
        "data:text/html,<script>alert(1)</script>",
        "javascript:alert(1)",
    ]
    lines = [f"{name}: {text}" for name, text in kinds.items()]
    lines += [f"![no{number}](<{name}>)" for number, name in enumerate(refused)]
    lines += [f'<img src="{name}">' for name in refused]
    (pictures / "hw.ipynb").write_bytes(prose("\n\n".join(lines), attachments=PASTED))
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", SimpleNamespace(write=said.append, flush=lambda: None))
        status = cli.main(["export", str(folder), "-a", "a3_2020", "-o", str(out), "--merged"])
    pages = {
        path.stem: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in out.glob("*.html")
    }
    return SimpleNamespace(
        status=status, said="".join(said), pages=pages, folder=folder, kinds=kinds, refused=refused
    )


def answer(page, number="2.1"):
    """The answers to a part, by its heading."""
    return page.find("h2", id=number).parent.find_all("div", class_="answer")


def test_each_submission_has_a_document_named_as_batch_names_it(exported):
    ids = {entry.id for entry in collect(exported.folder).entries}
    assert set(exported.pages) == {*ids, "by_question"}
    for name, text in (
        ("s1", "mine is one"),
        ("s2", "mine is two"),
        ("bom", "with a mark of byte order"),
        ("Ada-L_31", "of Moodle"),
    ):
        (shown,) = answer(exported.pages[name])
        assert shown.get_text().strip() == text
        assert shown.p.get_text() == text  # a paragraph, not its tags as text


def test_one_broken_notebook_is_listed_and_the_run_goes_on(exported):
    assert exported.status == 1
    (line,) = (line for line in exported.said.splitlines() if "broken.html" in line)
    assert "its JSON is broken" in line
    for name, why in (
        ("broken", "its JSON is broken"),
        ("empty", "empty"),
        ("modules", "no notebook"),
    ):
        notice = exported.pages[name].find(class_="notice").get_text()
        assert "Not read" in notice and why in notice
    assert "3 documents incomplete, of 10 submissions" in exported.said


def test_what_is_missing_is_named_at_the_top(exported):
    page = exported.pages["as_handed_out"]
    notice = page.find(class_="notice")
    assert "As handed out: 2.1, 2.3, 3.1" in notice.get_text()
    assert notice.find_previous("section") is None
    assert not page.find_all(class_="answer")
    assert "As handed out: 2.3, 3.1" in exported.pages["s1"].find(class_="notice").get_text()


def test_pictures_of_the_submission_are_shown(exported):
    (shown,) = answer(exported.pages["pictures"])
    for name in exported.kinds:
        paragraph = shown.find(string=lambda text, name=name: f"{name}: " in text).parent
        assert paragraph.img["src"] == SHOWN
    assert shown.find_all("img")[1]["width"] == "40"
    (zipped,) = answer(exported.pages["zipped"])
    assert [image["src"] for image in zipped.find_all("img")] == [SHOWN] * 3


def test_nothing_else_is_read_from_disk_and_nothing_is_asked_for(exported):
    (shown,) = answer(exported.pages["pictures"])
    assert len(shown.find_all("img")) == len(exported.kinds)
    gone = [one.get_text() for one in shown.find_all("span", class_="gone")]
    assert len(gone) == 2 * len(exported.refused) - 1  # Markdown makes no image of javascript:
    for page in exported.pages.values():
        assert SECRET not in str(page)
        for image in page.find_all("img"):
            assert image["src"].startswith("data:image/")


def test_the_document_by_question_has_everybody_under_each_part(exported):
    page = exported.pages["by_question"]
    parts = [part for part in written.assignment().parts if part.written]
    headings = [heading.get_text() for heading in page.find_all("h2")]
    assert [text.split()[0] for text in headings[: len(parts)]] == [part.number for part in parts]
    first = page.find("h2")
    people, texts = [], []
    for section in first.find_next_siblings():
        if section.name == "h2":
            break
        if section.get("class") == ["none"]:
            without = [item.get_text() for item in section.find_all("li")]
            continue
        people.append(section.h3.get_text())
        texts.append(section.get_text())
    entries = collect(exported.folder).entries
    assert len(people) + len(without) == len(entries)
    assert "as_handed_out: as handed out" in without and "broken: could not be read" in without
    assert any("mine is one" in text for text in texts)
    assert any("Ada L" in name for name in people)


@pytest.mark.exhaustive
def test_a_figure_goes_from_the_manifest_to_the_document(tmp_path, capsys):
    project = toy.make(tmp_path / "project")
    manifest = project.root / "assignments" / "toy.toml"
    asked = 'part = "total"\npoints = 2\nwritten = 1\nfigure = true'
    manifest.write_text(manifest.read_text().replace('part = "total"\npoints = 2', asked))
    given = json.loads(notebook(load(str(manifest), hidden=False)))["cells"]
    (tmp_path / "class").mkdir()
    for name in ("drawn", "explained", "untouched"):
        cells = {one["id"]: dict(one) for one in given}
        if name != "untouched":
            cells["q1-p2-answer"]["source"] = "it grows"
        if name == "drawn":
            picture = {"image/png": base64.b64encode(PNG).decode(), "text/plain": "<Figure>"}
            shown = {"output_type": "display_data", "data": picture, "metadata": {}}
            cells["q1-p2-figure"] |= {"source": "plt.plot(x)", "outputs": [shown]}
        (tmp_path / "class" / f"{name}.ipynb").write_bytes(content(list(cells.values())))
    out = tmp_path / "out"
    line = ["export", str(tmp_path / "class"), "-a", str(manifest), "-o", str(out), "--merged"]
    assert cli.main(line) == 0
    said = capsys.readouterr().out
    assert f"{out}/drawn.html: 1 of 1 answered" in said
    assert f"{out}/untouched.html: 0 of 1 answered" in said
    for name in ("drawn", "by_question"):
        page = BeautifulSoup((out / f"{name}.html").read_text(), "html.parser")
        text, figure = page.find_all(class_="answer")[:2]
        assert text.get_text().strip() == "it grows"
        assert figure.pre.get_text() == "plt.plot(x)" and figure.img["src"] == SHOWN
    page = BeautifulSoup((out / "explained.html").read_text(), "html.parser")
    assert [one.get_text().strip() for one in page.find_all(class_="answer")] == ["it grows"]


def test_every_page_runs_nothing_and_loads_nothing(exported):
    for page in exported.pages.values():
        policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
        assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
        assert not page.find_all(["script", "iframe", "object", "embed", "link", "base", "form"])
        assert [name for tag in page.find_all(True) for name in tag.attrs if name[:2] == "on"] == []
