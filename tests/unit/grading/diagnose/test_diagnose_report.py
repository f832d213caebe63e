"""`explained`: a finished report gets what explains it, and loses nothing whatever goes wrong."""

import threading
import time
from pathlib import Path

import pytest

from autograder.grading import diagnose
from autograder.grading.diagnose import explained
from autograder.grading.limit import JudgingTimedOut, limited
from autograder.model import Assignment, Limits, Permits, Question, Report
from autograder.testing import misconception


@pytest.fixture
def report(judged, bank):
    """Of a student who averages rows."""
    question = Question("toy", 1, "Toy", Path("toy"), bank.parts, ("mean", "spread"))
    whole = Assignment("toy", "Toy", (question,), Limits(), Permits(), Path("toy.toml"), "d")
    return Report(whole, judged(mean=lambda x: x.mean(-1)), staff=("before",))


def test_the_report_is_the_same_with_explanations(report, bank):
    found = explained(report, lambda _topic: bank.wrong, bank.draw, 60.0)
    assert [one.name for one in found.parts[0].diagnoses] == ["other_axis"]
    assert found.parts[1].diagnoses == ()
    assert found.score == report.score
    assert found.staff == ("before",)
    kept = [case.kept for case in found.parts[0].cases]
    assert all(one["fingerprint"] and len(one["calls"]) == 1 for one in kept)


@pytest.mark.parametrize("fault", [ValueError("the file is broken"), KeyError("x")])
def test_a_fault_costs_explanations_only(report, bank, fault):
    def wrong(_topic):
        raise fault

    found = explained(report, wrong, bank.draw, 60.0)
    assert found.parts == report.parts
    [_, note] = found.staff
    assert note.startswith("Not everything was explained") and type(fault).__name__ in note


def test_an_endless_misconception_ends(report, bank):
    @misconception("Nobody waits for this.", caught_by=())
    def endless():
        def mean(x):
            while True:
                try:
                    time.sleep(0.01)
                except Exception:
                    continue

        return {"mean": mean}

    found = explained(report, lambda _topic: (endless,), bank.draw, 0.2)
    assert found.staff[1] == "Not everything was explained: the time ran out."
    assert found.parts == report.parts
    assert found.parts[0].cases[0].kept is not None


def test_who_waits_is_explained_all_the_same(report, bank, monkeypatch):
    """A busy machine is one on which a process waits."""
    monkeypatch.setattr(diagnose, "SECONDS", 0.2)

    def slowly(_topic):
        time.sleep(0.4)
        return bank.wrong

    found = explained(report, slowly, bank.draw, 60.0)
    assert [one.name for one in found.parts[0].diagnoses] == ["other_axis"]
    assert found.staff == ("before",)


def test_a_misconception_that_computes_for_ever_ends_long_before_the_time_is_up(
    report, bank, monkeypatch
):
    monkeypatch.setattr(diagnose, "SECONDS", 0.2)

    @misconception("Nobody waits for this.", caught_by=())
    def endless():
        def mean(x):
            while True:
                pass

        return {"mean": mean}

    begin = time.process_time()
    found = explained(report, lambda _topic: (endless,), bank.draw, 600.0)
    assert time.process_time() - begin < 5
    assert found.staff[1] == "Not everything was explained: the time ran out."


def test_no_time_at_all(report, bank):
    found = explained(report, lambda _topic: bank.wrong, bank.draw, -5.0)
    assert found.parts == report.parts


def test_the_alarm_is_off_afterwards():
    with pytest.raises(JudgingTimedOut), limited(0.01):
        time.sleep(5)
    with limited(0.05):
        pass
    time.sleep(0.1)


def test_processor_time_does_not_pass_while_one_waits():
    with limited(0.1, "PROF"):
        time.sleep(0.3)
    with pytest.raises(JudgingTimedOut), limited(0.1, "PROF"):
        while True:
            pass


def test_another_thread_is_not_limited():
    done = []

    def run():
        with limited(0.01):
            time.sleep(0.05)
            done.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert done == [True]
