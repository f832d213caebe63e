"""Two gradings of a class: who moves, in which part, by which case, on the terminal and on a page."""

from __future__ import annotations

import dataclasses
import errno
import html
import json

import pytest
from bs4 import BeautifulSoup

from autograder import supervisor
from autograder.cli import main
from autograder.model import UsageError
from autograder.staff.batch.rows import About, PartAbout, Person, Row, RowStatus
from autograder.staff.batch.store import Store
from autograder.staff.batch.table import ClassTable
from autograder.staff.compare import CaseChange, compare
from autograder.staff.compare.page import by_case, render, write

ABOUT = About(
    "toy", "Toy", points=4.0, parts=(PartAbout("1.1", points=2), PartAbout("1.2", points=2))
)
A, B = "toy/double: of 3", "toy/total: a matrix [hidden]"


def left(folder, **outcomes):
    """What a batch leaves: for each id, how the two cases of two points each ended."""
    store = Store(folder)
    rows = []
    for name, (first, second) in outcomes.items():
        parts = {"1.1": 2.0 * (first == "passed"), "1.2": 2.0 * (second == "passed")}
        row = Row(
            name, people=(Person(name=f"<b>{name}</b>"),), parts=parts, score=sum(parts.values())
        )
        row = dataclasses.replace(row, status=RowStatus.GRADED)
        cases = {
            "1.1": {"cases": {A: {"outcome": first}}},
            "1.2": {"cases": {B: {"outcome": second}}},
        }
        store.keep("key", "bytes", row, results={}, explain={"parts": cases})
        rows.append(row)
    assert store.finish(ClassTable(ABOUT, tuple(rows)), parquet=False) == []
    store.close()
    return folder


@pytest.fixture
def two(tmp_path):
    old = left(
        tmp_path / "old",
        up=("wrong", "wrong"),
        down=("passed", "passed"),
        other=("wrong", "passed"),
        same=("passed", "wrong"),
        left=("passed", "passed"),
    )
    new = left(
        tmp_path / "new",
        up=("passed", "passed"),
        down=("passed", "raised"),
        other=("raised", "passed"),
        same=("passed", "wrong"),
        came=("passed", "passed"),
    )
    return old, new


def test_who_moves_in_which_part_by_which_case(two):
    found = compare(*two)
    assert [(one.new.id, one.gain) for one in found.losing] == [("down", -2.0)]
    assert [(one.new.id, one.gain) for one in found.gaining] == [("up", 4.0)]
    assert [one.new.id for one in found.level] == ["other"]
    assert (found.same, found.only_old, found.only_new) == (1, ("left",), ("came",))
    (part,) = found.losing[0].parts
    assert (part.number, part.old, part.new) == ("1.2", 2.0, 0.0)
    assert part.cases == (CaseChange(B, "passed", "raised"),)
    assert sum(moves.count for moves in by_case(found)) == 4


def test_points_that_change_with_no_case_are_explained(two, capsys):
    """Another weight of a case, or other points of a part."""
    old = json.loads((two[0] / "batch.json").read_text())
    for row in old["submissions"]:
        if row["id"] == "same":
            row["parts"]["1.1"], row["score"] = 1.5, 1.5
    (two[0] / "batch.json").write_text(json.dumps(old))
    why = "every case ended as before; its points or weights have changed"
    main(["compare", str(two[0]), str(two[1])])
    lines = (line.split("│") for line in capsys.readouterr().out.splitlines() if "│" in line)
    assert why in " ".join(" ".join(line[-2] for line in lines).split())
    assert (two[1] / "compare.html").read_text("utf-8").count(why) == 1


def test_gradings_that_do_not_differ(two):
    found = compare(two[0], two[0])
    assert (found.moved, found.same) == ((), 5)


def test_where_the_cases_are_not_known_the_points_still_are(two):
    supervisor.write(two[0] / "up" / "explain.json", {"parts": 3})
    one = compare(*two).gaining[0]
    assert not one.known and [part.number for part in one.parts] == ["1.1", "1.2"]
    assert all(part.cases == () for part in one.parts)


def test_the_command_prints_the_table_and_writes_the_page(two, capsys):
    old, new = two
    assert main(["compare", str(old), str(new)]) == 1  # two are in one of them only
    said = capsys.readouterr().out
    assert "Points lost: 1, gained: 1, the same with other outcomes: 1, nothing changed: 1" in said
    assert "only in the first: left" in said
    page = (new / "compare.html").read_text("utf-8")
    assert "&lt;b&gt;down&lt;/b&gt;" in page and "<bdi>down</bdi>" in page  # the name, and the id
    assert "<b>down</b>" in said and "1.2 total: a matrix [hidden]: passed → raised: 1" in said
    assert main(["compare", str(old), str(old), "-o", str(new / "page.html")]) == 0


def test_names_from_right_to_left_do_not_turn_the_points(two):
    soup = BeautifulSoup(render(compare(*two)), "html.parser")
    for summary in soup.find_all("summary"):
        assert [one.name for one in summary.find_all(recursive=False)] == ["b", "bdi", "span"]
        assert summary.b.bdi and "→" not in summary.b.text + summary.find("bdi").text


def test_who_has_no_grade_is_not_shown_with_zero_points(two, capsys):
    batch = json.loads((two[0] / "batch.json").read_text())
    for row in batch["submissions"]:
        if row["id"] == "up":
            row |= {"status": "not graded", "score": 0, "parts": {}}
    (two[0] / "batch.json").write_text(json.dumps(batch))
    page = BeautifulSoup(render(compare(*two)), "html.parser").get_text()
    assert "– → 4" in page and "not graded before, graded now" in page


def test_the_page_loads_and_runs_nothing(two):
    page = html.unescape(render(compare(*two)))
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    "hostile",
    [
        "</style></script><!-- <svg onload=alert(1)>",
        "\"><img src=x onerror=alert(1)>' onmouseover='alert(1)",
        "[/][link=file:///etc/passwd]here[/link]\\",
        "{{ 7*7 }}{% raw %}",
        "\u202egnp.exe\x00\x1b]0;owned\x07\x1b[31m",
    ],
)
def test_what_students_name_changes_neither_the_page_nor_the_terminal(two, capsys, hostile):
    """The page has the elements of a page about harmless names, and the terminal gets no escape."""
    pages = []
    for text in ("harmless", hostile):
        for folder in two:
            batch = json.loads((folder / "batch.json").read_text())
            for row in batch["submissions"]:
                row |= {"people": [{"name": text}], "file": text, "note": text}
                row |= {"status": "refused" if folder == two[1] else "graded"}
            (folder / "batch.json").write_text(json.dumps(batch))
        assert main(["compare", *map(str, two)]) == 1
        pages.append((two[1] / "compare.html").read_text("utf-8"))
    shapes = [
        [(one.name, sorted(one.attrs)) for one in BeautifulSoup(page, "html.parser").find_all(True)]
        for page in pages
    ]
    assert shapes[0] == shapes[1]
    assert not {"\u202e", "\x00", "\x1b"} & {*pages[1], *capsys.readouterr().out}


def test_a_full_disk_leaves_the_page_that_was_there(two, tmp_path, monkeypatch):
    page = tmp_path / "compare.html"
    page.write_text("as before")

    def full(self, *_arguments, **_more):
        with self.open("wb") as file:
            file.write(b"<html")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(UsageError, match=r"compare\.html cannot be written: No space left"):
        write(compare(*two), page)
    assert page.read_bytes() == b"as before"
    assert {path.name for path in tmp_path.iterdir()} == {"compare.html", "old", "new"}


def test_two_classes_are_not_compared(two, tmp_path):
    others = left(tmp_path / "others", somebody=("passed", "passed"))
    with pytest.raises(UsageError, match="hold two different classes: no submission is in both"):
        compare(two[0], others)


def test_what_is_no_batch_is_said(two, tmp_path):
    with pytest.raises(UsageError, match=r"contains no batch\.json"):
        compare(two[0], tmp_path)
