"""Which misconceptions look like something else on the public cases.

python -m tests.diagnoses.misleading [TOPIC ...]

In their own copy students read patterns alone ("every entry is log 2 too large"). A pattern misleads where
it fits the values of a misconception in a public case, but in no hidden case of at least that size: the
numbers of the public case are too round, or symmetric. Exit status 1 where there is one.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from autograder import wire
from autograder.course.bank import load, misconceptions, project_root
from autograder.course.reference import reference_functions
from autograder.grading.calls import InProcess, Recorder
from autograder.grading.judging import judge
from autograder.grading.names import Namespace
from autograder.grading.seeds import generator
from autograder.model import Case, Question, StudentError
from autograder.testing import Misconception, pattern
from autograder.testing.compare import compare
from autograder.testing.values import UnreadableValue, read

ASSIGNMENT = "deep_generative_models"
ALIKE = {"count": "factor", "log count": "offset", "gaussian": "offset"}
"""Patterns of which one is a special case of the other."""


def patterns(
    case: Case, wrong: Mapping[str, Any], right: Mapping[str, Any]
) -> Iterator[tuple[str, str, int, str]]:
    """Of every wrong value in a case: the function, the pattern or nothing, the size and the sentence."""
    recorder = Recorder(InProcess({**right, **wrong}))
    judge(case, Namespace(recorder, generator("misleading", case.key), case.kinds))
    answers = InProcess(right)
    for call in recorder.calls:
        if call.value is None or call.objects or not set(call.functions) & set(wrong):
            continue
        try:
            expected = answers.answer(call).value
            comparison = compare(read(wire.decode(call.value)), read(expected))
        except (StudentError, UnreadableValue):
            continue
        if comparison.fault == "value":
            found = pattern.find(comparison)
            size = comparison.expected.array.size
            yield call.name, found.shown if found else "", size, found.text if found else ""


def misleading(question: Question, one: Misconception) -> Iterator[str]:
    """What is said of a misconception in public and holds in no hidden case."""
    wrong, right = one.build(), reference_functions(question.topic)
    seen: dict[bool, dict[str, list[tuple[str, int, str]]]] = {
        hidden: defaultdict(list) for hidden in (False, True)
    }
    for case in (case for part in question.parts for case in part.cases):
        if set(case.parameters) & set(wrong) and not case.form:
            for name, shown, size, text in patterns(case, wrong, right):
                seen[case.hidden][name].append((shown, size, text))
    for name, public in seen[False].items():
        for shown, size, text in public:
            hidden = [ALIKE.get(s, s) for s, other, _ in seen[True][name] if other >= size]
            if shown and shown != "precision" and hidden and ALIKE.get(shown, shown) not in hidden:
                instead = ", ".join(f"{s or 'none'} {n}" for s, n in Counter(hidden).items())
                yield f"{question.topic}.{one.name}: {name}: {text} (hidden: {instead})"


def main() -> int:
    """Print all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("topics", nargs="*")
    topics = parser.parse_args().topics
    torch.set_num_threads(1)
    found = 0
    for question in load(ASSIGNMENT, project_root()).questions:
        if topics and question.topic not in topics:
            continue
        for one in misconceptions(question):
            for text in misleading(question, one):
                print(text, flush=True)
                found += 1
    print(f"{found} misleading patterns")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
