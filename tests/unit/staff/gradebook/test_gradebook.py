"""Gradebooks: what is written is imported by readers that follow each system's own importer.

The readers are written here from the systems' sources:

- Canvas: https://github.com/instructure/canvas-lms, lib/gradebook_importer.rb
- Moodle: https://github.com/moodle/moodle, mod/assign/feedback/offline/importgradeslib.php, locallib.php
- Gradescope: the header of its "Download Grades" file; it has no import of scores.
"""

from __future__ import annotations

import csv
import io
import re

import pytest

from autograder.cli import main
from autograder.model import UsageError
from autograder.staff.batch.rows import About, PartAbout, Person, Row, RowStatus
from autograder.staff.batch.store import Store
from autograder.staff.batch.table import ClassTable
from autograder.staff.gradebook.matching import Identity, match

ABOUT = About(
    "toy",
    "Toy",
    points=4.0,
    parts=(PartAbout("1.1", points=2), PartAbout("1.2", points=2, written=6)),
)
ZOE = Person("s1", "Zoë Ünal", "zoe@example.edu")
LI = Person("", "李雷", "li@example.edu")
ANN = Person("", 'Ann "A" O\'Neil')
BOB = Person("s4", "Bob B", "bob@example.edu")


def row(name, *people, score=4.0, status=RowStatus.GRADED, note=""):
    return Row(name, people=people, score=score, status=status, note=note)


ROWS = (
    row("a", ZOE, LI, score=3.33333),
    row("b", ANN, score=0.0),
    row("c", BOB, score=0.0, status=RowStatus.REFUSED, note="it is empty"),
    row("d", Person("s5", "Eve"), status=RowStatus.ERROR, note="grader error"),
    row("e", Person("s9", "Nobody Known", "nobody@example.edu")),
)


@pytest.fixture
def out(tmp_path):
    store = Store(tmp_path / "out")
    assert store.finish(ClassTable(ABOUT, ROWS), parquet=False) == []
    store.close()
    return store.folder


def lay(path, *lines, bom=False, delimiter=","):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    path.write_text(("\ufeff" if bom else "") + text.getvalue(), encoding="utf-8", newline="")
    return path


CANVAS = (
    (
        "Student",
        "ID",
        "SIS User ID",
        "SIS Login ID",
        "Section",
        "Toy (77)",
        "Other (78)",
        "Final Score",
    ),
    ("", "", "", "", "", "Manual Posting", "", ""),
    ("    Points Possible", "", "", "", "", "4", "10", "(read only)"),
    ("Ünal, Zoë", "101", "s1", "zunal", "A", "1", "9", "50"),
    ("雷, 李", "102", "s2", "li@example.edu", "A", "", "", ""),
    ('O\'Neil, Ann "A"', "103", "s3", "aoneil", "B", "2", "", ""),
    ("B, Bob", "104", "s4", "bob", "B", "", "", ""),
    ("Eve", "105", "s5", "eve", "B", "", "", ""),
    ("Late, Lou", "106", "s6", "lou", "B", "3", "", ""),
    ("Student, Test", "199", "", "x", "B", "", "", ""),
)


def import_canvas(path):
    """What Canvas takes from a file: by user id, the new score of each assignment that it knows."""
    text = path.read_text(encoding="utf-8-sig")
    lines = text.splitlines()[:3]
    counts = {}
    for separator in ";,":
        found = {len(next(csv.reader([line], delimiter=separator))) for line in lines}
        counts[separator] = found.pop() if len(found) == 1 else 0
    delimiter = ";" if counts[";"] > counts[","] else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    header = rows[0]
    assert "Student" in header[0] and "ID" in header[1] and len(header) > 3
    columns = 3
    if re.search(r"SIS\s+Login\s+ID", header[2]):
        columns += 1
    elif re.search(r"SIS\s+User\s+ID", header[2]) and re.search(r"SIS\s+Login\s+ID", header[3]):
        columns += 2
    assert "Section" in header[columns - 1]
    assignments = {}
    for place, name in enumerate(header[columns:], start=columns):
        title = re.fullmatch(r"(.*)\((\d+)\)\s*", name)
        assert title, f"{name} would become a new assignment"
        assignments[place] = int(title[2])
    maxima, found = {}, {}
    for line in rows[1:]:
        if "Points Possible" in line[0]:
            maxima = {assignments[place]: line[place] for place in assignments}
        elif not all(re.fullmatch(r"(?i)\s*(Muted|Manual Posting.*)?\s*", cell) for cell in line):
            found[int(line[1])] = {assignments[place]: line[place] for place in assignments}
    return found, maxima


def test_canvas_gets_the_grades_and_nobody_else_loses_one(out, tmp_path, capsys):
    roster = lay(tmp_path / "roster.csv", *CANVAS)
    assert main(["gradebook", str(out), "--canvas", str(roster)]) == 1  # not everybody is in it
    found, maxima = import_canvas(out / "gradebook-canvas.csv")
    # An empty cell would remove a grade: whoever has none is not in the file.
    assert found == {101: {77: "3.33"}, 102: {77: "3.33"}, 103: {77: "0"}}
    assert maxima == {77: "4"}
    said = capsys.readouterr().out
    assert "without a grade in the file: 3" in said
    assert "Bob B (c): could not be graded: it is empty" in said
    assert "Eve (d): not graded, through no fault of the student's: grader error" in said
    assert "Nobody Known (e): not found in the file" in said
    assert "in the course system, but no submission with a grade: 2" in said and "Late, Lou" in said
    assert "6 points for written parts are not included" in said


@pytest.mark.parametrize(("bom", "delimiter"), [(True, ","), (False, ";")])
def test_the_form_of_the_file_is_kept(out, tmp_path, bom, delimiter):
    roster = lay(tmp_path / "roster.csv", *CANVAS, bom=bom, delimiter=delimiter)
    assert main(["gradebook", str(out), "--canvas", str(roster)]) == 1
    path = out / "gradebook-canvas.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") is bom
    assert len(import_canvas(path)[0]) == 3


def test_zero_for_refused(out, tmp_path):
    roster = lay(tmp_path / "roster.csv", *CANVAS)
    main(["gradebook", str(out), "--canvas", str(roster), "--zero-for-refused"])
    assert import_canvas(out / "gradebook-canvas.csv")[0][104] == {77: "0"}


def test_canvas_is_not_given_a_column_that_it_does_not_have(out, tmp_path, capsys):
    other = [tuple(cell.replace("Toy (77)", "Homework (77)") for cell in line) for line in CANVAS]
    roster = lay(tmp_path / "roster.csv", *other)
    assert main(["gradebook", str(out), "--canvas", str(roster)]) == 2
    assert "name one with --column: 'Homework (77)', 'Other (78)'" in capsys.readouterr().err
    assert main(["gradebook", str(out), "--canvas", str(roster), "--column", "homework"]) == 1


def test_another_maximum_is_said_and_converted_only_on_request(out, tmp_path, capsys):
    arguments = ["gradebook", str(out), "--canvas", str(lay(tmp_path / "roster.csv", *CANVAS))]
    arguments += ["--column", "Other"]
    assert main(arguments) == 2
    assert "the maximum is 10, and these points are out of 4" in capsys.readouterr().err
    assert main([*arguments, "--scale"]) == 1
    assert import_canvas(out / "gradebook-canvas.csv")[0][101] == {78: "8.33"}


MOODLE = (
    (
        *("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"),
        *("Grade can be changed", "Last modified (submission)", "Last modified (grade)"),
        "Feedback comments",
    ),
    ("Participant 11", "Zoë Ünal", "zoe@example.edu", "S", "", "4.00", "Yes", "-", "-", "kept"),
    ("Participant 12", "李雷", "li@example.edu", "S", "2.00", "4.00", "Yes", "-", "-", ""),
    ("Participant 13", 'Ann "A" O\'Neil', "ann@example.edu", "S", "", "4.00", "Yes", "-", "-", ""),
    ("Participant 16", "Lou Late", "lou@example.edu", "S", "1.00", "4.00", "Yes", "-", "-", ""),
)


def import_moodle(path, most):
    """What Moodle takes from a worksheet: by participant, the new grade and the feedback."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    places = {name: place for place, name in enumerate(rows[0])}
    assert {"Identifier", "Grade", "Last modified (grade)"} <= places.keys()
    found = {}
    for line in rows[1:]:
        number = int(line[places["Identifier"]][len("Participant ") :])
        text = line[places["Grade"]]
        grade = float(text) if text else None
        if grade is not None and not 0 <= grade <= most:
            grade = None  # skipped in silence
        found[number] = (grade, line[places["Feedback comments"]])
    return found


def test_moodle_gets_its_own_worksheet_with_the_grades_filled_in(out, tmp_path, capsys):
    worksheet = lay(tmp_path / "worksheet.csv", *MOODLE, bom=True)
    assert main(["gradebook", str(out), "--moodle", str(worksheet)]) == 1
    assert import_moodle(out / "gradebook-moodle.csv", 4.0) == {
        11: (3.33, "kept"),
        12: (3.33, ""),
        13: (0.0, ""),
        16: (1.0, ""),  # as it was
    }
    assert "Lou Late" in capsys.readouterr().out


def test_moodle_s_download_and_worksheet_go_by_the_same_number(tmp_path):
    store = Store(tmp_path / "out")
    rows = (row("Anyone_13", Person("13", "Anyone")), row("Other_99", Person("99", "Lou Late")))
    assert store.finish(ClassTable(ABOUT, rows), parquet=False) == []
    store.close()
    worksheet = lay(tmp_path / "worksheet.csv", *MOODLE)
    assert main(["gradebook", str(store.folder), "--moodle", str(worksheet)]) == 0
    found = import_moodle(store.folder / "gradebook-moodle.csv", 4.0)
    assert (found[13][0], found[16][0]) == (4.0, 4.0)  # by number; by name


DOWNLOAD = (
    (
        *("First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points"),
        *("Status", "Submission ID", "Submission Time", "Lateness (H:M:S)"),
    ),
    ("Zoë", "Ünal", "s1", "zoe@example.edu", "A", "", "4.0", "Ungraded", "1", "t", "00:00:00"),
    ("李雷", "", "", "li@example.edu", "A", "", "4.0", "Ungraded", "1", "t", "00:00:00"),
)


def test_gradescope_s_download_is_filled_in(out, tmp_path):
    download = lay(tmp_path / "grades.csv", *DOWNLOAD)
    assert main(["gradebook", str(out), "--gradescope", str(download)]) == 1
    with (out / "gradebook-gradescope.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {line["Email"]: line["Total Score"] for line in rows} == {
        "zoe@example.edu": "3.33",
        "li@example.edu": "3.33",
    }


def test_gradescope_s_columns_from_the_export_alone(out):
    assert main(["gradebook", str(out), "--gradescope"]) == 1
    with (out / "gradebook-gradescope.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(line["Name"], line["Total Score"], line["Max Points"]) for line in rows] == [
        ("Zoë Ünal", "3.33", "4"),
        ("李雷", "3.33", "4"),
        (ANN.name, "0", "4"),
        ("Nobody Known", "4", "4"),
    ]


@pytest.mark.parametrize("called", ["=1+1", "-2+3", "@home", "\x1b[31m+SUM(1)", "\u202e=1"])
def test_names_that_students_gave_themselves_are_no_formulas(tmp_path, called):
    """Nothing is matched by them: where there is no download, names come from the export alone."""
    store = Store(tmp_path / "out")
    person = Person(called, called, called, called)
    store.finish(ClassTable(ABOUT, [row("a", person)]), parquet=False)
    store.close()
    assert main(["gradebook", str(store.folder), "--gradescope"]) == 0
    text = (store.folder / "gradebook-gradescope.csv").read_text(encoding="utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text))
    for column in ("Name", "SID", "Email", "Sections"):
        assert line[column].startswith("'")
        assert line[column].isprintable()


def test_written_points_are_added(out, tmp_path, capsys):
    maxima = [tuple("10" if cell == "4" else cell for cell in line) for line in CANVAS]
    roster = lay(tmp_path / "roster.csv", *maxima)
    written = lay(
        tmp_path / "written.csv",
        ("id", "email", "1.2"),
        ("a", "", "5.5"),
        ("", "nobody@example.edu", "6"),
        ("x", "", "1"),
    )
    arguments = ["gradebook", str(out), "--canvas", str(roster), "--written", str(written)]
    assert main(arguments) == 1
    assert import_canvas(out / "gradebook-canvas.csv")[0] == {101: {77: "8.83"}, 102: {77: "8.83"}}
    said = capsys.readouterr().out
    assert f"{ANN.name} (b): has no written points" in said
    assert "line 4 of written.csv: x, 1" in said


def test_written_points_of_a_name_that_two_people_have_go_to_nobody(tmp_path, capsys):
    store = Store(tmp_path / "out")
    rows = (row("x", Person("1", "Jo Doe")), row("y", Person("2", "Jo Doe")))
    assert store.finish(ClassTable(ABOUT, rows), parquet=False) == []
    store.close()
    written = lay(tmp_path / "written.csv", ("name", "1.2"), ("Jo Doe", "5"), ("Al", "5"))
    assert main(["gradebook", str(store.folder), "--gradescope", "--written", str(written)]) == 1
    said = capsys.readouterr().out
    assert "line 2 of written.csv: Jo Doe, 5 (it does not fit exactly one person: give the" in said
    assert "line 3 of written.csv: Al, 5\n" in said and "0 grades out of 10" in said


@pytest.mark.parametrize("points", ["7", "-1", "nan", "good"])
def test_written_points_that_cannot_be_are_refused(out, tmp_path, capsys, points):
    written = lay(tmp_path / "written.csv", ("id", "1.2"), ("a", points))
    assert main(["gradebook", str(out), "--gradescope", "--written", str(written)]) == 2
    assert "line 2: 1.2 is" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        ("Student,ID\nJosé,1\n".encode("latin-1"), "is not UTF-8"),
        (b"a,b\n1,2,3\n", "line 2 has more cells"),
        (b"\na,b\n\n1,2,3\n", "line 4 has more cells"),
        (b"Name,Points\nx,1\n", "is not Canvas's gradebook"),
    ],
)
def test_what_is_no_roster_is_said(out, tmp_path, capsys, data, says):
    path = tmp_path / "roster.csv"
    path.write_bytes(data)
    assert main(["gradebook", str(out), "--canvas", str(path)]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("title", ["Class list", '"Class list, 2026",,,', "Class\n\n1/2/2026,x"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize(
    ("option", "lines"),
    [
        ("--canvas", CANVAS),
        ("--moodle", [("Identifier", "Grade"), ("Participant 7", "")]),
        ("--gradescope", [("SID", "Total Score", "Max Points"), ("1", "", "4")]),
        ("--written", [("id", "1.2"), ("a", "5")]),
    ],
)
def test_a_title_above_the_header_is_named(out, tmp_path, capsys, title, delimiter, option, lines):
    path = lay(tmp_path / "a.csv", *lines, delimiter=delimiter)
    path.write_text(f"{title}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    more = ["--gradescope"] if option == "--written" else []
    assert main(["gradebook", str(out), *more, option, str(path)]) == 2
    at = title.count("\n") + 2
    said = f"{path}: the names of the columns are in line {at}; delete the lines above it"
    assert said in capsys.readouterr().err


def test_what_only_resembles_a_header_further_down_is_none(out, tmp_path, capsys):
    path = lay(tmp_path / "a.csv", ("Name", "Points"), ("Student", "ID"), ("Section", "1"))
    assert main(["gradebook", str(out), "--canvas", str(path)]) == 2
    assert "it has no column 'Student'" in capsys.readouterr().err


def test_lines_are_counted_as_an_editor_counts_them(out, tmp_path, capsys):
    path = tmp_path / "written.csv"
    path.write_text('sep=,\n\nid,1.2,"a\nnote"\na,5,"two\nlines"\n\nx,1,\n', encoding="utf-8")
    assert main(["gradebook", str(out), "--gradescope", "--written", str(path)]) == 1
    assert "line 8 of written.csv: x, 1" in capsys.readouterr().out


def identity(number="", email="", name="", label="l"):
    return Identity(*(frozenset({text} - {""}) for text in (number, email, name)), label)


def test_number_comes_before_address_and_address_before_name():
    person = Person("1", "Ann", "ann@example.edu")
    lines = [identity(name="Ann"), identity(email="ANN@example.edu"), identity("1")]
    assert match([person], lines).pairs == ((0, 2),)
    assert match([person], lines[:2]).pairs == ((0, 1),)
    assert match([person], lines[:1]).pairs == ((0, 0),)


def test_of_two_people_the_one_with_the_number_has_the_line():
    """Not the one of the same name, who is listed with why."""
    line = identity("1", "ann@example.edu", "Ann", label="Ann")
    namesake, ann = Person("7", "Ann"), Person("1", "Ann")
    for people, own in ([namesake, ann], 1), ([ann, namesake], 0):
        found = match(people, [line])
        assert found.pairs == ((own, 0),)
        assert found.people == ((1 - own, "Ann already matches somebody by number"),)
    addressed = match([Person("7", "", "ANN@example.edu"), namesake], [line])
    assert addressed.pairs == ((0, 0),) and "somebody by address" in addressed.people[0][1]


def test_nothing_is_guessed():
    two = match(
        [Person(name="Ann")], [identity(name="Ann", label="x"), identity(name="ann", label="y")]
    )
    assert two.pairs == () and "matches several lines: x, y" in two.people[0][1]
    same = match([Person("1"), Person("1")], [identity("1")])
    assert same.pairs == () and len(same.people) == 2 and "several submissions" in same.people[0][1]
    other = Person("1", "Ann", "ann@example.edu")
    contradiction = match([other], [identity("1", "bob@example.edu", "Bob")])
    assert contradiction.pairs == () and "another person's line" in contradiction.people[0][1]
    assert match([Person(name="José")], [identity(name="Jose")]).pairs == ()


def test_a_name_is_the_same_in_either_order():
    assert match([Person(name="Zoe\u0308 Ünal")], [identity(name="Ünal, Zoë")]).pairs == ((0, 0),)


def test_the_written_file_and_the_roster_stay_what_they_are(out, tmp_path):
    roster = lay(tmp_path / "roster.csv", *CANVAS)
    before = roster.read_bytes()
    main(["gradebook", str(out), "--canvas", str(roster)])
    assert roster.read_bytes() == before
    with pytest.raises(UsageError):
        from autograder.staff.sheets import read_sheet

        read_sheet(tmp_path / "nowhere.csv")
