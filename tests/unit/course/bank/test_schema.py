"""The JSON Schema of manifests: it is what the code reads, accepts every manifest and refuses slips."""

from __future__ import annotations

import copy
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from autograder import course
from autograder.course.bank import schema
from autograder.course.bank.manifest import read_manifest
from autograder.model import AssignmentError

SHIPPED = Path(course.__file__).with_name(schema.NAME)
PROJECT = Path(__file__).parents[4]
MANIFESTS = sorted(
    [*(PROJECT / "assignments").glob("*.toml"), *SHIPPED.parent.glob("example/**/*.toml")]
)
WHOLE = """
title = "All"
program = ">=0.1"
limits = {call_seconds = 2.5, memory_mb = 400}
permits = {processes = true, packages = ["scipy"], files = ["a.npy"]}
feedback = {hidden = "hint", hidden_after = "diff", visibility = "visible"}
leaderboard = {topic = "vae", name = "loss", order = "asc"}
[[question]]
topic = "vae"
prompt = "handout"
forbidden = [".softmax"]
[[question.part]]
part = "bound"
points = 3
written = 1
figure = true
derivations = ["d"]
derivation_points = 1
cases = ["two*"]
bonus = true
feedback_after = "none"
"""


@pytest.fixture(scope="module")
def validator():
    whole = schema.manifest_schema()
    jsonschema.Draft202012Validator.check_schema(whole)
    return jsonschema.Draft202012Validator(whole)


def test_the_file_that_is_shipped_is_fresh():
    assert SHIPPED.read_text(encoding="utf-8") == schema.text(), "run make schema"


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_every_manifest_is_accepted(validator, path):
    text = path.read_text(encoding="utf-8").replace("@VERSION@", ">=0.1")
    assert [e.message for e in validator.iter_errors(tomllib.loads(text))] == []


def tables(data, place=()):
    """The path of every table of a manifest."""
    yield place
    for key, value in data.items():
        if isinstance(value, dict):
            yield from tables(value, (*place, key))
        elif isinstance(value, list) and isinstance(value[0], dict):
            yield from tables(value[0], (*place, key, 0))


def changed(place, **keys):
    data = copy.deepcopy(tomllib.loads(WHOLE))
    table = data
    for step in place:
        table = table[step]
    table.update(keys)
    return data


def dumped(data):
    """TOML whose arrays of tables are written in line; JSON's values are TOML's, tables apart."""

    def value(item):
        if isinstance(item, dict):
            return "{" + ", ".join(f"{k} = {value(v)}" for k, v in item.items()) + "}"
        if isinstance(item, list):
            return "[" + ", ".join(map(value, item)) + "]"
        return json.dumps(item)

    return "".join(f"{key} = {value(item)}\n" for key, item in data.items())


@pytest.mark.parametrize("place", list(tables(tomllib.loads(WHOLE))), ids=str)
def test_schema_and_program_refuse_an_unknown_key_in_each_table(validator, tmp_path, place):
    data = changed(place)
    path = tmp_path / "one.toml"
    path.write_text(dumped(data))
    assert not [*validator.iter_errors(data)]
    read_manifest(path)
    data = changed(place, pionts=1)
    path.write_text(dumped(data))
    assert any("pionts" in error.message for error in validator.iter_errors(data))
    with pytest.raises(AssignmentError, match="unknown key 'pionts'"):
        read_manifest(path)


@pytest.mark.parametrize(
    ("place", "keys"),
    [
        ((), {"title": " "}),
        ((), {"question": []}),
        (("limits",), {"memory_mb": 0}),
        (("limits",), {"memory_mb": 1.5}),
        (("permits",), {"packages": "scipy"}),
        (("permits",), {"packages": [""]}),
        (("feedback",), {"hidden": "all"}),
        (("leaderboard",), {"order": "up"}),
        (("question", 0), {"topic": "Vae"}),
        (("question", 0, "part", 0), {"points": -1}),
        (("question", 0, "part", 0), {"bonus": 1}),
        (("question", 0, "part", 0), {"number": "1 1"}),
    ],
    ids=str,
)
def test_schema_and_program_refuse_the_same_slips(validator, tmp_path, place, keys):
    data = changed(place, **keys)
    path = tmp_path / "one.toml"
    path.write_text(dumped(data))
    assert [*validator.iter_errors(data)]
    with pytest.raises(AssignmentError):
        read_manifest(path)


@pytest.mark.parametrize(
    ("place", "key"),
    [((), "title"), (("question", 0), "topic"), (("question", 0, "part", 0), "points")],
)
def test_schema_and_program_ask_for_the_same_keys(validator, tmp_path, place, key):
    data = changed(place)
    table = data
    for step in place:
        table = table[step]
    del table[key]
    path = tmp_path / "one.toml"
    path.write_text(dumped(data))
    assert any(repr(key) in error.message for error in validator.iter_errors(data))
    with pytest.raises(AssignmentError, match=f"'{key}' is missing"):
        read_manifest(path)


def test_a_default_that_is_written_out_changes_nothing(tmp_path):
    """For every key of which the schema names a default."""
    little = {
        "title": "All",
        "question": [{"topic": "vae", "part": [{"part": "bound", "points": 3}]}],
    }
    little["leaderboard"] = {"topic": "vae", "name": "loss"}
    little["question"][0]["part"][0] |= {"follows": ["f"]}  # without which a share is refused
    places = {
        "limits": little.setdefault("limits", {}),
        "permits": little.setdefault("permits", {}),
        "feedback": little.setdefault("feedback", {}),
        "leaderboard": little["leaderboard"],
        "part": little["question"][0]["part"][0],
    }
    whole = schema.manifest_schema()["properties"]
    whole["part"] = whole["question"]["items"]["properties"]["part"]["items"]
    path = tmp_path / "one.toml"

    def read():
        path.write_text(dumped(little))
        found = read_manifest(path)
        (question,) = found.questions
        (part,) = question.parts
        parts = (replace(part, table=None),)
        board = replace(found.leaderboard, table=None)
        return replace(
            found, leaderboard=board, questions=(replace(question, table=None, parts=parts),)
        )

    before, tried = read(), []
    for name, table in places.items():
        for key, node in whole[name]["properties"].items():
            if "default" in node and key not in table:
                table[key] = node["default"]
                assert read() == before, key
                tried.append(key)
    limits = {"cell_seconds", "call_seconds", "total_seconds", "memory_mb", "disk_mb", "output_kb"}
    assert limits < {*tried}
    assert {"processes", "files", "hidden", "visibility", "order", "written", "bonus"} < {*tried}
