"""No level of feedback says more of a hidden case than it may: wrong answers of the whole bank.

Every text that a student may see is looked through for numbers of four digits and more, for names
of cases, for lines of source and for our own traces. At level `diff` what is expected may be read,
and nothing else: an input that a submission returns, raises or prints is a number that is neither.
"""

from __future__ import annotations

import functools
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.course.bank import misconceptions
from autograder.grading import judging
from autograder.grading import pipeline as grade
from autograder.grading.request import Request
from autograder.grading.seeds import generator
from autograder.model import (
    CaseResult,
    Diagnosis,
    Feedback,
    Limits,
    Outcome,
    PartResult,
    Question,
    Report,
)
from autograder.staff.validate import matrix
from autograder.testing import assertions, equality
from tests.support import handed_in, registered, seen
from tests.support.fake_sandbox import FakeSandbox, in_this_process

WRONG_A_TOPIC = 6
TOPICS = [question.topic for question in handed_in.assignment().questions]
ALL_LEVELS = list(seen.levels())


@functools.cache
def question(topic: str) -> Question:
    [found] = [one for one in handed_in.assignment().questions if one.topic == topic]
    return found


@functools.cache
def lines() -> frozenset[str]:
    return frozenset(seen.source_lines(handed_in.assignment()))


@pytest.fixture
def expected(monkeypatch):
    """Every value that is expected in a comparison from now on."""
    values = []
    compare, check = assertions.compare.compare, equality._check

    def comparing(actual, right, **options):
        values.append(right.array)
        return compare(actual, right, **options)

    def checking(right):
        if type(right) in (int, bool):
            values.append(right)
        check(right)

    monkeypatch.setattr(assertions.compare, "compare", comparing)
    monkeypatch.setattr(equality, "_check", checking)
    return values


def report(parts: list[PartResult], **fields) -> Report:
    whole = handed_in.assignment()
    questions = tuple({r.part.number: question(r.cases[0].case.topic) for r in parts}.values())
    chosen = tuple(dict.fromkeys(questions))
    held = tuple(
        replace(one, parts=tuple(r.part for r in parts if r.cases[0].case.topic == one.topic))
        for one in chosen
    )
    return Report(replace(whole, questions=held), tuple(parts), **fields)


def complaints(graded: Report, values: list) -> list[str]:
    """What leaks at any level, before the due date or after it."""
    hidden = [case for part in graded.parts for case in part.cases if case.case.hidden]
    allowed = seen.magnitudes(values)
    found = []
    looked_at = set()
    for before, after in ALL_LEVELS:
        for when, text in seen.seen(seen.at(graded, before, after)):
            level = after if when == seen.AFTER else before
            if (level, text) in looked_at:
                continue
            looked_at.add((level, text))
            for leak in seen.leaks(text, level, hidden, lines(), allowed):
                found.append(f"{before}, then {after}: {when}: {leak} in {text!r}")
    return found


def judged(topic: str, functions, changed) -> list[PartResult]:
    """The hidden cases that call one of the changed functions."""
    found = []
    for part in question(topic).parts:
        cases = [case for case in part.hidden if changed & set(case.parameters)]
        if cases:
            verdicts = tuple(
                judging.judge(case, {**functions, "rng": generator("seen", case.key)})
                for case in cases
            )
            found.append(PartResult(replace(part, cases=tuple(cases)), verdicts))
    return found


QUICK = {"gan"}
"""`make test-all` goes through the mistakes of every topic."""


@pytest.mark.parametrize(
    "topic",
    [
        pytest.param(topic, marks=() if topic in QUICK else pytest.mark.exhaustive)
        for topic in TOPICS
    ],
)
def test_misconceptions_tell_a_student_no_more_than_their_level(topic, expected):
    known = misconceptions(question(topic))
    failed = 0
    for wrong in known[:: max(1, len(known) // WRONG_A_TOPIC)][:WRONG_A_TOPIC]:
        expected.clear()
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            parts = judged(topic, matrix.wrong(wrong, topic), set(wrong.build()))
        failed += sum(not case.passed for part in parts for case in part.cases)
        assert complaints(report(parts), expected) == []
    assert failed >= WRONG_A_TOPIC


@pytest.mark.parametrize("topic", TOPICS)
def test_no_sentence_of_a_diagnosis_tells_more_than_its_level(topic):
    part = next(part for part in question(topic).parts if part.hidden)
    failed = CaseResult(part.hidden[0], Outcome.WRONG)
    told = 0
    for wrong in misconceptions(question(topic)):
        named = Diagnosis(wrong.name, wrong.sentence, ("f",), 7, 7, (part.hidden[0].key,))
        result = PartResult(replace(part, cases=part.hidden[:1]), (failed,), (named,))
        graded = report([result])
        shown = " ".join(
            text for _, text in seen.seen(seen.at(graded, Feedback.HINT, Feedback.NONE))
        )
        told += "7 of 7" in shown
        assert complaints(graded, []) == []
    assert told == len(misconceptions(question(topic)))


# --- submissions that want to know ---

ATTACKS = {
    "raises": "raise ValueError(told(given))",
    "raises a class named after them": "raise type('E' + told(given), (Exception,), {})(told(given))",
    "raises through our own names": "raise AssertionError('Traceback: ' + told(given))",
    "prints": "print(told(given)); return None",
    "returns them": "return first(given)",
    "returns them as text": "return told(given)",
    "returns them in a list of texts": "return [told(given)] * 3",
    "returns them as keys": "return {told(given): told(given)}",
    "returns an object of a class named after them": "return type(told(given), (), {})()",
    "returns them as a whole number": "return digits(given, 18)",
    "returns them as a size": "return torch.zeros(0, digits(given, 9))",
    "returns them as a number of parts": "return [0] * digits(given, 4)",
    "returns them and more": "return torch.full((2, 3), number(given))",
    "scales the answer by them": "return scaled(NAME, given)",
}  # fmt: skip
PRELUDE = """
import torch

def flat(given):
    for item in given:
        if isinstance(item, torch.Tensor):
            yield from item.detach().reshape(-1).tolist()
        elif isinstance(item, (list, tuple)):
            yield from flat(item)
        elif isinstance(item, (int, float)):
            yield item

def told(given):
    return ", ".join(map(repr, list(flat(given))[:12]))

def number(given):
    return float(next((x for x in flat(given) if x != round(x)), 0.123456))

def digits(given, many):
    return int("".join(filter(str.isdigit, told(given)))[:many] or 1)

def first(given):
    return next((x for x in given if isinstance(x, torch.Tensor)), given)
"""


# It knows the answer, and scales it by what it wants to hear.
SCALED = """
from reference import TOPIC as right

def scaled(name, given):
    came = getattr(right, name)(*given)
    return came * number(given) if isinstance(came, (torch.Tensor, float)) else came
"""


def attack(topic: str, body: str) -> str:
    """A module whose every function does the same wrong thing to whatever it is given."""
    source = PRELUDE
    if "scaled" in body:
        source += SCALED.replace("TOPIC", topic)
    for name in question(topic).functions:
        source += f"\ndef {name}(*given, **options):\n    {body.replace('NAME', repr(name))}\n"
    return source


def adversary(topic: str, body: str, folder: Path) -> Report:
    """Graded by the whole pipeline, with the student's code in this process."""
    whole = replace(
        handed_in.assignment(), questions=(question(topic),), limits=Limits(total_seconds=6e5)
    )
    path = folder / f"{topic}.py"
    path.write_text(attack(topic, body), encoding="utf-8")
    request = Request(path, whole)
    with registered.forgotten():  # a worker in this process registers drivers of its own
        return grade.run(request, FakeSandbox(in_this_process))


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", ATTACKS)
def test_a_submission_that_wants_its_inputs_told_is_not(name, expected, tmp_path, capsys):
    """Of the topics in turn two for every attack, so that all attacks together see all topics."""
    place = list(ATTACKS).index(name)
    for topic in {TOPICS[place % len(TOPICS)], TOPICS[(place + 4) % len(TOPICS)]}:
        expected.clear()
        graded = adversary(topic, ATTACKS[name], tmp_path)
        lost = [case for part in graded.parts for case in part.cases
                if case.case.hidden and not case.passed]  # fmt: skip
        assert lost
        assert complaints(graded, expected) == []
    capsys.readouterr()


# --- the linter itself ---


def secret_case(**told) -> Report:
    part = question("gan").parts[0]
    case = part.hidden[0]
    verdict = CaseResult(case, Outcome.WRONG, **told)
    return report([PartResult(replace(part, cases=(case,)), (verdict,))])


@pytest.mark.parametrize(
    "text",
    [
        "it is 0.78345",
        "it is -7.8345e-01",
        "it is 78345",
        "1.2e3, 1.234e3",
        "Traceback (most recent call last)",
        f"of {question('gan').parts[0].hidden[0].key}",
        "{line}",
    ],
)
@pytest.mark.parametrize("where", ["public", "hint", "diff"])
def test_the_linter_finds_what_is_planted(text, where):
    told = {"public": "wrong", where: text.replace("{line}", min(lines()))}
    assert complaints(secret_case(**told), [])


def test_the_linter_lets_pass_what_is_expected_at_diff_alone():
    values = [np.array([0.783451266])]
    assert complaints(secret_case(public="wrong", diff="expected 0.783451"), values) == []
    assert complaints(secret_case(public="wrong", diff="expected 0.783551"), values)
    assert complaints(secret_case(public="expected 0.783451"), values)


def test_the_linter_looks_at_every_level_before_and_after():
    levels = {level for pair in ALL_LEVELS for level in pair}
    assert levels == set(Feedback)
    graded = secret_case(public="wrong")
    times = {when for when, _ in seen.seen(seen.at(graded, Feedback.NONE, Feedback.DIFF))}
    assert times == {seen.BEFORE, seen.AFTER}
