"""Running mutants: what kills them, in which order, and that none of them can hold up the run."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from autograder.staff.mutants import bank as banks
from autograder.staff.mutants import report, work
from autograder.staff.mutants.bank import CaseOrder, Result, TopicMutants
from autograder.staff.mutants.mutant import mutants
from autograder.staff.mutants.pool import MutantPool, ProcessLost
from autograder.staff.mutants.verdicts import Equivalent
from autograder.staff.mutants.work import Job, MutantOutcome, MutantRunner, Profile

LOOPS = '''\
"""Statistics of columns."""

import time

from reference._sums import total


def column_mean(x):
    return [total(column) / count(x) for column in zip(*x, strict=True)]


def count(x):
    time.sleep(0 * 10**6)
    left, n = len(x), 0
    while left > 0:
        left, n = left - 1, n + 1
    return n


def spread(x, *, scale=1.0):
    return [scale * (max(column) - min(column)) for column in zip(*x, strict=True)]
'''


@pytest.fixture
def columns(bank):
    """The topic of the small bank whose reference counts in a loop."""
    bank.write("reference/columns.py", LOOPS)
    return MutantRunner(bank.root, ["small"]).topic("columns")


def mutant_of(topic, change):
    (found,) = [m for m in mutants(topic.program) if m.change == change]
    return found


CASES = (
    "columns/mean: one row [hidden]",
    "columns/mean: random rows [hidden]",
    "columns/mean: two rows",
)


def job(topic, change, cases=CASES):
    return Job("columns", mutant_of(topic, change), cases)


def test_a_profile_knows_what_each_case_executes(columns):
    profile = columns.profile()
    assert profile.failed == ()
    assert profile.functions == ("column_mean", "spread")
    assert set(profile.seconds) == set(profile.lines)
    mean = LOOPS.splitlines().index("def column_mean(x):") + 2
    spread = len(LOOPS.splitlines())
    assert mean in profile.lines["columns/mean: two rows"]["columns"]
    assert spread not in profile.lines["columns/mean: two rows"]["columns"]
    assert spread in profile.lines["columns/spread: two rows"]["columns"]


def test_the_reference_as_it_is_fails_nothing_and_a_wrong_one_is_told(bank):
    bank.change("reference/columns.py", "/ len(x)", "/ (len(x) + 1)")
    profile = MutantRunner(bank.root, ["small"]).answer("columns")
    assert "columns/mean: two rows" in profile.failed


def test_the_first_case_that_fails_kills(columns):
    """One row has the sum for its mean; two rows do not."""
    assert columns.run(job(columns, "n + 1 → n")) == MutantOutcome(CASES[0])
    undivided = job(columns, "total(column) / count(x) → total(column)")
    assert columns.run(undivided) == MutantOutcome(CASES[1])


def test_a_mutant_without_a_difference_survives(columns):
    assert columns.run(job(columns, "10**6 → 10 * 6")) == MutantOutcome()


def test_what_no_case_notices_is_shown_with_an_input_on_which_it_differs(columns):
    """Two rows [[1, 4], [3, 2]] have the means 2 and 3; counted once too often, 4/3 and 2."""
    fate = columns.run(job(columns, "left > 0 → left >= 0", ()))
    assert fate.killer == ""
    assert fate.difference.startswith("column_mean(x=")
    assert " is right" in fate.difference


def test_a_mutant_in_a_private_module_is_seen_through_the_imports(bank):
    bank.write("reference/_sums.py", "def total(values):\n    return sum(values) + 0\n")
    topic = MutantRunner(bank.root, ["small"]).topic("columns")
    assert topic.run(job(topic, "sum(values) + 0 → sum(values) - 0")) == MutantOutcome()
    assert topic.run(job(topic, "0 → 1")).killer == CASES[0]


def test_a_mutant_that_does_not_even_load_is_killed(columns):
    broken = replace(mutant_of(columns, "n + 1 → n"), text="undefined[")
    with pytest.raises(SyntaxError):
        compile(broken.apply(LOOPS), "topic.py", "exec")
    assert columns.run(Job("columns", broken, CASES)).killer == CASES[0]


def test_an_endless_loop_is_ended_by_its_processor_time(columns, monkeypatch):
    monkeypatch.setattr(work, "_SECONDS", 0.2)
    assert columns.run(job(columns, "left - 1 → left + 1")) == MutantOutcome(CASES[0], late=True)


@pytest.mark.exhaustive
def test_a_process_that_does_not_come_back_is_killed_and_another_takes_its_place(bank, columns):
    """A mutant that sleeps uses no processor time: no signal comes, and only the parent can tell."""
    sleeps = job(columns, "0 * 10**6 → 10 ** 6")
    dies = job(columns, "n + 1 → n")
    with MutantPool(1, bank.root, ["small"], "validate", patience=5) as pool:
        (first,) = {w.process.pid for w in pool._workers}
        fates = dict(pool.results(iter([sleeps, dies])))
        (second,) = {w.process.pid for w in pool._workers}
    assert fates[sleeps].late
    assert fates[dies].killer == CASES[0]
    assert first != second


def test_a_bank_that_cannot_be_loaded_is_told_at_once(bank):
    bank.write("small.toml", "nonsense")
    with (
        MutantPool(1, bank.root, ["small"], "validate") as pool,
        pytest.raises(ProcessLost, match="small"),
    ):
        list(pool.results(iter(["columns"])))


def test_cheap_cases_and_those_that_have_killed_go_first(columns):
    mutant = mutant_of(columns, "n + 1 → n")
    seconds = dict(zip(CASES, (0.1, 0.3, 0.2), strict=True))
    line = {"columns": frozenset({mutant.executed[0]})}
    elsewhere = {"columns/spread: two rows": {"columns": frozenset({1})}}
    lines = dict.fromkeys(CASES, line) | elsewhere
    profile = Profile("columns", (), {**seconds, "columns/spread: two rows": 0.0}, lines, ())
    order = CaseOrder(profile)
    assert order.cases(mutant) == (CASES[0], CASES[2], CASES[1])
    for _ in range(9):
        order.learn(Job("columns", mutant, CASES), MutantOutcome(CASES[1]))
    assert order.cases(mutant)[0] == CASES[1]


def test_a_whole_run_of_the_small_bank(bank):
    steps = []
    (topic,) = banks.run(
        bank.root,
        ["small"],
        {"columns": bank.root},
        [],
        lambda *step: steps.append(step),
        workers=1,
    )
    assert {result.mutant.function for result in topic.results} == {"", "column_mean", "spread"}
    killed = {result.mutant.change for result in topic.results if result.killed}
    assert {"total(column) / len(x) → total(column) * len(x)", "1.0 → 2.0"} <= killed
    assert steps[-1][1] == steps[-1][2] == len(topic.results)


@pytest.fixture
def topic(program):
    """Five mutants: two killed, one excused, one that survives, one that differs nowhere."""
    reference = program("def f(x):\n    return x + 1\n")
    some = mutants(reference)[:5]
    excuse = Equivalent(some[2].identity, "an example")
    return TopicMutants(
        "topic",
        reference,
        (
            Result(some[0], MutantOutcome("a case"), None, False),
            Result(some[1], MutantOutcome("a case", late=True), None, False),
            Result(some[2], MutantOutcome(), excuse, False),
            Result(some[3], MutantOutcome(difference="f(x=1) gives 3; 2 is right"), None, True),
            Result(some[4], MutantOutcome(), None, False),
        ),
    )


def test_the_figure_leaves_out_what_is_no_mistake(topic):
    assert topic.figure == 2 / 3
    assert report.below([topic]) == [topic]
    assert report.contradicted([topic]) == []
    sound = replace(topic, results=(*topic.results[:3], topic.results[4]))
    assert sound.figure == 1
    assert report.below([sound]) == []


def test_an_excused_mutant_that_a_case_fails_is_a_contradiction(topic):
    killed = replace(topic.results[2], fate=MutantOutcome("a case"))
    (complaint,) = report.contradicted([replace(topic, results=(killed,))])
    assert "a case" in complaint


def test_the_report_shows_each_survivor_with_its_diff(topic):
    console = Console(width=150, record=True, file=io.StringIO())
    report.show([topic], console, every=True)
    text = console.export_text()
    survivor = topic.results[3].mutant
    assert f"topic: topic.f: {survivor.change} (no case executes it)" in text
    assert "-    return x + 1" in text
    assert "no mistake: an example" in text
    assert "f(x=1) gives 3; 2 is right" in text
    assert text.count("skipped: it differs from the reference on no input that was drawn") == 1
    assert "66.67 %" in text
