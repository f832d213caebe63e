"""`assignments/<name>.toml`: which questions and parts, read and checked key by key."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.course.bank.entries import BoardEntry, Defaults, Manifest, PartEntry, QuestionEntry
from autograder.course.bank.files import nearest
from autograder.course.bank.prompts import KEY
from autograder.course.bank.tables import TomlTable, read_toml
from autograder.course.wheel import DISTRIBUTION, version
from autograder.model import Feedback, Limits, Permits, Visibility

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
NUMBER = re.compile(r"[0-9A-Za-z]+([._-][0-9A-Za-z]+)*")
_TOPIC = re.compile(rf"({KEY.pattern}/)?{KEY.pattern}")
_PACKAGE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
TOP = ("title", "program", "limits", "permits", "feedback", "leaderboard", "question")
_USED = re.compile(rf"\.[A-Za-z_]\w*|{_PACKAGE.pattern}")
_PART = (
    "part",
    "points",
    "written",
    "title",
    "number",
    "cases",
    "bonus",
    "figure",
    "derivations",
    "derivation_points",
    "follows",
    "follow_share",
    "instead_of",
    "feedback",
    "feedback_after",
    "visibility",
)
_QUESTION = ("topic", "prompt", "forbidden", "part")
_TOPIC_RULE = "the name of a question, or BANK/NAME for a question of a bank"
_PROMPT_RULE = "NAME where the topic has a file prompt_NAME.md"
_LEVELS = list(Feedback)  # from the least feedback to the most


class _Order(enum.StrEnum):
    """Which values of a board are the best; the values are Gradescope's own."""

    ASC = "asc"
    DESC = "desc"


def read_manifest(path: Path) -> Manifest:
    """A manifest.

    Args:
        path: the TOML file.

    Returns:
        Its content, with defaults filled in.

    Raises:
        AssignmentError: for whatever is unknown, missing, of the wrong type or out of range.
    """
    return manifest_in(TomlTable(path, "", read_toml(path), TOP))


def manifest_in(top: TomlTable) -> Manifest:
    """What a manifest's top table holds; raises as `read_manifest` does."""
    _check_program(top)
    defaults = read_defaults(top)
    questions = []
    for index, table in enumerate(top.tables("question", _QUESTION), start=1):
        bank, topic = _topic(table)
        parts = [
            _part(entry, f"{index}.{place}", defaults)
            for place, entry in enumerate(table.tables("part", _PART), start=1)
        ]
        words = table.word("prompt", KEY, _PROMPT_RULE) if table.has("prompt") else ""
        entry = QuestionEntry(table, topic, tuple(parts), _forbidden(table), words, bank)
        questions.append(entry)
    check_numbers((part.table, part.number) for question in questions for part in question.parts)
    title = top.text("title")
    board = _leaderboard(top, [question.topic for question in questions])
    return Manifest(title, read_limits(top), read_permits(top), tuple(questions), board)


def _topic(table: TomlTable) -> tuple[str, str]:
    """The bank, empty for the course's own, and the question's folder in it."""
    bank, _, topic = table.word("topic", _TOPIC, _TOPIC_RULE).rpartition("/")
    return bank, topic


def _check_program(top: TomlTable) -> None:
    """Refuse a manifest that asks for another version of this program."""
    if not top.has("program"):
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    text = top.text("program")
    try:
        wanted = SpecifierSet(text)
    except InvalidSpecifier as error:
        raise top.wrong(
            f"'program' must be a range of versions such as '>=0.2,<0.3', not {text[:80]!r}"
        ) from error
    present = version()
    if not wanted.contains(present, prereleases=True):
        raise top.wrong(
            f"the assignment asks for autograder {text}, and this is {present}; install one that "
            f"fits: pip install '{DISTRIBUTION}{text}'"
        )


def read_defaults(top: TomlTable) -> Defaults:
    """The `[feedback]` table; `model.Part` has the defaults where there is none."""
    table = top.table("feedback", ("hidden", "hidden_after", "visibility"))
    shown = Visibility.AFTER_PUBLISHED
    return Defaults(
        table.choice("hidden", Feedback) if table.has("hidden") else Feedback.OUTCOME,
        table.choice("hidden_after", Feedback) if table.has("hidden_after") else Feedback.NONE,
        table.choice("visibility", Visibility) if table.has("visibility") else shown,
    )


def read_limits(top: TomlTable) -> Limits:
    """The `[limits]` table; `model.Limits` has the keys and their defaults."""
    names = {field.name: type(field.default) is int for field in fields(Limits)}
    table = top.table("limits", names)
    given: dict[str, Any] = {
        name: table.number(name, whole=whole, positive=True)
        for name, whole in names.items()
        if table.has(name)
    }
    return Limits(**given)


def read_permits(top: TomlTable) -> Permits:
    """The `[permits]` table; `model.Permits` has the keys and their defaults."""
    table = top.table("permits", [field.name for field in fields(Permits)])
    packages = table.words("packages") if table.has("packages") else ()
    for name in packages:
        if not _PACKAGE.fullmatch(name):
            raise table.wrong(
                f"'packages' takes import names, such as 'sklearn'; {name[:80]!r} is not one"
            )
    files = table.words("files") if table.has("files") else ()
    for name in files:
        path = PurePosixPath(name)
        steps = set(path.parts)
        if path.is_absolute() or ".." in steps or not name.isprintable() or set(name) & {*"\\:"}:
            raise table.wrong(f"'files' holds paths below the manifest's folder, not {name[:80]!r}")
        if path.parts[:1] == ("questions",):
            raise table.wrong(f"'files' must not hold a question's files: {name[:80]!r}")
    processes = table.has("processes") and table.flag("processes")
    return Permits(processes, packages, files)


def _forbidden(table: TomlTable) -> tuple[str, ...]:
    """The dotted names, or methods with a leading dot, that a question asks not to use."""
    names = table.words("forbidden") if table.has("forbidden") else ()
    for name in names:
        if not _USED.fullmatch(name):
            raise table.wrong(
                "'forbidden' holds names such as 'torch.nn.functional.kl_div', or '.softmax' for a "
                f"method, not {name[:80]!r}"
            )
    return names


def check_numbers(parts: Iterable[tuple[TomlTable, str]]) -> None:
    """Refuse a number that two parts have; files are called by it, on any system.

    Args:
        parts: where each stands, and its number.

    Raises:
        AssignmentError: at the second one.
    """
    seen: set[str] = set()
    for table, number in parts:
        if number.casefold() in seen:
            raise table.wrong(f"the number {number!r} is taken by an earlier part")
        seen.add(number.casefold())


def _leaderboard(top: TomlTable, topics: list[str]) -> BoardEntry | None:
    """The board, where the manifest names one."""
    if not top.has("leaderboard"):
        return None
    table = top.table("leaderboard", ("topic", "name", "order"))
    _, topic = _topic(table)
    if topic not in topics:
        raise table.wrong(f"no question is about {topic!r}{nearest(topic, topics)}")
    order = table.choice("order", _Order) if table.has("order") else _Order.DESC
    return BoardEntry(table, topic, table.text("name"), order is _Order.ASC)


def _part(table: TomlTable, number: str, defaults: Defaults) -> PartEntry:
    """One part, with the assignment's defaults where it says nothing."""
    level, after, shown = defaults.feedback, defaults.feedback_after, defaults.visibility
    level = table.choice("feedback", Feedback) if table.has("feedback") else level
    after = table.choice("feedback_after", Feedback) if table.has("feedback_after") else after
    shown = table.choice("visibility", Visibility) if table.has("visibility") else shown
    _check_after(table, level, after, shown)
    written = table.number("written") if table.has("written") else 0.0
    figure = table.has("figure") and table.flag("figure")
    if figure and not written:
        raise table.wrong(
            "a figure is looked at by a person: give the part points for it with 'written'"
        )
    points, derivations = table.number("points"), read_derivations(table)
    rule = "letters and digits, joined by dots, dashes or underscores"
    return PartEntry(
        table=table,
        key=table.word(
            "part", KEY, "a part's key, the word in its comment in prompt.md, <!-- part: KEY -->"
        ),
        number=table.word("number", NUMBER, rule) if table.has("number") else number,
        title=table.text("title") if table.has("title") else "",
        points=points,
        written=written,
        cases=table.words("cases") if table.has("cases") else None,
        bonus=table.has("bonus") and table.flag("bonus"),
        feedback=level,
        visibility=shown,
        feedback_after=after,
        figure=figure,
        derivations=derivations[0],
        derivation_points=derivations[1],
        follows=table.words("follows") if table.has("follows") else (),
        follow_share=_follow_share(table),
        instead_of=_instead_of(table, *derivations),
    )


def _follow_share(table: TomlTable) -> float:
    """The share of a case's points that a part gives where only a helper is wrong."""
    if not table.has("follow_share"):
        return 1.0
    share = table.number("follow_share", positive=True)
    if not table.has("follows"):
        raise table.wrong("'follow_share' needs 'follows', which names the helpers")
    if share > 1:
        raise table.wrong(f"'follow_share' is a share of a case's points, at most 1, not {share:g}")
    return float(share)


def _instead_of(
    table: TomlTable, derivations: tuple[str, ...], points: float
) -> Mapping[str, tuple[str, ...]]:
    """By derivation, the functions whose points it may earn in their place."""
    if not table.has("instead_of"):
        return {}
    if points:
        raise table.wrong("a part has 'derivation_points' or 'instead_of', not both")
    found = table.table("instead_of", derivations)
    named = {name: found.words(name) for name in derivations if found.has(name)}
    if not named:
        raise table.wrong("'instead_of' is empty")
    return named


def read_derivations(table: TomlTable) -> tuple[tuple[str, ...], float]:
    """The names of the derivations that a part asks for, and how many of its points they carry."""
    names = table.words("derivations") if table.has("derivations") else ()
    points = table.number("derivation_points") if table.has("derivation_points") else 0.0
    if len(set(names)) < len(names):
        raise table.wrong("'derivations' names a derivation twice")
    if points and not names:
        raise table.wrong("'derivation_points' needs 'derivations', which carry them")
    if points > table.number("points"):
        raise table.wrong(
            "'derivation_points' are a part of 'points' and cannot be more: make 'points' larger"
        )
    return names, points


def _check_after(table: TomlTable, level: Feedback, after: Feedback, shown: Visibility) -> None:
    """Refuse a level for after the due date that would change nothing, or undo the visibility."""
    if after is Feedback.NONE:
        return
    if _LEVELS.index(after) <= _LEVELS.index(level):
        raise table.wrong(
            f"after the due date the level {after.value!r} says no more than {level.value!r} does "
            "before: choose a higher one, or say feedback_after = 'none'"
        )
    if shown in (Visibility.HIDDEN, Visibility.AFTER_DUE_DATE):
        raise table.wrong(
            f"a level for after the due date ({after.value!r}) does not go with the visibility "
            f"{shown.value!r}: make that 'visible' or 'after_published', or say "
            "feedback_after = 'none'"
        )
