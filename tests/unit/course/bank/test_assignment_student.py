"""The student's folder, read back: the same assignment, public cases only."""

import pytest

from autograder.course.bank import drivers, load, load_template
from autograder.model import AssignmentError
from autograder.student.template import contents


@pytest.fixture
def folder(bank, harness, tmp_path):
    """A student's copy of the small assignment, with the assignment that it was made from."""
    whole = load("small", bank.root)
    out = tmp_path / "copy"
    for name, data in contents(whole).items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(data)
    return out, whole


def test_the_copy_holds_the_assignment_without_its_hidden_cases(folder):
    out, whole = folder
    copy = load_template(out)
    assert (copy.name, copy.title) == (whole.name, whole.title)
    assert (copy.limits, copy.permits) == (whole.limits, whole.permits)
    assert copy.functions == whole.functions
    assert [part.public for part in copy.parts] == [part.public for part in whole.parts]
    assert not any(part.hidden for part in copy.parts)
    for attribute in ("number", "key", "title", "points", "written", "bonus"):
        values = [getattr(part, attribute) for part in copy.parts]
        assert values == [getattr(part, attribute) for part in whole.parts]
    assert drivers(copy) == drivers(whole)


def test_its_cases_run(folder):
    copy = load_template(folder[0])
    for case in copy.parts[0].cases:
        case.run(
            {"column_mean": lambda x: [sum(column) / len(x) for column in zip(*x, strict=True)]}
        )
    with pytest.raises(AssertionError, match="the result ≠ what is expected"):
        copy.parts[0].cases[0].run({"column_mean": lambda x: [0.0]})


@pytest.mark.parametrize("name", ["assignment.toml", "tests/1.1.py", "drivers/columns.py"])
def test_its_digest_sees_what_it_reads(folder, name):
    out, _ = folder
    before = load_template(out).digest
    path = out / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert load_template(out).digest != before


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("assignment.toml", 'key = "mean"', 'keys = "mean"', r"unknown key 'keys'.*'key'"),
        ("assignment.toml", '"tests/1.1.py"', '"../x.py"', r"'tests' must be 'tests/1\.1\.py'"),
        (
            "assignment.toml",
            'number = "1.2"',
            'number = "1.1"',
            r"'tests' must be 'tests/1\.1\.py'",
        ),
        ("assignment.toml", 'number = "1.3"', 'number = "1.1"', r"the number '1\.1' is taken"),
        ("assignment.toml", '"small"', '"../small"', "'name' must be a file's name"),
        ("tests/1.1.py", 'name = "1.1"', 'name = "1.2"', r'1\.1\.py:8: name must be "1\.1"'),
        ("tests/1.2.py", '"spread: two', '"mean: two', r"1\.2\.py:17: .*names no part"),
    ],
)
def test_a_changed_copy_is_refused_by_name(folder, name, old, new, message):
    path = folder[0] / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(AssignmentError, match=message):
        load_template(folder[0])


@pytest.mark.parametrize("name", ["assignment.toml", "tests/1.2.py"])
def test_a_missing_file_is_named(folder, name):
    (folder[0] / name).unlink()
    with pytest.raises(AssignmentError, match=f"{name}: there is no such file"):
        load_template(folder[0])
