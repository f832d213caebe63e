"""Which of the Python files that were handed in are answers, and what the others are.

A file is a question's own module by its name, also where a browser numbered it. Another file is an
answer where it fills in a function that is filled in nowhere else. What is still as it was handed out
never counts before what is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from autograder.grading.submission.definitions import DefinitionParser, Unit, definitions
from autograder.grading.submission.files import MEGABYTE, UnreadableSubmission, shorten
from autograder.grading.submission.places import distance, hides_a_library, is_module, topic_of
from autograder.grading.submission.sources import cells_of_script, decode, is_marimo
from autograder.model import Assignment

_PACKAGE: Final = "__init__.py"
_MODULE_MB: Final = 1  # as much text as one message to a worker may hold
_NAMES_IMPORTED: Final = r"(?:modules\.)?\w+(?:\.\w+)*(?:[ \t]+as[ \t]+\w+)?"
_IMPORT: Final = re.compile(
    rf"""^[ \t]*(?:
        from[ \t]+(?:modules|\.)[ \t]+import[ \t(]+(?P<below>[^#\n]+)
        |from[ \t]+\.?(?:modules\.)?(?P<module>\w+)
        |import[ \t]+(?P<modules>{_NAMES_IMPORTED}(?:[ \t]*,[ \t]*{_NAMES_IMPORTED})*+)
    )
    |import_module\([ \t]*["'](?:modules\.)?(?P<text>\w+)
    """,
    re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class SubmittedModule:
    """A Python file that was handed in.

    Attributes:
        name: its path among what was handed in.
        source: its text.
        topic: the question whose module it is by its name; empty for another file.
        exact: whether that is its very name.
        filled: functions that are asked for and that it fills in.
        far: how far it lies from where modules lie.
        shadows: whether it has the name of a library, so that nothing can import it.
    """

    name: str
    source: str
    topic: str
    exact: bool
    filled: frozenset[str]
    far: int
    shadows: bool

    @property
    def file(self) -> str:
        """Its name without folders."""
        return PurePosixPath(self.name).name

    def imported(self, names: Collection[str]) -> bool:
        """Whether code that imports modules of some names imports this one."""
        return not self.shadows and PurePosixPath(self.name).stem in names

    @property
    def rank(self) -> tuple[bool, bool, int, str]:
        """Smaller for what is more likely meant: a question's own, by its name, near the notebook."""
        return (not self.topic, not self.exact, self.far, self.name)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What became of the Python files.

    Attributes:
        answers: those that are run, by the namespace that each has, in the order of their names.
        unread: why others were not run, by name.
        notices: sentences for the student.
    """

    answers: Mapping[str, SubmittedModule]
    unread: Mapping[str, str]
    notices: tuple[str, ...]

    def units(self) -> list[Unit]:
        """Their code; a script that was made of a notebook runs cell by cell, as the notebook does."""
        return [
            Unit(space, label, source, module.file if label != module.file else "")
            for space, module in self.answers.items()
            for label, source in cells_of_script(module.file, module.source)
        ]


def choose(
    files: Mapping[str, bytes],
    folder: str,
    assignment: Assignment,
    cells: Sequence[Unit],
    parser: DefinitionParser,
) -> Chosen:
    """Choose the modules that count.

    Args:
        files: everything that was handed in but the notebook.
        folder: the notebook's; where there is none, the top.
        assignment: whose functions are looked for.
        cells: the notebook's code.
        parser: the submission's.

    Raises:
        UnreadableSubmission: a question's own module is larger than any source.
    """
    unread: dict[str, str] = {}
    modules = sorted(
        _modules(files, folder, assignment, parser, unread), key=lambda module: module.rank
    )
    written = definitions(cells, assignment.functions, parser)
    done = {
        name
        for name, spaces in written.filled.items()
        if not all(written.methods_to_fill_in(name, space) for space in spaces)
    }
    answers: list[SubmittedModule] = []
    for topic in dict.fromkeys(module.topic for module in modules if module.topic):
        own = [module for module in modules if module.topic == topic]
        kept = _own(own)
        unread |= {one.name: _why_not(one, kept) for one in own if one not in kept}
        answers += kept
    for module in answers:
        done |= module.filled
    others = [module for module in modules if not module.topic]
    stems = {PurePosixPath(module.name).stem for module in others}
    in_cells = [cell.source for cell in cells]
    by_any = _imported([*in_cells, *(module.source for module in modules)], stems)
    by_answers = _imported([*in_cells, *(module.source for module in answers)], stems)
    free = [module for module in others if not module.imported(by_any)]
    useful = _useful(free, done)
    # what only files like a trainer import, which are not run, fills in what nothing else does
    done |= {name for module in useful for name in module.filled}
    useful += _useful([module for module in others if not module.imported(by_answers)], done)
    if not cells and not answers and not useful:  # they may define functions in another way
        useful = [module for module in free or others if module.far <= 1 and not module.shadows]
    answers += useful
    words = _words(
        [(cell.label, cell.source) for cell in cells] + [(m.name, m.source) for m in modules],
        {_called(module) for module in free},
    )
    left = (
        one
        for one in free
        if one not in useful
        and not one.shadows
        and (one.filled or not (_is_named(one, words) or PurePosixPath(one.name).name == _PACKAGE))
    )
    unread |= {one.name: _why_not(one, answers) for one in left}
    return Chosen(
        {_space(module, answers): module for module in sorted(answers, key=lambda one: one.name)},
        unread,
        (*_renamed(answers), *_shadowing(modules, answers)),
    )


def _own(modules: Sequence[SubmittedModule]) -> list[SubmittedModule]:
    """Of the files that are one question's module by their names, those that fill in something.

    Where none does, the one of the very name: it says that its functions are not filled in.
    """
    kept: list[SubmittedModule] = []
    for module in sorted(modules, key=lambda one: (not one.filled, one.rank)):
        seen = {name for one in kept for name in one.filled}
        if module.filled - seen or (not kept and module.exact):
            kept.append(module)
    return kept


def _useful(modules: Sequence[SubmittedModule], done: Collection[str]) -> list[SubmittedModule]:
    """Those that fill in something that none before them does."""
    seen, found = set(done), []
    for module in modules:
        if module.filled - seen:
            found.append(module)
            seen |= module.filled
    return found


def _modules(
    files: Mapping[str, bytes],
    folder: str,
    assignment: Assignment,
    parser: DefinitionParser,
    unread: dict[str, str],
) -> Iterable[SubmittedModule]:
    topics = [question.topic for question in assignment.questions]
    for name, content in files.items():
        path = PurePosixPath(name)
        if not is_module(path):
            continue
        topic = topic_of(name, topics)
        if len(content) > _MODULE_MB * MEGABYTE:
            if topic:
                raise UnreadableSubmission(
                    f"{name} is larger than {_MODULE_MB} MB, too large for a source file."
                )
            unread[name] = f"it is larger than {_MODULE_MB} MB, too large for a source file"
            continue
        source = decode(content)
        if is_marimo(source):
            unread[name] = "it is a marimo notebook, not a Jupyter one"
            continue
        found = definitions([Unit("", name, source)], assignment.functions, parser)
        exact = path.name == f"{topic}.py"
        far = distance(path, folder)
        shadows = hides_a_library(path, far, topic)
        yield SubmittedModule(name, source, topic, exact, frozenset(found.filled), far, shadows)


def _imported(sources: Iterable[str], known: Collection[str]) -> set[str]:
    """Which of the known names of modules code imports, as far as a quick look tells."""
    found: set[str] = set()
    for source in sources:
        for match in _IMPORT.finditer(source):
            for names in filter(None, match.groups()):
                steps = (
                    name.split()[0].removeprefix("modules.")
                    for name in names.split(",")
                    if name.split()
                )
                found |= {
                    stem for step in steps if (stem := step.partition(".")[0].strip("() ")) in known
                }
    return found


def _words(sources: Iterable[tuple[str, str]], wanted: Collection[str]) -> dict[str, set[str]]:
    """By the words that are looked for the labels of the sources that hold them."""
    found: dict[str, set[str]] = {word: set() for word in wanted}
    for label, source in sources:
        for match in re.finditer(r"\w+", source) if wanted else ():
            if match[0] in found:
                found[match[0]].add(label)
    return found


def _called(module: SubmittedModule) -> str:
    """The name by which other code speaks of a file."""
    path = PurePosixPath(module.name)
    return path.parent.name if path.name == _PACKAGE else path.stem


def _is_named(module: SubmittedModule, words: Mapping[str, set[str]]) -> bool:
    """Whether other code names a file in some way, so that it may import it, run it or read it."""
    return bool(words.get(_called(module), set()) - {module.name})


def _space(module: SubmittedModule, answers: Sequence[SubmittedModule]) -> str:
    """The name under which a module is run and can be imported."""
    if module.shadows:
        return module.file
    path = PurePosixPath(module.name)
    stem = module.topic or path.stem
    first = min(
        (one for one in answers if (one.topic or PurePosixPath(one.name).stem) == stem),
        key=lambda one: one.rank,
    )
    return stem if module is first else ".".join(path.with_suffix("").parts)


def _why_not(module: SubmittedModule, instead: Sequence[SubmittedModule]) -> str:
    if not module.filled and not (module.topic and instead):
        return "no function of the assignment is defined there"
    better = [
        one for one in instead if one.filled & module.filled or one.topic == module.topic != ""
    ]
    counts = f"{shorten(better[0].name)} counts" if better else "the notebook defines the same"
    return counts if module.filled else f"it is still the stub that was handed out, and {counts}"


def _renamed(answers: Iterable[SubmittedModule]) -> Iterable[str]:
    for module in answers:
        if module.topic and not module.exact:
            yield f"{shorten(module.name)} was read as {module.topic}.py, the expected name."


def _shadowing(
    modules: Iterable[SubmittedModule], answers: Collection[SubmittedModule]
) -> Iterable[str]:
    for module in modules:
        if module.shadows:
            run = " It was run all the same." if module in answers else ""
            yield (
                f"{shorten(module.name)} cannot be imported: a module of Python or of the grader has the "
                f"same name. Rename it.{run}"
            )
