"""`grades.csv`: harmless in every spreadsheet, whatever people and files are called."""

from __future__ import annotations

import csv
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.staff.batch.grades import csv_text, grade_lines
from autograder.staff.batch.rows import About, PartAbout, Person, Row, RowStatus

ABOUT = About("toy", "Toy", points=4.0, parts=(PartAbout("1.1", points=4.0),))
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r")
HOSTILE = (
    *(
        "=1+1",
        "+SUM(1)",
        "-2+3",
        "@home",
        " =cmd|' /C calc'!A0",
        "a;=1+1",
        "a,=1+1",
        'x";"=1',
        "\t=1",
    ),
    *(
        "\uff1d1+1",
        "a\r\n=1",
        "'=1",
        "\x1b[31m=1",
        "\u202e=1",
        "\u200b=1",
        "a|=1",
        "\ud800=1",
        "\x00=1",
    ),
)


def lines_of(*texts):
    rows = [
        Row(
            f"s{n}",
            text,
            people=(Person(text, text, text, text),),
            status=RowStatus.GRADED,
            note=text,
        )
        for n, text in enumerate(texts)
    ]
    return csv_text(grade_lines(ABOUT, rows)).removeprefix("\ufeff").splitlines()[1:]


def is_safe(line):
    """Whatever separates the cells for the spreadsheet, and whether it knows quotes or not."""
    cells = next(csv.reader([line]))
    pieces = [piece.strip(' "') for piece in re.split(r"[,;|\t]", line)]
    return not any(cell.lstrip().startswith(FORMULA) for cell in [*cells, *pieces]) and not any(
        unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in "\u202e\u2066"
        for char in line
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text):
    (line,) = lines_of(text)
    assert is_safe(line)


@given(
    st.text(
        alphabet=st.sampled_from([*"=+-@;,|\"' a1", "\t", "\r", "\n", "\u202e", "\uff1d"]),
        max_size=12,
    )
)
def test_whatever_is_typed_no_cell_is_a_formula(text):
    (line,) = lines_of(text)
    assert is_safe(line)


def test_a_name_that_begins_like_nothing_is_not_changed():
    names = ("Zoë Ünal", "李雷", "O'Neil, Seán", "محمد علي", 'Ann "A" Lee', "Jean-Luc")
    assert [next(csv.reader([line]))[1] for line in lines_of(*names)] == [*names]


def test_points_are_numbers_and_no_grade_is_no_zero():
    rows = [
        Row("a", status=RowStatus.GRADED, score=1.33333, parts={"1.1": 1.33333}),
        Row("b", status=RowStatus.REFUSED, note="empty"),
        *(
            Row(f"c{n}", status=status)
            for n, status in enumerate(RowStatus)
            if status.is_grader_fault
        ),
    ]
    found = list(
        csv.DictReader(csv_text(grade_lines(ABOUT, rows)).removeprefix("\ufeff").splitlines())
    )
    assert [line["score"] for line in found] == ["1.33", "0", "", "", ""]
    assert {line["maximum"] for line in found} == {"4"} and found[0]["1.1"] == "1.33"
