"""Students whose mistake nobody thought of: small faults in the reference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from autograder.course.reference import reference_functions
from autograder.model import Assignment, Question
from autograder.staff.mutants.mutant import mutants
from autograder.staff.mutants.work import MutantRunner
from tests.diagnoses.students import Student

SECONDS = 10.0


def of_mutants(assignment: Assignment, root: Path, count: int, seed: int = 0) -> Iterator[Student]:
    """So many mutants of every topic, drawn.

    Args:
        assignment: whose topics.
        root: the project's folder.
        count: how many of each topic.
        seed: of the draw.

    Yields:
        Students; run them under `autograder.staff.mutants.work.limited`, since one may not come to an end.
    """
    bench = MutantRunner(root, [assignment.name])
    for question in assignment.questions:
        yield from _of_topic(bench, question, count, seed)


def _of_topic(bench: MutantRunner, question: Question, count: int, seed: int) -> Iterator[Student]:
    topic = bench.topic(question.topic)
    pool = mutants(topic.program)
    rng = np.random.default_rng(seed)
    for place in rng.permutation(len(pool))[:count]:
        mutant = pool[place]
        try:
            functions = topic.loaded(mutant)
        except Exception:  # the module itself does not run
            continue
        name = f"{question.topic}.{mutant.function}: {mutant.change}"
        whole = {**reference_functions(question.topic), **functions}
        yield Student(question, name, whole, frozenset(functions))
