"""Which of the files that were handed in are the answers, where more than one could be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from autograder.grading.submission.definitions import DefinitionParser, Unit, definitions
from autograder.grading.submission.files import UnreadableSubmission, listed, shorten
from autograder.model.wording import joined

MOST_NOTEBOOKS: Final = 6
_COPY: Final = re.compile(r"-checkpoint$|conflicted copy|sync-conflict-\d", re.IGNORECASE)


def notebook_that_counts(
    code: Mapping[str, Sequence[str]],
    functions: Collection[str],
    name: str,
    parser: DefinitionParser,
    modules: Iterable[str] = (),
) -> tuple[str, str]:
    """The one of several notebooks that is to be graded, and a sentence about the others.

    None of them is, and the name is empty, where modules define all that they fill in.

    Args:
        code: the sources of the cells of each, by its name.
        functions: what the assignment asks for.
        name: the assignment's.
        parser: the submission's.
        modules: the sources of the modules that were handed in with them.

    Raises:
        UnreadableSubmission: it is not clear which one it is.
    """
    defined = {
        notebook: definitions([Unit("", "", cell) for cell in cells], functions, parser).filled
        for notebook, cells in code.items()
    }
    filled = [notebook for notebook, names in defined.items() if names]
    why = "no function of the assignment is filled in there"
    originals = [notebook for notebook in filled if not _COPY.search(PurePosixPath(notebook).stem)]
    if len(originals) == 1 < len(filled):
        filled, why = (
            originals,
            "its name is that of a backup or a copy",
        )
    different = {tuple(code[notebook]): notebook for notebook in reversed(filled)}
    chosen = [*reversed(different.values())]
    if len(chosen) > 1:
        chosen = [one for one in chosen if PurePosixPath(one).stem.casefold() == name.casefold()]
        why = "it does not have the name of the assignment"
    elif len(filled) > 1:
        why = "it holds the same code"
    if len(chosen) != 1:
        elsewhere = definitions([Unit("", "", one) for one in modules], functions, parser).filled
        if elsewhere and all(names.keys() <= elsewhere.keys() for names in defined.values()):
            if filled:
                why = "what the assignment asks for is defined in the modules"
            return "", f"{listed(code)} were not graded: {why}."
        raise UnreadableSubmission(
            f"Two or more notebooks were handed in ({listed(code)}) and it is not clear which "
            "one counts. Hand in exactly one."
        )
    others = [shorten(one) for one in code if one != chosen[0]]
    return chosen[0], f"{shorten(chosen[0])} was graded, and {joined(others)} was not: {why}."
