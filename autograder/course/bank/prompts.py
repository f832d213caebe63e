"""`prompt.md`: the title, the introduction, and one part under every second-level heading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from autograder.course.bank.files import assignment_error, read_text

KEY = re.compile(r"[a-z][a-z0-9_]*")
_HEADING = re.compile(r"(#{1,2})\s+(\S.*?)\s*#*\s*")
_MARK = re.compile(r"<!--\s*part:\s*(.*?)\s*-->\s*")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")


@dataclass(frozen=True, slots=True)
class PromptPart:
    """What the student reads of one part.

    Attributes:
        key: the part's name in the bank.
        heading: the words of its heading.
        text: Markdown below the heading, without the comment that holds the key.
    """

    key: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the student reads of one question.

    Attributes:
        title: the first heading.
        introduction: Markdown between the title and the first part.
        parts: in the order of the file.
    """

    title: str
    introduction: str
    parts: tuple[PromptPart, ...]


def read_prompt(path: Path) -> Prompt:
    """A question's `prompt.md`.

    Args:
        path: the file.

    Returns:
        The prompt, cut at its headings.

    Raises:
        AssignmentError: where the title, a part's comment or the order of them is not as
            CONTRIBUTING.md says.
    """
    lines = read_text(path).split("\n")
    cuts = _headings(lines)
    if not cuts or cuts[0][1] != "#" or any(line.strip() for line in lines[: cuts[0][0]]):
        raise assignment_error(path, "must begin with its title: '# Title'", 1)
    for start, _, heading in cuts:
        if not heading.isprintable():
            raise assignment_error(path, "a heading must be plain printable text", start + 1)
    ends = [start for start, _, _ in cuts[1:]] + [len(lines)]
    parts: dict[str, PromptPart] = {}
    for (start, level, heading), end in zip(cuts[1:], ends[1:], strict=True):
        if level == "#":
            raise assignment_error(path, "a second title; parts have '## ' headings", start + 1)
        mark = _MARK.fullmatch(lines[start + 1]) if start + 1 < end else None
        if mark is None or not KEY.fullmatch(mark[1]):
            message = (
                f"the line after the heading {heading!r} must be '<!-- part: KEY -->', "
                "KEY in lower case letters, digits and underscores"
            )
            raise assignment_error(path, message, start + 1)
        key = mark[1]
        if key in parts:
            raise assignment_error(path, f"a second part has the key {key!r}", start + 2)
        parts[key] = PromptPart(key, heading, _text(path, lines, start + 2, end))
    introduction = _text(path, lines, cuts[0][0] + 1, ends[0])
    return Prompt(cuts[0][2], introduction, tuple(parts.values()))


def _text(path: Path, lines: list[str], start: int, end: int) -> str:
    """Some of the lines, among which no part's comment may stand."""
    for index in range(start, end):
        if _MARK.fullmatch(lines[index]):
            message = "'<!-- part: … -->' must stand right after a '## ' heading"
            raise assignment_error(path, message, index + 1)
    return "\n".join(lines[start:end]).strip()


def _headings(lines: list[str]) -> list[tuple[int, str, str]]:
    """Index, level and words of the first- and second-level headings outside code fences."""
    found = []
    fence = ""
    for index, line in enumerate(lines):
        mark = _FENCE.fullmatch(line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
        elif mark:
            fence = mark[1]
        elif heading := _HEADING.fullmatch(line):
            found.append((index, heading[1], heading[2]))
    return found
