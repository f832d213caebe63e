"""The parser of the command line: what it suggests for mistyped words, and how its help looks."""

from __future__ import annotations

import argparse
import difflib
import itertools
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn, TypeGuard

from autograder.cli.commands import COMMANDS, NAMES, module, named

_DESCRIPTION = """\
Grades the functions of maths-heavy courses. A student's notebook or modules run in a sandbox, their
functions are called, and the values are compared with a reference that never enters the sandbox.
"""

_EPILOG = """\
examples
  autograder check                                   in your folder
  autograder grade hw.ipynb -a a3_2023 -o out.json   one submission, everything
  autograder batch class/ -a a3_2023 -o graded/      everyone, with a table
  autograder gradebook graded/ --canvas roster.csv   grades for Canvas
  autograder explain out.json --part 2.3             why cases failed
  autograder bundle a3_2023                          the zip for Gradescope
  autograder doctor                                  what is isolated here

Every command explains itself: autograder COMMAND --help
"""

_WIDEST = 100


class CommandParser(argparse.ArgumentParser):
    """A parser that says which command or option may have been meant, and completes neither itself.

    An option that is cut short would change its meaning when another one is added.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, and end with status 2."""
        super().error(f"{message}{self._did_you_mean()}")

    def parse_known_args(  # type: ignore[override] # only ever called with these two
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse, keeping what was typed for `error`."""
        self._typed = [*(sys.argv[1:] if args is None else args)]
        return super().parse_known_args(args, namespace)

    def _did_you_mean(self) -> str:
        """The nearest command to an unknown first word, or the nearest option to an unknown one."""
        commands = [name for a in self._actions if _is_commands(a) for name in a.choices or ()]
        words = [word for word in self._typed if not word.startswith("-")]
        if commands and words and words[0] not in commands:
            return suggestion(words[0], commands)
        options = [word.partition("=")[0] for word in self._typed if word.startswith("--")]
        known = self._option_string_actions
        return next((suggestion(word, [*known]) for word in options if word not in known), "")

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """Say which arguments are unknown and what may have been meant, and end with status 2."""
        super().error(f"unknown argument {' '.join(unknown)}{self._suggested(unknown)}")

    def _suggested(self, unknown: Sequence[str]) -> str:
        typed = next((word.partition("=")[0] for word in unknown if word.startswith("-")), "")
        if not typed:
            return self._repeated(unknown)
        known = [option for action in self._actions for option in action.option_strings]
        return suggestion(typed, known)

    def _repeated(self, unknown: Sequence[str]) -> str:
        """How to give several values to an option that takes one at a time."""
        for action in self._actions:
            if not isinstance(action, argparse._AppendAction):
                continue
            for place, word in enumerate(self._typed):
                if word.partition("=")[0] not in action.option_strings:
                    continue
                after = itertools.takewhile(_is_value, self._typed[place + 1 :])
                if not set(unknown).isdisjoint(after):
                    name = max(action.option_strings, key=len)
                    once = f"{name} {action.metavar or action.dest.upper()}"
                    return f"; for several values, repeat the option: {once} {once}"
        return ""

    def format_help(self) -> str:
        """The help; that of the whole program lists its commands by who needs them."""
        if not any(map(_is_commands, self._actions)):
            return super().format_help()
        lines = [self.format_usage(), f"{_filled(_DESCRIPTION, _width())}\n"]
        for title, helps in COMMANDS.items():
            lines += [title, *(f"  {name:<10} {text}" for name, text in helps.items()), ""]
        lines += ["options\n  -h, --help     show this help\n  --version      show the version\n"]
        return "\n".join([*lines, _EPILOG])


def _width() -> int:
    """The width of help texts: the terminal's, within what can be read."""
    return min(shutil.get_terminal_size().columns - 2, _WIDEST)


def _filled(text: str, width: int) -> str:
    """Paragraphs filled to a width; lines that are indented stay as they are."""
    lines: list[str] = []
    paragraph: list[str] = []
    for line in [*text.strip("\n").split("\n"), ""]:
        if line and not line.startswith(" "):
            paragraph.append(line)
            continue
        lines += textwrap.wrap(" ".join(paragraph), width)
        lines.append(line)
        paragraph.clear()
    return "\n".join(lines[:-1])


class _Help(argparse.HelpFormatter):
    """Help of one command, filled to the terminal's width but for its examples."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width())

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return textwrap.indent(_filled(text, width - len(indent)), indent)


def suggestion(word: str, known: Sequence[str]) -> str:
    """The end of a sentence about an unknown word: the nearest known one, where one is near."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _is_value(word: str) -> bool:
    return not word.startswith("-")


def _is_commands(action: argparse.Action) -> TypeGuard[argparse._SubParsersAction[Any]]:
    return isinstance(action, argparse._SubParsersAction)


class _Version(argparse.Action):
    """``--version``: read only when it is asked for."""

    def __call__(self, *_arguments: object, **_keywords: object) -> None:
        """Print the version and end."""
        import platform

        from autograder.course.wheel import version

        sys.stdout.write(f"autograder {version()} (Python {platform.python_version()})\n")
        sys.exit(0)


def make_parser(names: Iterable[str] = NAMES) -> CommandParser:
    """The parser of the whole command line.

    Args:
        names: the commands whose own arguments it has to know; their modules are imported.
    """
    top = CommandParser(prog="autograder")
    top.add_argument("--version", action=_Version, nargs=0, help="show the version")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in NAMES:
        command = commands.add_parser(name, formatter_class=_Help)
        if name in names:
            module(name).add_arguments(command)
    return top


def parse(line: Sequence[str]) -> argparse.Namespace:
    """What a command line asks for; ends the program with status 2 where it cannot be understood."""
    top = make_parser([named(line)])
    options, unknown = top.parse_known_args(line)
    if unknown:
        commands = next(action for action in top._actions if _is_commands(action))
        commands.choices[options.command].refuse(unknown)
    return options
