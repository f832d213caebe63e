"""`read_metadata`: what Gradescope says about a submission, and nothing that stops a grading."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.gradescope import Metadata, Previous, read_metadata

WHOLE = {
    "id": 123456,
    "created_at": "2018-07-01T14:22:32.365935-07:00",
    "assignment": {"due_date": "2018-07-31T23:00:00.000000-07:00", "total_points": "20.0"},
    "submission_method": "upload",
    "users": [
        {"email": "b@example.org", "id": 912, "name": "B"},
        {"email": "a@example.org", "id": 1234, "name": "A"},
    ],
    "previous_submissions": [
        {
            "submission_time": "2018-06-30T10:00:00-07:00",
            "score": "7.5",
            "autograder_error": False,
            "results": {"score": 7.5, "tests": []},
        },
        {"submission_time": "2018-06-29T10:00:00-07:00", "score": None, "autograder_error": True},
    ],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "submission_metadata.json"


def written(file: Path, content: Any) -> Metadata:
    file.write_text(json.dumps(content), encoding="utf-8")
    return read_metadata(file)


def test_a_whole_file_is_read_whole(file: Path) -> None:
    found = written(file, WHOLE)
    assert found == Metadata(
        users=("1234", "912"),
        created=datetime(2018, 7, 1, 21, 22, 32, 365935, UTC),
        previous=(
            Previous(datetime(2018, 6, 29, 17, tzinfo=UTC), None, True, {}),
            Previous(
                datetime(2018, 6, 30, 17, tzinfo=UTC), 7.5, False, {"score": 7.5, "tests": []}
            ),
        ),
        staff=(),
    )


def test_a_first_submission_of_one_student(file: Path) -> None:
    content = {
        "created_at": "2024-02-01T00:00:00Z",
        "users": [{"id": "x7"}],
        "previous_submissions": [],
    }
    found = written(file, content)
    assert found == Metadata(("x7",), datetime(2024, 2, 1, tzinfo=UTC))


def test_the_order_of_the_users_does_not_matter(file: Path) -> None:
    users: Any = WHOLE["users"]
    turned = WHOLE | {"users": [*users[::-1], users[0]]}
    assert written(file, turned).users == written(file, WHOLE).users


def test_no_path_is_nothing_to_tell() -> None:
    assert read_metadata(None) == Metadata()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'"users"', "not a JSON object"),
        (b"[" * 10**6, "is not JSON"),
        (b'{"users": ' + b"9" * 10**4 + b"}", "is not JSON"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_to_staff(file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    found = read_metadata(file)
    assert found == Metadata(staff=found.staff)
    [sentence] = found.staff
    assert "submission_metadata.json" in sentence
    assert said in sentence


def test_a_file_that_is_missing_or_a_folder_is_told_to_staff(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "none.json", "no such file"), (tmp_path, "is not a file")):
        found = read_metadata(path)
        assert found == Metadata(staff=found.staff)
        assert said in found.staff[0]


def test_a_file_too_large_is_not_read(file: Path) -> None:
    with file.open("wb") as stream:
        stream.truncate((64 << 20) + 1)
    assert "larger than 64 MB" in read_metadata(file).staff[0]


def test_a_file_that_may_not_be_read_is_told_to_staff(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    file.write_text("{}")
    monkeypatch.setattr(Path, "read_text", refuse)
    assert read_metadata(file).staff == (
        "submission_metadata.json was not used: it cannot be read (Permission denied).",
    )


def test_a_byte_order_mark_does_no_harm(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(WHOLE).encode())
    assert read_metadata(file) == written(file, WHOLE)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("users", None),
        ("users", "1234"),
        ("users", {"id": 1}),
        ("users", [{"id": None}]),
        ("users", [{"id": True}]),
        ("users", [{"id": ""}]),
        ("users", [{"id": [1]}]),
        ("users", [{}]),
        ("users", [7]),
        ("created_at", None),
        ("created_at", 1530480152),
        ("created_at", "yesterday"),
        ("created_at", "2018-07-01T14:22:32"),
        ("previous_submissions", None),
        ("previous_submissions", {}),
        ("previous_submissions", [None]),
        ("previous_submissions", [{"score": 1.0}]),
        ("previous_submissions", [{"submission_time": "2018-06-30T10:00:00"}]),
    ],
)
def test_one_field_that_is_wrong_costs_that_field(file: Path, key: str, value: Any) -> None:
    good = written(file, WHOLE)
    found = written(file, WHOLE | {key: value})
    assert found.staff == (f"submission_metadata.json: not usable and left out: {key}.",)
    field = {"users": "users", "created_at": "created", "previous_submissions": "previous"}[key]
    for name in ("users", "created", "previous"):
        empty = getattr(Metadata(), name)
        assert getattr(found, name) == (empty if name == field else getattr(good, name))


def test_good_entries_beside_wrong_ones_are_kept(file: Path) -> None:
    content = WHOLE | {
        "users": [{"id": 5}, {"name": "B"}],
        "previous_submissions": [None, {"submission_time": "2018-06-30T10:00:00-07:00"}],
    }
    found = written(file, content)
    assert found.users == ("5",)
    assert found.previous == (Previous(datetime(2018, 6, 30, 17, tzinfo=UTC)),)
    assert found.staff[0].endswith("left out: users, previous_submissions.")


@pytest.mark.parametrize(
    ("score", "read"),
    [
        ("20.0", 20.0),
        (3, 3.0),
        (0.5, 0.5),
        ("x", None),
        ([1], None),
        (10**400, None),
        ("inf", None),
    ],
)
def test_scores_are_finite_numbers_or_none(file: Path, score: Any, read: float | None) -> None:
    entry = {"submission_time": "2018-06-30T10:00:00Z", "score": score}
    assert written(file, WHOLE | {"previous_submissions": [entry]}).previous[0].score == read


def test_earlier_results_hold_only_numbers_that_can_be_written_again(file: Path) -> None:
    file.write_text(
        '{"created_at": "2018-07-01T14:22:32Z", "users": [{"id": 1}], "previous_submissions": ['
        '{"submission_time": "2018-06-30T10:00:00Z", "score": NaN, "results": '
        '{"a": NaN, "b": -Infinity, "c": 1e999, "d": 1.5}}]}'
    )
    found = read_metadata(file)
    assert found.previous[0].score is None
    assert found.previous[0].results == {"a": None, "b": None, "c": None, "d": 1.5}
    assert found.staff == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["id", "users", "created_at", "previous_submissions", "submission_time",
                         "score", "results"]) | st.text(max_size=3),
        inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    json_values
    | st.fixed_dictionaries(
        {"users": json_values, "created_at": json_values, "previous_submissions": json_values}
    )
)
def test_whatever_the_file_holds_there_is_metadata(file: Path, content: Any) -> None:
    found = written(file, content)
    assert isinstance(found, Metadata)
    assert all(isinstance(user, str) and user for user in found.users)
    for entry in found.previous:
        json.dumps(entry.results, allow_nan=False)
    assert found != Metadata()
