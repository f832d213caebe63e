"""The mutants of a bank's topics, run: which case goes first, and what became of each mutant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.staff.mutants.mutant import Mutant, mutants
from autograder.staff.mutants.pool import MutantPool
from autograder.staff.mutants.program import PACKAGE, Program, read
from autograder.staff.mutants.verdicts import Equivalent
from autograder.staff.mutants.work import Job, MutantOutcome, Profile
from autograder.staff.validate.matrix import SEED

Step = Callable[[str, int, int], None]


class Unsound(Exception):
    """A bank whose reference fails its own cases: its mutants show nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """One mutant of a topic.

    Attributes:
        mutant: what was changed.
        fate: what became of it.
        excused: the entry that calls it no mistake, if there is one.
        unseen: whether no case executes the changed statement.
    """

    mutant: Mutant
    fate: MutantOutcome
    excused: Equivalent | None
    unseen: bool

    @property
    def killed(self) -> bool:
        """Whether a case failed."""
        return bool(self.fate.killer)

    @property
    def survives(self) -> bool:
        """Whether this is a hole in the cases."""
        return not self.killed and self.excused is None and not self.skipped

    @property
    def skipped(self) -> bool:
        """Whether cases execute it, it has no verdict, and it differs on no input that was drawn."""
        judged = self.killed or self.excused is not None
        return not (judged or self.unseen or self.fate.difference)


@dataclass(frozen=True, slots=True)
class TopicMutants:
    """What was found out about one topic; the results in the order of the text."""

    name: str
    program: Program
    results: tuple[Result, ...]

    @property
    def figure(self) -> float:
        """Killed mutants over those that differ and are mistakes."""
        return figure(self.results)


def figure(results: Sequence[Result]) -> float:
    """Killed mutants over those that differ and are mistakes; 1 where there are none."""
    mistakes = [result for result in results if result.excused is None and not result.skipped]
    return sum(result.killed for result in mistakes) / len(mistakes) if mistakes else 1.0


class CaseOrder:
    """In which order the cases of a topic are tried: the cheapest way to a kill goes first.

    A case is worth its chance to kill, judged by the mutants of the same function that it has been
    tried on, over the time that it takes.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._tried: dict[tuple[str, str], int] = defaultdict(int)
        self._kills: dict[tuple[str, str], int] = defaultdict(int)

    def cases(self, mutant: Mutant) -> tuple[str, ...]:
        """The cases that execute the changed statement, the most promising first."""
        return tuple(sorted(self._executing(mutant), key=lambda key: self._cost(mutant, key)))

    def learn(self, job: Job, fate: MutantOutcome) -> None:
        """Take note of which cases were tried on a mutant, and which killed it."""
        for key in job.cases:
            self._tried[job.mutant.function, key] += 1
            if key == fate.killer:
                self._kills[job.mutant.function, key] += 1
                return

    def _executing(self, mutant: Mutant) -> Iterator[str]:
        first, last = mutant.executed
        for key, modules in self._profile.lines.items():
            lines = modules.get(mutant.module, frozenset())
            if first == 0 or any(first <= line <= last for line in lines):
                yield key

    def _cost(self, mutant: Mutant, key: str) -> float:
        place = mutant.function, key
        chance = (self._kills[place] + 0.5) / (self._tried[place] + 1)
        return (self._profile.seconds[key] + 1e-4) / chance


def run(
    root: Path,
    assignments: Sequence[str],
    topics: Mapping[str, Path],
    excuses: Iterable[Equivalent],
    step: Step,
    *,
    seed: str = SEED,
    workers: int = 2,
) -> list[TopicMutants]:
    """Run all mutants of some topics.

    Args:
        root: the project's folder.
        assignments: whose cases are run.
        topics: questions of theirs, each with the folder of the course or bank that has it.
        excuses: the mutants that are not mistakes; they are run too, since no case may fail them.
        step: receives what is being done, how much is done, and how much there is.
        seed: what the cases' inputs are drawn from.
        workers: how many processes run mutants.

    Returns:
        What was found, topic by topic.

    Raises:
        Unsound: the reference fails its own cases.
    """
    excuses = list(excuses)
    with MutantPool(workers, root, assignments, seed) as pool:
        profiles: dict[str, Profile] = {}
        for task, profile in pool.results(iter(topics)):
            if not isinstance(task, str) or not isinstance(profile, Profile):
                raise TypeError(f"{task!r} was not answered with a profile")
            if profile.failed:
                raise Unsound(f"the reference fails {', '.join(profile.failed)}")
            profiles[task] = profile
            step(f"profile of {task}", len(profiles), len(topics))
        programs = {
            topic: read(course / PACKAGE, topic, profiles[topic].functions)
            for topic, course in topics.items()
        }
        found = {topic: mutants(program) for topic, program in programs.items()}
        orders = {topic: CaseOrder(profile) for topic, profile in profiles.items()}
        fates: dict[tuple[str, Mutant], MutantOutcome] = {}
        of = sum(map(len, found.values()))
        for job, fate in pool.results(_jobs(found, orders)):
            if not isinstance(job, Job) or not isinstance(fate, MutantOutcome):
                raise TypeError(f"{job!r} was not answered with a fate")
            orders[job.topic].learn(job, fate)
            fates[job.topic, job.mutant] = fate
            step(f"mutants of {job.topic}", len(fates), of)
    return [
        TopicMutants(
            topic,
            programs[topic],
            tuple(
                Result(
                    mutant,
                    fates[topic, mutant],
                    next((e for e in excuses if e.holds(mutant, topic)), None),
                    not orders[topic].cases(mutant),
                )
                for mutant in found[topic]
            ),
        )
        for topic in topics
    ]


def _jobs(found: dict[str, list[Mutant]], orders: dict[str, CaseOrder]) -> Iterator[Job]:
    """Every mutant, its cases ordered by what is known when its turn comes."""
    for topic, some in found.items():
        for mutant in some:
            yield Job(topic, mutant, orders[topic].cases(mutant))
