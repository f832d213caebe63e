"""A mutant's identity: what moves it, what does not, and the entries that are held against it."""

import pytest

from autograder.staff.mutants import verdicts
from autograder.staff.mutants.verdicts import Equivalent, Malformed

SOURCE = """
def f(x):
    y = x * 2
    return y + 1
"""


def identities(mutants):
    return [mutant.identity for mutant in mutants]


def test_it_survives_a_shifted_line(found):
    shifted = '"""A docstring: Σ λ."""\n\nfirst = 1\n\n\n' + SOURCE
    before, after = found(SOURCE), found(shifted)
    assert identities(before) == identities(after)
    assert [m.start for m in before] != [m.start for m in after]


def test_it_does_not_survive_another_text_of_the_line(found):
    changed = SOURCE.replace("y + 1", "y + 1.0")
    assert not {i for i in identities(found(SOURCE)) if i[2] == "return y + 1"} & {
        *identities(found(changed))
    }


def test_equal_changes_on_one_line_are_counted(found):
    came = identities(found("def f(x):\n    return x[1] + x[1]\n"))
    assert len(set(came)) == len(came)
    assert {change for *_, change in came if change.startswith("1 → 2")} == {"1 → 2", "1 → 2 #2"}


def test_the_place_is_right_after_letters_beyond_ascii(found, program):
    source = 'def f(x):\n    λ, μ = x["ψ"], 2\n    return λ * μ\n'
    (mutant,) = [m for m in found(source) if m.change == "λ * μ → λ / μ"]
    assert mutant.apply(source).splitlines()[-1] == "    return λ / μ"


def test_a_diff_shows_the_change_alone(found):
    (mutant,) = [m for m in found(SOURCE) if m.change == "x * 2 → x / 2"]
    changed = [
        line
        for line in mutant.diff(SOURCE).splitlines()
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert changed == ["-    y = x * 2", "+    y = x / 2"]


ENTRY = """
[[equal]]
module = "topic"
function = "f"
line = "y = x * 2"
changes = ["x * 2 → x / 2", "2 → 3"]
reason = "an example"
"""


@pytest.fixture
def entries(tmp_path):
    def read(text):
        path = tmp_path / "mutants.toml"
        path.write_text(text, encoding="utf-8")
        return verdicts.read(path)

    return read


def test_an_entry_names_each_of_its_mutants(entries, found):
    every = entries(ENTRY)
    held = [m.change for m in found(SOURCE) if any(e.holds(m, "topic") for e in every)]
    assert held == ["x * 2 → x / 2", "2 → 3"]
    assert verdicts.stale(every, {"topic": found(SOURCE)}) == []


def test_an_entry_whose_mutant_is_gone_is_told(entries, found):
    every = entries(ENTRY.replace("2 → 3", "2 → 7"))
    (complaint,) = verdicts.stale(every, {"topic": found(SOURCE)})
    assert "2 → 7" in complaint


def test_an_entry_about_a_function_that_no_case_asks_for_is_not_judged(entries, found):
    every = entries(ENTRY.replace("2 → 3", "2 → 7"))
    place = every[0].identity[:2]
    assert verdicts.stale(every, {"topic": found(SOURCE)}, {place}) == []
    assert verdicts.stale(every, {"topic": found(SOURCE)}, {(place[0], "another")}) != []


def test_an_entry_may_be_of_some_topics_only(entries, found):
    every = entries(ENTRY + 'topics = ["another"]\n')
    assert not any(e.holds(m, "topic") for m in found(SOURCE) for e in every)
    assert verdicts.stale(every, {"topic": found(SOURCE)}) == []
    assert len(verdicts.stale(every, {"another": [], "topic": found(SOURCE)})) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        ENTRY.replace('reason = "an example"', ""),
        ENTRY.replace('"an example"', '" "'),
        ENTRY.replace("changes", "change"),
        ENTRY.replace('["x * 2 → x / 2", "2 → 3"]', "[]"),
        ENTRY.replace('["x * 2 → x / 2", "2 → 3"]', "[3]"),
        ENTRY + ENTRY,
        ENTRY.replace("equal", "equivalent"),
        "[[equal]",
    ],
)
def test_an_entry_that_is_not_of_the_form_is_refused(entries, wrong):
    with pytest.raises(Malformed):
        entries(wrong)


def test_entries_are_equal_by_what_they_say():
    one = Equivalent(("m", "f", "line", "a → b"), "why")
    assert str(one) == "m.f: 'line': a → b"
