"""Where a written answer is looked for: each answer is found, or named, whatever became of its marks."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.staff.export.handout import handout
from autograder.untrusted.written.finding import find
from tests.support import written
from tests.support.written import cell, place, template

BEGIN, END = "<!-- BEGIN QUESTION -->", "<!-- END QUESTION -->"
NUMBERS = [part.number for part in written.assignment().parts if part.written]


def texts(found, number="2.1"):
    return [piece.text.strip() for piece in found.pieces[number]]


def looked_through(cells):
    return find(cells, written.given())


def replaced(name, *cells):
    whole = template()
    at = place(whole, name)
    return [*whole[:at], *cells, *whole[at + 1 :]]


def without(*names):
    return [one for one in template() if one["id"] not in names]


def after(name, *cells, whole=None):
    whole = template() if whole is None else whole
    at = place(whole, name) + 1
    return [*whole[:at], *cells, *whole[at:]]


def test_a_hand_out_as_it_was_given_has_no_answer_and_nothing_to_tell():
    found = looked_through(template())
    assert {number: found.status(number) for number in NUMBERS} == dict.fromkeys(
        NUMBERS, "untouched"
    )
    assert (found.other, found.notes) == ([], [])


def test_an_empty_notebook_misses_every_part():
    found = looked_through([])
    assert {found.status(number) for number in NUMBERS} == {"missing"}


def test_a_deleted_answer_is_empty_while_its_marks_or_its_question_stand():
    assert looked_through(without("q2-p1-answer")).status("2.1") == "empty"
    gone = without("q2-p1", "q2-p1-begin", "q2-p1-answer", "q2-p1-end")
    assert looked_through(gone).status("2.1") == "missing"


MINE = "By the *chain rule*, MINE."
ANYWHERE = {
    "in its cell": replaced("q2-p1-answer", cell("markdown", MINE, id="q2-p1-answer")),
    "with the placeholder left standing": replaced(
        "q2-p1-answer",
        cell("markdown", f"*Write your answer here, in place of this line.*\n\n{MINE}", id="a"),
    ),
    "in a new cell without an id": replaced("q2-p1-answer", cell("markdown", MINE)),
    "in a code cell": replaced("q2-p1-answer", cell("code", f"# {MINE}", id="q2-p1-answer")),
    "in a code cell, as a string": replaced("q2-p1-answer", cell("code", f'"""{MINE}"""')),
    "in a code cell that is not Python": replaced("q2-p1-answer", cell("code", MINE)),
    "in a raw cell": replaced("q2-p1-answer", cell("raw", MINE)),
    "after the END mark": after("q2-p1-end", cell("markdown", MINE)),
    "in a code cell after the END mark": after("q2-p1-end", cell("code", f"# {MINE}")),
    "before the BEGIN mark": after("q2-p1-check", cell("markdown", MINE)),
    "in the cell of the BEGIN mark, below it": replaced(
        "q2-p1-begin", cell("markdown", f"{BEGIN}\n\n**2.1 Scaling**\n\n{MINE}", id="q2-p1-begin")
    ),
    "in the cell of the BEGIN mark, above it": replaced(
        "q2-p1-begin", cell("markdown", f"{MINE}\n\n{BEGIN}", id="q2-p1-begin")
    ),
    "in the cell of the END mark, below it": replaced(
        "q2-p1-end", cell("markdown", f"{END}\n\n{MINE}", id="q2-p1-end")
    ),
    "in the cell of the END mark, above it": replaced(
        "q2-p1-end", cell("markdown", f"{MINE}\n{END}", id="q2-p1-end")
    ),
    "below the question, in its cell": replaced(
        "q2-p1",
        cell("markdown", template()[place(template(), "q2-p1")]["source"] + f"\n\n{MINE}"),
    ),
    "in one cell with both marks": [
        one
        for one in replaced(
            "q2-p1-answer", cell("markdown", f"{BEGIN}\n\n**2.1 S**\n\n{MINE}\n\n{END}", id="m")
        )
        if one["id"] not in ("q2-p1-begin", "q2-p1-end")
    ],
    "with both marks deleted": [
        one
        for one in replaced("q2-p1-answer", cell("markdown", MINE, id="new"))
        if one["id"] not in ("q2-p1-begin", "q2-p1-end")
    ],
    "with the BEGIN mark deleted": [
        one
        for one in replaced("q2-p1-answer", cell("markdown", MINE, id="new"))
        if one["id"] != "q2-p1-begin"
    ],
    "with the END mark deleted": [
        one
        for one in replaced("q2-p1-answer", cell("markdown", MINE, id="new"))
        if one["id"] != "q2-p1-end"
    ],
    "with the marks and the question deleted, in the answer's own cell": [
        one
        for one in replaced("q2-p1-answer", cell("markdown", MINE, id="q2-p1-answer"))
        if one["id"] not in ("q2-p1", "q2-p1-begin", "q2-p1-end")
    ],
    "moved to the end of the notebook, with its id": [
        *without("q2-p1-answer"),
        cell("markdown", MINE, id="q2-p1-answer"),
    ],
    "with marks in lower case and without blanks": replaced(
        "q2-p1-answer", cell("markdown", f"<!--end question-->\n<!--begin question-->\n{MINE}")
    ),
}


@pytest.mark.parametrize("where", ANYWHERE)
def test_an_answer_is_found(where):
    found = looked_through(ANYWHERE[where])
    assert any(MINE in text for text in texts(found)), (found.pieces["2.1"], found.other)
    assert found.status("2.1") == "answered"
    assert all(found.status(number) == "untouched" for number in NUMBERS if number != "2.1")


@pytest.mark.parametrize(
    "where",
    [
        "after the END mark",
        "before the BEGIN mark",
        "below the question, in its cell",
        "with both marks deleted",
    ],
)
def test_an_answer_in_an_unusual_place_is_told_with_its_cell(where):
    cells = ANYWHERE[where]
    found = looked_through(cells)
    at = 1 + next(index for index, one in enumerate(cells) if MINE in one["source"])
    assert any("2.1" in note and f"cell {at}" in note for note in found.notes)


def test_pieces_keep_their_order_and_a_split_answer_stays_whole():
    cells = replaced(
        "q2-p1-answer", cell("markdown", "one"), cell("code", "two"), cell("markdown", "three")
    )
    found = looked_through([*after("q2-p1-end", cell("markdown", "four"), whole=ids(cells))])
    assert texts(found) == ["one", "two", "three", "four"]


def ids(cells):
    return [{"id": f"own-{index}", **one} for index, one in enumerate(cells)]


def test_a_duplicated_question_shows_both_answers_and_says_so():
    copied = [
        cell("markdown", f"{BEGIN}\n\n**2.1 Scaling every dimension: written answer**"),
        cell("markdown", "second"),
        cell("markdown", END),
    ]
    whole = replaced("q2-p1-answer", cell("markdown", "first", id="q2-p1-answer"))
    found = looked_through(after("q2-p1-end", *copied, whole=whole))
    assert texts(found) == ["first", "second"]
    assert any("2.1 has more than one place" in note for note in found.notes)


def test_the_code_of_another_part_is_no_written_answer():
    solved = replaced(
        "q2-p2-function1",
        cell("code", "def diagonal_log_abs_det(sigma):\n    return 0", id="q2-p2-function1"),
        cell("code", "x = helper(3)\nprint(x)"),
    )
    found = looked_through(solved)
    assert {found.status(number) for number in NUMBERS} == {"untouched"}
    assert found.other == []


def test_text_in_a_part_that_asks_for_none_is_shown_apart():
    found = looked_through(after("q2-p2", cell("markdown", "a remark")))
    assert [piece.text for piece in found.other] == ["a remark"]
    assert "2.2" in found.other[0].where


def test_two_answers_below_each_other_are_not_mixed():
    whole = template()
    for name, text in (("q3-p1-answer", "first"), ("q3-p2-answer", "second")):
        whole[place(whole, name)]["source"] = text
    unmarked = [one for one in whole if not one["id"].endswith(("-begin", "-end"))]
    for cells in (whole, unmarked):
        found = looked_through(cells)
        assert (texts(found, "3.1"), texts(found, "3.2")) == (["first"], ["second"])


def figured():
    """The assignment with a figure in 2.1, and its hand-out."""
    whole = written.assignment()
    questions = tuple(
        dataclasses.replace(
            question,
            parts=tuple(
                dataclasses.replace(part, figure=part.number == "2.1") for part in question.parts
            ),
        )
        for question in whole.questions
    )
    return handout(dataclasses.replace(whole, questions=questions))


PICTURE = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}, "metadata": {}}


def test_a_figure_keeps_its_cell_and_an_untouched_one_is_no_answer():
    given = figured()
    cells = [
        {"cell_type": one["kind"], "id": one["id"], "source": one["text"]} for one in given["cells"]
    ]
    assert find(cells, given).status("2.1") == "untouched"
    at = place(cells, "q2-p1-figure")
    cells[at] |= {"source": "plt.plot(x)", "outputs": [PICTURE]}
    found = find(cells, given)
    assert texts(found) == ["plt.plot(x)"]
    # and below the END mark, where a student may well draw it
    cells[at]["source"] = next(c["text"] for c in given["cells"] if c["id"] == "q2-p1-figure")
    cells[at]["outputs"] = []
    elsewhere = {"cell_type": "code", "id": "n", "source": "plt.plot(y)", "outputs": [PICTURE]}
    found = find(after("q2-p1-end", elsewhere, whole=cells), given)
    assert texts(found) == ["plt.plot(y)"]


def test_a_figure_outside_of_every_answer_is_named():
    cells = after("imports", cell("code", "plt.plot(x)", outputs=[PICTURE]))
    found = looked_through(cells)
    assert any("cell 4" in note and "figure" in note for note in found.notes)


def test_what_stands_in_place_of_the_hand_outs_own_text_is_kept_apart_and_told():
    whole = template()
    at = place(whole, "q2-p1")
    lines = whole[at]["source"].split("\n")
    whole[at]["source"] = "\n".join([*lines[:-1], "My answer in place of the last line."])
    found = looked_through(whole)
    assert [piece.text for piece in found.changed] == ["My answer in place of the last line."]
    assert texts(found) == [] and found.other == []
    assert any(f"cell {at + 1}" in note and "at the end" in note for note in found.notes)


def test_another_edition_of_the_hand_out_is_no_answer():
    whole = template()
    for one in whole:
        if one["cell_type"] == "markdown" and one["source"].startswith("### "):
            one["source"] += "\n\nHint: use the chain rule." if "5.1" in one["source"] else ""
            one["source"] = one["source"].replace("Write", "State").replace("the", "a")
    found = looked_through(whole)
    assert not any(found.pieces.values()) and found.changed


KINDS = {
    "markdown": "MINE, in Markdown",
    "raw": "MINE, in a raw cell",
    "code": "# MINE, as a comment",
    "string": '"""MINE, as a string"""',
}
CHANGES = ("delete", "merge", "split", "duplicate", "swap", "no id", "to raw", "no marks", "append")


def changed(cells, change, at):
    """The cells after something that people do to a notebook."""
    cells = [*cells]
    at %= max(len(cells) - 1, 1)
    one, two = cells[at], cells[min(at + 1, len(cells) - 1)]
    lines = one["source"].split("\n")
    match change:
        case "delete":
            return cells if "MINE" in one["source"] else cells[:at] + cells[at + 1 :]
        case "merge" if one is not two and one["cell_type"] == two["cell_type"] != "code":
            both = {**one, "source": f"{one['source']}\n\n{two['source']}"}
            return [*cells[:at], both, *cells[at + 2 :]]
        case "split" if one["cell_type"] == "markdown":
            first = {**one, "source": "\n".join(lines[: len(lines) // 2])}
            rest = {**one, "id": "split", "source": "\n".join(lines[len(lines) // 2 :])}
            return [*cells[:at], first, rest, *cells[at + 1 :]]
        case "duplicate":
            return [*cells[:at], one, {**one, "id": "copy"}, *cells[at + 1 :]]
        case "swap":
            cells[at], cells[min(at + 1, len(cells) - 1)] = two, one
        case "no id":
            return [{key: value for key, value in c.items() if key != "id"} for c in cells]
        case "to raw" if one["cell_type"] == "markdown":
            cells[at] = {**one, "cell_type": "raw"}
        case "no marks":
            return [c for c in cells if not c["source"].startswith("<!--")]
        case "append" if one["cell_type"] == "markdown":
            cells[at] = {**one, "source": f"{one['source']}\n\nan addition"}
    return cells


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 140)), max_size=6),
    st.sampled_from([*KINDS]),
    st.integers(0, 140),
)
def test_whatever_is_done_to_a_notebook_no_text_is_lost(changes, kind, at):
    mine = KINDS[kind]
    cells = template()
    cells.insert(at % len(cells), cell("code" if kind == "string" else kind, mine, id="mine"))
    for change, where in changes:
        cells = changed(cells, change, where)
    found = looked_through(cells)
    shown = [*found.other, *found.changed, *(p for pieces in found.pieces.values() for p in pieces)]
    assert any("MINE" in piece.text for piece in shown)
