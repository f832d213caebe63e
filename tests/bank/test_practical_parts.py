"""Files in the course's own style run unchanged, and what its graders let pass is caught and named."""

from __future__ import annotations

import pytest

from autograder.grading.pipeline import Request, run
from autograder.model import Outcome
from tests.bank.practical_files import EDITIONS, FILES, MISTAKES, SEEDS, TRAINER
from tests.support import handed_in
from tests.support.handed_in import ROOT

ASSIGNMENT = "practical_generative_models"


@pytest.fixture(scope="module")
def grade(sandbox, tmp_path_factory):
    """Grades the files of an edition, changed by mistakes."""
    assignment = handed_in.assignment(ASSIGNMENT)

    def graded(edition, mistakes=(), trainer=False):
        folder = tmp_path_factory.mktemp("handed_in")
        for topic, name in FILES.items():
            style = edition.styles[topic]
            path = ROOT / "reference" / "alternatives" / topic / f"{style}.py"
            text = path.read_text(encoding="utf-8").partition("\nif __name__")[0]
            for mistake in mistakes:
                if mistake.topic == topic:
                    assert mistake.old in text
                    text = text.replace(mistake.old, mistake.new)
            text = edition.head + text + edition.tail
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        if trainer:
            (folder / "q2_trainer.py").write_text(TRAINER, encoding="utf-8")
        return run(Request(folder, assignment), sandbox)

    return graded


@pytest.mark.parametrize(
    "name",
    [
        name if EDITIONS[name] is SEEDS else pytest.param(name, marks=pytest.mark.exhaustive)
        for name in EDITIONS
    ],
)
def test_files_in_the_course_s_style_run_unchanged(grade, name):
    report = grade(EDITIONS[name], trainer="trainer" in name)
    results = [case for part in report.parts for case in part.cases]
    assert len(results) > 90
    assert {case.case.key for case in results if case.outcome is not Outcome.PASSED} == set()
    assert "torchvision" in " ".join(report.notices) or "main" in EDITIONS[name].tail
    assert "q2_sampler" not in " ".join(report.notices)


def test_editions_are_written_in_three_styles():
    for topic in FILES:
        assert len({edition.styles[topic] for edition in EDITIONS.values()}) == 3, topic


@pytest.mark.parametrize("which", ["first", pytest.param("second", marks=pytest.mark.exhaustive)])
def test_what_graders_let_pass_costs_its_own_part_and_is_named(grade, which):
    report = grade(SEEDS, MISTAKES[which])
    found = {(part.cases[0].case.topic, part.part.key): part for part in report.parts}
    lost = {place for place, part in found.items() if not all(c.passed for c in part.cases)}
    assert lost == {(one.topic, part) for one in MISTAKES[which] for part in one.parts}
    for mistake in filter(lambda one: one.named, MISTAKES[which]):
        named = {one.name for one in found[mistake.topic, mistake.parts[0]].diagnoses}
        assert mistake.named in named
