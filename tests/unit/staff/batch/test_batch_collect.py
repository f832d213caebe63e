"""Folders of submissions as they are had: Gradescope's export, other systems' downloads, plain ones."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.submission.files import UnreadableSubmission
from autograder.grading.submission.snapshot import snapshot
from autograder.model import UsageError
from autograder.staff.batch.classroom import roster
from autograder.staff.batch.collect import RESERVED, Entry, _with_ids, collect
from autograder.staff.batch.rows import Person

# As Gradescope writes it; the earlier results may hold anything that a student's code printed.
EXPORT = """\
submission_409194023:
  :submitters:
  - :name: First Last
    :sid: '123456789'
    :email: first@example.edu
  :created_at: 2026-04-26 17:34:00.861687000 Z
  :score: 2.0
  :results:
    score: 2.0
    output: |-
      =====
      :score: 9
  :history:
  - :id: 1
    :created_at: 2026-04-25 17:34:00.861687000 Z
submission_500000001:
  :submitters:
  - :name: Bob B
    :sid: '222'
    :email: bob@example.edu
    :section: B
  - :name: Alice A
    :sid: 111
    :email: alice@example.edu
    :sections: [A, L2]
  :score: 10.0
submission_600000002:
  :submitters:
  - !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    :email: only@example.edu
submission_700000003:
  :submitters: []
"""


def lay(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return folder


def export(folder: Path) -> Path:
    lay(folder, *(f"submission_{n}/hw.ipynb" for n in (409194023, 500000001, 600000002)))
    (folder / "submission_metadata.yml").write_text(EXPORT)
    return folder


def test_an_export_says_who_handed_in_and_when(tmp_path):
    found = {entry.id: entry for entry in collect(export(tmp_path)).entries}
    assert list(found) == sorted(found)
    one = found["submission_409194023"]
    assert one.path == tmp_path / "submission_409194023"
    assert (one.users, one.names) == (("123456789",), ("First Last",))
    assert one.created.startswith("2026-04-26T17:34:00.861687")
    assert found["submission_500000001"].users == ("111", "222")
    assert found["submission_500000001"].people == (
        Person("222", "Bob B", "bob@example.edu", "B"),
        Person("111", "Alice A", "alice@example.edu", "A, L2"),
    )
    assert found["submission_600000002"].users == ("only@example.edu",)
    assert found["submission_700000003"].users == ("submission_700000003",)


def test_what_came_of_a_submission_before_is_not_read(tmp_path):
    """It may be a hundred megabytes of what students' code printed; nothing of it is needed."""
    export(tmp_path)
    whole = collect(tmp_path)
    path = tmp_path / "submission_metadata.yml"
    broken = path.read_text().replace("output: |-", "output: {[}").replace("- :id: 1", "- }{")
    assert broken != path.read_text()
    path.write_text(broken)
    assert collect(tmp_path) == whole


def test_an_export_in_a_folder_of_its_own_is_found(tmp_path):
    export(tmp_path / "assignment_8046601_export")
    assert len(collect(tmp_path).entries) == 4


def test_a_folder_that_the_export_does_not_list_is_graded_and_a_file_is_named(tmp_path):
    lay(export(tmp_path), "late one/hw.ipynb", "notes.txt")
    found = {entry.id: entry for entry in collect(tmp_path).entries}
    assert found["late-one"].users == ("late one",)
    assert found["notes.txt"].path == tmp_path / "notes.txt"  # it will be told why it is not graded


@pytest.mark.parametrize("name", ["../elsewhere", "/etc", "..", "a/b"])
def test_an_export_names_nothing_outside_itself(tmp_path, name):
    (tmp_path / "submission_metadata.yml").write_text(f"{name!r}: {{}}\n")
    with pytest.raises(UsageError, match="not the name of a folder"):
        collect(tmp_path)


@pytest.mark.parametrize("text", ["a: [", "- a\n- b\n", "a: !!python/object/apply:os.getpid []"])
def test_metadata_that_cannot_be_read_is_said(tmp_path, text):
    (tmp_path / "submission_metadata.yml").write_text(text)
    with pytest.raises(UsageError, match=r"cannot be read|is not Gradescope"):
        collect(tmp_path)


def test_everything_in_a_plain_folder_is_a_submission_but_residue(tmp_path):
    lay(tmp_path, "ann/a.ipynb", "bob.ipynb", "cy.py", "di.zip", "list.pdf", ".DS_Store")
    found = collect(tmp_path)
    assert [entry.id for entry in found.entries] == ["ann", "bob", "cy", "di", "list.pdf"]
    assert [entry.users for entry in found.entries[:4]] == [("ann",), ("bob",), ("cy",), ("di",)]


def test_files_of_one_student_in_canvas_belong_together_under_their_own_names(tmp_path):
    lay(
        tmp_path,
        "lovelaceada_11_901_ddpm.py",
        "lovelaceada_11_902_vae-1.py",
        "noetheremmy_LATE_12_903_homework.ipynb",
    )
    ada, emmy = collect(tmp_path).entries
    assert (ada.id, ada.users, ada.names) == ("lovelaceada_11", ("11",), ("lovelaceada",))
    assert [name for name, _ in ada.files] == ["ddpm.py", "vae.py"]
    assert (emmy.id, emmy.users) == ("noetheremmy_12", ("12",))
    assert emmy.path.name == "noetheremmy_LATE_12_903_homework.ipynb"
    assert (ada.late, emmy.late) == (False, True)


@pytest.mark.parametrize(
    ("stored", "kept"),
    [
        (("hw.ipynb", "hw-1.ipynb", "a.py"), ["hw-1.ipynb", "a.py"]),
        (("hw.ipynb", "hw-2.ipynb", "hw-10.ipynb"), ["hw-10.ipynb"]),
        (("part-1.ipynb", "part-2.ipynb"), ["part-1.ipynb", "part-2.ipynb"]),  # no part.ipynb
    ],
)
def test_of_several_attempts_in_canvas_the_last_counts_and_nothing_else_is_lost(
    tmp_path, stored, kept
):
    lay(tmp_path, *(f"lovelaceada_11_90{n}_{name}" for n, name in enumerate(stored)))
    (ada,) = collect(tmp_path).entries
    paths = [path for _, path in ada.files] or [ada.path]
    assert [path.name.split("_", 3)[3] for path in paths] == kept


@pytest.mark.parametrize("name", [".", ".."])
def test_what_can_be_no_file_s_name_is_not_taken_for_one(tmp_path, name):
    lay(tmp_path, "lovelaceada_11_901_ddpm.py", f"lovelaceada_11_902_{name}")
    assert [files for entry in collect(tmp_path).entries for files, _ in entry.files] == ["ddpm.py"]


def test_moodle_tells_students_by_their_numbers(tmp_path):
    lay(tmp_path, "Ada Lovelace_11_assignsubmission_file_/hw.ipynb")
    lay(tmp_path, "Emmy Noether_12_assignsubmission_file_hw.ipynb")
    ada, emmy = collect(tmp_path).entries
    assert (ada.id, ada.users, ada.names) == ("Ada-Lovelace_11", ("11",), ("Ada Lovelace",))
    assert (emmy.id, emmy.users) == ("Emmy-Noether_12", ("12",))


def test_a_file_that_is_called_as_another_s_submission_is_its_own_student_s(tmp_path):
    """What stands behind the first number is the student's choice."""
    lay(
        tmp_path / "moodle",
        "Ada Lovelace_11_assignsubmission_file_Emmy Noether_12_assignsubmission_file_hw.ipynb",
        "Emmy Noether_12_assignsubmission_file_hw.ipynb",
        "An_na_13_assignsubmission_file_hw.ipynb",
    )
    lay(tmp_path / "canvas", "adal_11_901_noetheremmy_12_903_hw.py", "noetheremmy_12_903_hw.py")
    found = {entry.users: entry for entry in collect(tmp_path / "moodle").entries}
    assert {users: entry.names for users, entry in found.items()} == {
        ("11",): ("Ada Lovelace",),
        ("12",): ("Emmy Noether",),
        ("13",): ("An_na",),
    }
    found = {entry.users: entry for entry in collect(tmp_path / "canvas").entries}
    assert {users: entry.file for users, entry in found.items()} == {
        ("11",): "noetheremmy_12_903_hw.py",
        ("12",): "hw.py",
    }


def test_a_student_s_files_and_text_in_moodle_are_one_submission(tmp_path):
    lay(
        tmp_path,
        "Ada Lovelace_11_assignsubmission_file_/hw.ipynb",
        "Ada Lovelace_11_assignsubmission_file_/data/points.npy",
        "Ada Lovelace_11_assignsubmission_onlinetext_/onlinetext.html",
    )
    (ada,) = collect(tmp_path).entries
    assert [name for name, _ in ada.files] == ["data/points.npy", "hw.ipynb", "onlinetext.html"]


def test_several_exports_in_one_folder_are_all_read(tmp_path):
    export(tmp_path / "section A")
    lay(tmp_path / "section B", "lovelaceada_11_901_hw.ipynb", "noetheremmy_12_903_hw.ipynb")
    lay(tmp_path / "section C", "Li Lei_21_assignsubmission_file_/hw.ipynb")
    lay(tmp_path / "section C", "Han Mei_22_assignsubmission_file_/hw.ipynb")
    lay(tmp_path, "section A.zip", "._zoe", "list.pdf")  # neither of which is a single submission
    entries = collect(tmp_path).entries
    users = {user for entry in entries for user in entry.users}
    assert {"123456789", "111", "222", "11", "12", "21", "22"} <= users
    assert len(entries) == 4 + 2 + 2 + 2
    assert not any(entry.note for entry in entries)


@pytest.mark.parametrize(
    "beside",
    ["ann/toy.py", "ann.py", "ann.ipynb", "ann.zip", "Ann_31_assignsubmission_file_/toy.py"],
)
def test_a_student_s_folder_speaks_for_nobody_else(tmp_path, beside):
    """A student can hand in a folder that looks like an export and names other students."""
    lay(tmp_path, beside)
    export(tmp_path / "gradescope")
    lay(tmp_path / "canvas", "lovelaceada_11_901_hw.ipynb", "noetheremmy_12_903_hw.ipynb")
    lay(tmp_path / "moodle", "Li Lei_21_assignsubmission_file_/hw.ipynb")
    lay(tmp_path / "moodle", "Han Mei_22_assignsubmission_file_/hw.ipynb")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "submission_metadata.yml").write_text("a: [")
    found = {entry.id: entry for entry in collect(tmp_path).entries}
    others = [found.pop(name) for name in ("gradescope", "canvas", "moodle", "broken")]
    assert [(entry.path, entry.people) for entry in others] == [
        (tmp_path / entry.id, ()) for entry in others
    ]
    assert all("if it is a whole export, move it to another" in entry.note for entry in others)
    (ann,) = (entry for name, entry in found.items() if name.casefold().startswith("ann"))
    assert not ann.note


def test_a_student_s_folder_in_moodle_is_no_export(tmp_path):
    export(tmp_path / "Ada Lovelace_11_assignsubmission_file_")
    (ada,) = collect(tmp_path).entries
    assert (ada.users, ada.names) == (("11",), ("Ada Lovelace",))


def test_a_link_that_is_called_a_zip_leads_nowhere(tmp_path):
    lay(tmp_path, "ada/hw.py", "ada.zip/hw.py")
    (tmp_path / "mallory").mkdir()
    (tmp_path / "mallory" / "hw.zip").symlink_to("../ada")
    paths = {entry.id: entry.path for entry in collect(tmp_path).entries}
    assert paths["mallory"] == tmp_path / "mallory"
    with pytest.raises(UnreadableSubmission, match="is a link"):
        snapshot(paths["mallory"], [])


def test_one_student_s_folder_is_no_export_whatever_its_files_are_called(tmp_path):
    lay(tmp_path, "ann/part_1_1_flow.py", "ann/part_2_1_vae.py", "bob/hw_1_2_final.ipynb")
    assert [entry.id for entry in collect(tmp_path).entries] == ["ann", "bob"]


def test_a_zip_that_is_all_that_a_folder_holds_is_what_was_handed_in(tmp_path):
    lay(tmp_path, "Ada_11_assignsubmission_file_/hw.zip", "two/hw.zip", "two/hw.ipynb")
    assert [entry.path.name for entry in collect(tmp_path).entries] == ["hw.zip", "two"]


def test_what_is_no_class_is_said(tmp_path):
    lay(tmp_path, "export.zip", "empty/readme.txt")
    with pytest.raises(UsageError, match="unpack it"):
        collect(tmp_path / "export.zip")
    with pytest.raises(UsageError, match="no folder"):
        collect(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="contains no submission"):
        collect(tmp_path / "empty")


@given(st.lists(st.text(max_size=120), max_size=12))
def test_ids_are_unique_names_of_folders_whatever_the_names_were(names):
    entries = [Entry(name, Path(str(number)), ()) for number, name in enumerate(names)]
    ids = [entry.id for entry in _with_ids(entries)]
    assert len({name.casefold() for name in ids}) == len(names)
    for name in ids:
        assert name == Path(name).name and not name.startswith(".") and "\0" not in name
        assert 0 < len(name.encode()) <= 100
        assert name not in RESERVED


def test_a_class_in_three_shapes_side_by_side(tmp_path):
    """Gradescope's export, Canvas's and Moodle's downloads: a row for each student."""
    files = [
        "assignment_4711_export/submission_1/hw.ipynb",
        "assignment_4711_export/submission_2/page.jpg",
        "canvas/muellerzoe_LATE_5000_70000_hw.ipynb",
        "canvas/lilei_5001_70001_hw-1.ipynb",
        "canvas/nguyena_5002_70002_hw.ipynb",
        "canvas/nguyena_5002_70102_written.pdf",
        "HW-3/Zoë O'Hara_31000_assignsubmission_file/hw.ipynb",
        "HW-3/李 雷_31001_assignsubmission_file_hw.ipynb",
        "HW-3/Ünal, Can_31002_assignsubmission_onlinetext/onlinetext.html",
    ]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    people = {
        "submission_1": [("Bo", "1"), ("Partner, Pia", "2")],
        "submission_2": [('=1+1 "Nan"', "3")],
        "submission_3": [("Nobody's folder", "4")],
    }
    metadata = {
        name: {":submitters": [{":name": who, ":sid": sid} for who, sid in listed]}
        for name, listed in people.items()
    }
    export = tmp_path / "assignment_4711_export" / "submission_metadata.yml"
    export.write_text(yaml.safe_dump(metadata, allow_unicode=True), encoding="utf-8")
    found = {entry.id: entry for entry in collect(tmp_path).entries}
    assert {name: [p.name for p in one.people] for name, one in found.items()} == {
        "submission_1": ["Bo", "Partner, Pia"],
        "submission_2": ['=1+1 "Nan"'],
        "submission_3": ["Nobody's folder"],
        "muellerzoe_5000": ["muellerzoe"],
        "lilei_5001": ["lilei"],
        "nguyena_5002": ["nguyena"],
        "Zoë-O-Hara_31000": ["Zoë O'Hara"],
        "李-雷_31001": ["李 雷"],
        "Ünal-Can_31002": ["Ünal, Can"],
    }
    assert [name for name, one in found.items() if one.late] == ["muellerzoe_5000"]
    assert found["lilei_5001"].users == ("5001",)
    assert [name for name, _ in found["nguyena_5002"].files] == ["hw.ipynb", "written.pdf"]


ROSTER = (
    '"identifier","github_username","github_id","name"\n'
    '"ada@example.edu","ada-l","11","Ada L"\n'
    '"s12345","Emmy","12",""\n'
    '"李雷","lilei","13",""\n'
    '"nobody@example.edu","","",""\n'
)


def test_the_roster_of_github_classroom_says_whose_a_repository_is(tmp_path):
    lay(tmp_path, "hw-1-Ada-L/hw.ipynb", "hw-1-emmy/hw.py", "hw-1-lilei/hw.py", "hw-1-l/hw.py")
    without = {entry.id: entry for entry in collect(tmp_path).entries}
    (tmp_path / "classroom_roster.csv").write_text(ROSTER, encoding="utf-8-sig")
    entries = {entry.id: entry for entry in collect(tmp_path).entries}
    assert {name: entry.people for name, entry in entries.items()} == {
        "hw-1-Ada-L": (Person(name="Ada L", email="ada@example.edu"),),
        "hw-1-emmy": (Person(number="s12345"),),
        "hw-1-lilei": (Person(name="李雷"),),
        "hw-1-l": (),  # no user of that name, though one's ends so
    }
    # A roster that comes later changes nobody's hidden inputs.
    assert {name: entry.users for name, entry in entries.items()} == {
        name: entry.users for name, entry in without.items()
    }


@pytest.mark.parametrize(
    "users, repositories",
    [
        (["ann", "lee"], {"hw-ann": "ann", "hw-lee": "lee", "hw-x-lee": None}),
        (["ann", "lee", "x-lee"], {"hw-ann": "ann", "hw-lee": "lee", "hw-x-lee": "x-lee"}),
        (["lee"], {"hw-ann": None, "hw-bob": None, "hw-x-lee": None}),  # others are not linked yet
        (["lee"], {"hw-ann": None, "hw-bob": None, "hw-lee": "lee"}),
        (["ann", "lee"], {"ann": "ann", "lee": "lee", "x-lee": None}),  # folders were renamed
        (["ann", "lee", "zoe"], {"hw-a-lee": "lee", "hw-a-ann": "ann", "hw-zoe": "zoe"}),
        (["ann", "bob", "lee"], {"hw-ann": "ann", "hw-bob": "bob", "hw-ann-lee": None}),
        (["lee", "x-lee"], {"hw-x-lee": None}),
        (["lee"], {"hw-x-lee": "lee"}),
    ],
)
def test_a_user_whose_name_ends_as_another_s_is_not_taken_for_that_one(
    tmp_path, users, repositories
):
    lay(tmp_path, *(f"{name}/hw.py" for name in repositories))
    lines = ["identifier,github_username", *(f"{user}@x.org,{user}" for user in users)]
    (tmp_path / "classroom_roster.csv").write_text("\n".join(lines))
    found = {entry.id: entry for entry in collect(tmp_path).entries}
    assert {name: [one.email for one in entry.people] for name, entry in found.items()} == {
        name: [f"{user}@x.org"] if user else [] for name, user in repositories.items()
    }
    for name, entry in found.items():
        doubted = name.endswith("-lee") and (len(found) == 1 or not entry.people)
        assert ("'lee'" in entry.note and "roster" in entry.note) is doubted, name


def test_a_zip_in_a_repository_s_folder_changes_nothing_about_its_owner(tmp_path):
    for name in ("hw-ann", "hw-lee"):
        (tmp_path / name).mkdir()
        with zipfile.ZipFile(tmp_path / name / "hw-ann.zip", "w") as archive:
            archive.writestr("hw.py", "")
    (tmp_path / "classroom_roster.csv").write_text(
        "identifier,github_username\nann@x.org,ann\nlee@x.org,lee\n"
    )
    found = {entry.id: entry.people[0].email for entry in collect(tmp_path).entries}
    assert found == {"hw-ann": "ann@x.org", "hw-lee": "lee@x.org"}


def test_a_user_of_two_people_is_said(tmp_path):
    lay(tmp_path, "hw-emmy/hw.py")
    roster = "identifier,github_username\na@x.org,Emmy\nb@x.org,emmy\n"
    (tmp_path / "classroom_roster.csv").write_text(roster)
    with pytest.raises(UsageError, match="gives the GitHub user 'emmy' to two people"):
        collect(tmp_path)


def test_a_clone_is_a_student_s_whether_it_holds_code_or_not(tmp_path):
    lay(tmp_path, "hw3-octocat/.git/HEAD", "hw3-octocat/.github/workflows/classroom.yml")
    lay(tmp_path, "hw3-octocat/README.md", "hw3-octocat/hw.ipynb", "hw3-dev--null/README.md")
    found = {entry.id: entry.people for entry in collect(tmp_path).entries}
    assert found == {"hw3-octocat": (), "hw3-dev--null": ()}


DIALECTS = {
    "commas": ROSTER.encode(),
    "semicolons": ROSTER.replace(",", ";").encode(),
    "tabs, UTF-16": ROSTER.replace(",", "\t").encode("utf-16"),
    "bars, no mark": ROSTER.replace(",", "|").encode("utf-16-le"),
    "lines of a Mac": ROSTER.replace("\n", "\r").encode(),
    "Excel's line": f"sep=;\r\n{ROSTER.replace(',', ';')}".encode(),
    "Excel's line, filled": f'"sep=,",,,\r\n{ROSTER}'.encode(),
    "lines above": f"\r\n\n{ROSTER.replace(',', ';')}".encode(),
    "capitals": ROSTER.replace("github_username", " GitHub_Username ").encode(),
    "a comma in a quoted name": ROSTER.replace(",", ";").replace('"name"', '"a, b, c, d"').encode(),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_roster_may_have_gone_through_a_spreadsheet(tmp_path, dialect):
    (tmp_path / "classroom_roster.csv").write_bytes(DIALECTS["commas"])
    plain = roster(tmp_path)
    (tmp_path / "classroom_roster.csv").write_bytes(DIALECTS[dialect])
    found = roster(tmp_path)
    assert plain and found.keys() == plain.keys()
    assert [one.handle for one in found.values()] == [one.handle for one in plain.values()]


def test_a_roster_of_another_kind_is_said(tmp_path):
    lay(tmp_path, "hw-1-emmy/hw.py")
    (tmp_path / "classroom_roster.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="is not GitHub Classroom's roster: it has no column"):
        collect(tmp_path)


def test_a_title_above_a_roster_is_named(tmp_path):
    lay(tmp_path, "hw-1-emmy/hw.py")
    (tmp_path / "classroom_roster.csv").write_text(f"My class\n\n{ROSTER}")
    with pytest.raises(
        UsageError, match="the names of the columns are in line 3; delete the lines"
    ):
        collect(tmp_path)


NAMES = (
    *(
        "Zoë Ünal",
        "李雷",
        "山田 太郎",
        "محمد علي",
        "Nguyễn Thị Minh",
        "Δημήτρης Παπάς",
        "Ørsted Håkon",
    ),
    *(
        'Ann "Annie" O\'Neil',
        "García, María José",
        "=cmd|' !A0",
        "+SUM(1)",
        "@home Joe",
        "-Minus Max",
    ),
    *(
        "Müller, Jürgen",
        "Müller, Jürgen",
        "Anna_Maria Under_Score",
        "Bob; Smith",
        "de la Cruz, Ana",
    ),
    *("X Æ A-12", "Robert'); DROP", "LATE Lou", "Ann Lee", "ann lee", "Student 1-2"),
)


def of_gradescope(folder, place, name):
    lay(folder, f"submission_{place}/hw.ipynb")
    people = [{":name": name, ":sid": f"s{place}", ":email": f"s{place}@example.edu"}]
    with (folder / "submission_metadata.yml").open("a", encoding="utf-8") as file:
        yaml.safe_dump({f"submission_{place}": {":submitters": people}}, file, allow_unicode=True)


def of_canvas(folder, place, name):
    who = "".join(filter(str.isalnum, name.casefold()))
    lay(
        folder,
        f"{who}_{place + 100}_{place + 9000}_hw.ipynb",
        f"{who}_{place + 100}_{place + 8000}_h.py",
    )


def of_moodle(folder, place, name):
    lay(folder, f"{name.replace('|', '')}_{place + 100}_assignsubmission_file_/hw.ipynb")
    lay(
        folder,
        f"{name.replace('|', '')}_{place + 100}_assignsubmission_onlinetext_/onlinetext.html",
    )


def of_github(folder, place, _name):
    lay(
        folder,
        *(f"hw-user{place}/{one}" for one in ("hw.ipynb", ".git/HEAD", ".gitignore", "README.md")),
    )


@pytest.mark.parametrize("shape", [of_gradescope, of_canvas, of_moodle, of_github])
def test_everybody_has_one_entry_whatever_the_name(tmp_path, shape):
    for place, name in enumerate(NAMES):
        shape(tmp_path, place, name)
    entries = collect(tmp_path).entries
    assert len(entries) == len(NAMES)
    assert len({entry.users for entry in entries}) == len(NAMES)
    ids = {entry.id.casefold() for entry in entries}
    assert len(ids) == len(NAMES) and not ids & RESERVED
    assert all(re.fullmatch(r"\w[\w.-]*", name) for name in ids)
    for entry in entries:
        held = [name for name, _ in entry.files] or [
            path.name for path in entry.path.glob("*.ipynb")
        ]
        assert "hw.ipynb" in held
    if shape in (of_gradescope, of_moodle):
        shown = sorted(entry.names[0] for entry in entries)
        assert shown == sorted(
            name.replace("|", "" if shape is of_moodle else "|") for name in NAMES
        )
