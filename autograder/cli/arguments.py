"""What may be typed: commands, their options, and the help that teaches them."""

from __future__ import annotations

import argparse
import difflib
import itertools
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeGuard

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

_AUDIENCES = {
    "for students": ("check",),
    "for instructors": (
        *("grade", "batch", "gradebook", "compare", "insight", "explain", "export", "preview"),
        "doctor",
    ),
    "for authors of assignments": (
        "init",
        "import",
        "list",
        "new",
        "lock",
        "template",
        "validate",
        "mutants",
        "harden",
        "bundle",
    ),
}
"""Who needs which commands; those that are named nowhere stand at the end."""

_WIDEST = 100


class CommandParser(argparse.ArgumentParser):
    """A parser that says which command or option may have been meant."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, and end with status 2."""
        super().error(f"{message}{self._meant()}")

    def parse_known_args(  # type: ignore[override] # only ever called with these two
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse, keeping what was typed for `error`."""
        self._typed = [*(sys.argv[1:] if args is None else args)]
        return super().parse_known_args(args, namespace)

    def _meant(self) -> str:
        """The nearest command to the first word, or the nearest options to unknown ones."""
        commands = [name for a in self._actions if _is_commands(a) for name in a.choices or ()]
        words = [word for word in self._typed if not word.startswith("-")]
        if commands and words and words[0] not in commands:
            return suggestion(words[0], commands)
        return ""

    def suggested(self, unknown: Sequence[str]) -> str:
        """What may have been meant by what there is not.

        Args:
            unknown: what could not be understood.
        """
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
        commands = next((action for action in self._actions if _is_commands(action)), None)
        if commands is None:
            return super().format_help()
        helps = {one.dest: one.help or "" for one in commands._get_subactions()}
        listed = {name for names in _AUDIENCES.values() for name in names}
        groups = {**_AUDIENCES, "more": tuple(name for name in helps if name not in listed)}
        lines = [self.format_usage(), f"{_filled(_DESCRIPTION, _width())}\n"]
        for title, names in groups.items():
            known = [f"  {name:<10} {helps[name]}" for name in names if name in helps]
            lines += [f"{title}\n" + "\n".join(known) + "\n"] if known else []
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


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """What a command line asks for; ends the program with status 2 where it cannot be understood."""
    top = parser()
    options, unknown = top.parse_known_args(arguments)
    if unknown:
        commands = next(action for action in top._actions if _is_commands(action))
        command = commands.choices[options.command]
        command.error(f"unknown argument {' '.join(unknown)}{command.suggested(unknown)}")
    return options


class _Version(argparse.Action):
    """``--version``: read only when it is asked for."""

    def __call__(self, *_arguments: object, **_keywords: object) -> None:
        """Print the version and end."""
        import platform

        from autograder.course.wheel import version

        sys.stdout.write(f"autograder {version()} (Python {platform.python_version()})\n")
        sys.exit(0)


def parser() -> CommandParser:
    """The parser of the whole command line."""
    top = CommandParser(
        prog="autograder",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _check(commands)
    _grade(commands)
    _batch(commands)
    _gradebook(commands)
    _compare(commands)
    _list(commands)
    _bundle(commands)
    _template(commands)
    _validate(commands)
    _mutants(commands)
    _init(commands)
    _harden(commands)
    _import(commands)
    _lock(commands)
    _new(commands)
    _export(commands)
    _explain(commands)
    _insight(commands)
    _preview(commands)
    _doctor(commands)
    return top


Commands = argparse._SubParsersAction  # argparse gives the type no public name


def _command(
    commands: Commands[CommandParser], name: str, what: str, how: str
) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=what, description=how, formatter_class=_Help)


def _check(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "check",
        "run the public cases on your own work",
        "Runs the public cases and explains every failure. Exit status 0 where all pass, 1 where one\n"
        "does not. In the folder that you were given, plain `autograder check` is all you need.",
    )
    command.add_argument(
        "path",
        nargs="?",
        type=Path,
        default=Path(),
        help="notebook, module or folder (default: .); name one of several notebooks",
    )
    command.add_argument(
        "-a",
        "--assignment",
        metavar="FOLDER",
        help="the folder that you were given, where you are not in it; or an assignment's name",
    )
    command.add_argument(
        "-q", "--part", action="append", default=[], help="only this part, such as 1.2; repeatable"
    )
    command.add_argument(
        "-w", "--watch", action="store_true", help="check again after every save, until Ctrl-C"
    )
    command.add_argument(
        "-n",
        "--dry-run",
        action="store_true",
        help="only list which files would be graded and which are ignored; run nothing",
    )


def _grade(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "grade",
        "grade one submission, public and hidden cases",
        "Runs a submission in a sandbox and writes Gradescope's results.json. Exit status 0 whenever\n"
        "a report was written, 2 for wrong usage, 3 if the program itself failed.",
    )
    command.add_argument("path", type=Path, help="a notebook, a module, a folder of either, a zip")
    _assignment(command)
    command.add_argument("-o", "--output", type=Path, help="where to write results.json")
    command.add_argument(
        "--metadata", type=Path, help="Gradescope's submission_metadata.json, where there is one"
    )
    _isolation(command)


def _batch(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "batch",
        "grade a class: a folder of submissions",
        "Grades every submission in a folder. Writes grades.csv and, for each submission,\n"
        "results.json and the explanations for staff. The folder can be Gradescope's export\n"
        "(unpacked, with its submission_metadata.yml), a download from Canvas or Moodle, a folder\n"
        "that holds several of these, or a plain folder in which every folder and every file is one\n"
        "submission, such as the repositories of GitHub Classroom (with its classroom_roster.csv\n"
        "among them, the grades name people).\n\n"
        "You can stop with Ctrl-C at any time: the same command continues where it stopped. A\n"
        "submission is graded again only if it, the assignment or this program has changed; the\n"
        "earlier grading is kept in OUT/earlier.\n\n"
        "After a case was corrected, a regrade takes two steps:\n"
        "  autograder batch class/ -o graded/ --regrade 2.3\n"
        "      grades part 2.3 again, in graded/regrade\n"
        "  autograder compare graded/ graded/regrade\n"
        "      shows who gains, who loses, and why\n"
        "  autograder batch -o graded/ --accept --never-lower\n"
        "      replaces the grades by the new ones\n\n"
        "Exit status: 0 if everyone was graded, 1 if someone could not be (grades.csv says who and\n"
        "why; the same command tries again), 130 if it was stopped, 2 for wrong usage, 3 if the\n"
        "program itself failed.",
    )
    command.add_argument(
        "folder", type=Path, metavar="DIR", nargs="?", help="the submissions (not with --accept)"
    )
    command.add_argument(
        "-a",
        "--assignment",
        help="a manifest's name, such as deep_generative_models, or a path to one (default: the one "
        "that OUT was graded with)",
    )
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="the folder for the results"
    )
    command.add_argument(
        "-j",
        "--workers",
        type=_count,
        metavar="N",
        help="how many submissions to grade at once (default: one per processor, if memory allows)",
    )
    command.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="grade on the workers of a Dask cluster, such as tcp://10.0.0.1:8786, instead of here",
    )
    command.add_argument(
        "--fresh",
        action="store_true",
        help="grade everything again, and start over if OUT holds another assignment; the earlier "
        "results are kept in OUT/earlier",
    )
    command.add_argument(
        "--only",
        metavar="WHO",
        action="append",
        default=[],
        help="only this submission, by its id or by the name, number or address of one of its people; "
        "repeatable",
    )
    command.add_argument(
        "--regrade",
        metavar="PART",
        action="append",
        default=[],
        help="grade this part again (or: all) on the inputs of the earlier grading, and write to "
        "OUT/regrade; repeatable. Other parts of the same question are graded again with it",
    )
    command.add_argument(
        "--accept", action="store_true", help="replace the grades by those of a finished --regrade"
    )
    command.add_argument(
        "--never-lower",
        action="store_true",
        help="with --accept: anyone who would lose points keeps the earlier grading",
    )
    command.add_argument(
        "--parquet", action="store_true", help="also write grades.parquet (needs pyarrow)"
    )
    _isolation(command)


def _compare(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "compare",
        "compare two gradings of a class",
        "Shows who gains and who loses points between two folders that `autograder batch` wrote, in\n"
        "which part and in which case: in a table and on a page. Earlier grades are in OUT/earlier,\n"
        "those of a regrade in OUT/regrade.\n\n"
        "  autograder compare graded/ graded/regrade\n\n"
        "Exit status: 0, or 1 if someone is in only one of the folders or the outcomes of their cases\n"
        "are unknown.",
    )
    command.add_argument("old", type=Path, metavar="OLD", help="the first grading")
    command.add_argument("new", type=Path, metavar="NEW", help="the second")
    command.add_argument(
        "-o", "--output", type=Path, help="where to write the page (default: NEW/compare.html)"
    )


def _gradebook(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "gradebook",
        "write grades for Canvas, Moodle or Gradescope",
        "Fills the grades of a class into a file that the course system exported, so that it can be\n"
        "imported again. People are matched by number, then address, then name. Nothing is guessed:\n"
        "those who could not be matched are listed, in both directions.\n\n"
        "  autograder gradebook graded/ --canvas roster.csv\n"
        "      Canvas: Grades, Export\n"
        "  autograder gradebook graded/ --moodle worksheet.csv\n"
        "      Moodle: Download grading worksheet\n"
        "  autograder gradebook graded/ --gradescope\n"
        "      the columns of Gradescope's Download Grades\n\n"
        "Exit status: 0, or 1 if someone who handed in is not in the file.",
    )
    command.add_argument("out", type=Path, metavar="OUT", help="the folder that a batch wrote to")
    system = command.add_mutually_exclusive_group(required=True)
    system.add_argument("--canvas", type=Path, metavar="CSV", help="the gradebook, from Canvas")
    system.add_argument("--moodle", type=Path, metavar="CSV", help="the worksheet, from Moodle")
    system.add_argument(
        "--gradescope",
        nargs="?",
        const="",
        metavar="CSV",
        help="Gradescope's Download Grades file; without CSV, the people are those of the graded export",
    )
    command.add_argument(
        "--written",
        type=Path,
        metavar="CSV",
        help="points to add for written parts: a column id, number, email or name, and a column for each "
        "written part, such as 1.2",
    )
    command.add_argument("--column", metavar="NAME", help="the column that the points go into")
    command.add_argument(
        "--scale", action="store_true", help="convert the points to the maximum in the file"
    )
    command.add_argument(
        "--zero-for-refused",
        action="store_true",
        help="give 0 points for submissions that cannot be graded (default: leave them out and list them)",
    )
    command.add_argument("-o", "--output", type=Path, help="where to write (default: in OUT)")


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"invalid worker count {text!r}; give 1 or more")
    return int(text)


def _list(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "list",
        "list assignments, questions and parts",
        "Lists the assignments and questions of a project. With a name, lists its parts, their\n"
        "points, and the functions that they ask for.",
    )
    command.add_argument("name", nargs="?", help="an assignment or a question")


def _bundle(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "bundle",
        "build the zip for Gradescope",
        "Builds the zip that you upload to Gradescope under Configure Autograder. Grades the\n"
        "reference first, and writes no zip if it fails. The same sources always give the same bytes.",
    )
    command.add_argument("assignment", help="a manifest's name, such as deep_generative_models")
    command.add_argument(
        "-o", "--output", type=Path, default=Path("dist"), help="folder or file (default: dist/)"
    )
    command.add_argument(
        "--ubuntu",
        choices=("22.04", "24.04"),
        default="22.04",
        help="Gradescope's base image (default: 22.04, with Python 3.11; 24.04 has 3.12)",
    )


def _template(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "template",
        "make the student's copy and its zip",
        "Writes student_template/ASSIGNMENT, which holds only what students may have, and a zip of it\n"
        "to hand out. Do not edit the folder by hand: edit the question and run this command again.",
    )
    command.add_argument("assignment", help="a manifest's name, such as deep_generative_models")
    command.add_argument(
        "-o", "--output", type=Path, help="another folder (default: student_template/ASSIGNMENT)"
    )


def _validate(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "validate",
        "check questions against their own misconceptions",
        "Checks that correct solutions get full marks, that stubs get none, that every misconception\n"
        "is caught by the cases that it names, that tolerances leave room on both sides, and that\n"
        "nothing secret is in the student's copy. Prints the kill matrix and the margins. Exit status\n"
        "0 if all is sound, 1 if something is not.",
    )
    command.add_argument("assignments", nargs="*", help="manifests (default: all)")


def _mutants(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "mutants",
        "small faults in a solution that the graded cases must notice",
        "Changes one operator, constant, axis or term of the reference at a time and runs the graded\n"
        "cases on it. Shows each change that no case notices, with an input on which the values differ.\n"
        "Changes that differ on no input are skipped. Where a change is no mistake, say so and why in\n"
        "mutants.toml in the question's folder (CONTRIBUTING.md). Exit status 0 where enough are noticed,\n"
        "1 where not, or where a verdict of mutants.toml does not hold.",
    )
    command.add_argument("questions", nargs="*", metavar="QUESTION", help="topics (default: all)")
    command.add_argument(
        "-a", "--assignment", metavar="NAME", help="its cases alone (default: those of every one)"
    )
    command.add_argument(
        "--floor",
        type=_percent,
        default=97.0,
        metavar="PERCENT",
        help="to be noticed (default: 97)",
    )
    command.add_argument("--all", action="store_true", help="list what was skipped or excused too")
    command.add_argument("--seed", default="validate", help="what the cases' inputs are drawn from")
    command.add_argument(
        "-j", "--workers", type=_count, default=2, metavar="N", help="processes (default: 2)"
    )


def _harden(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "harden",
        "write a question's hidden cases by search",
        "Writes hidden cases for a question that has a reference, a stub and public cases. The inputs\n"
        "look like those of the public cases: their sizes follow the axes that the stub's docstrings\n"
        "name, their numbers the domains that docstrings and the reference allow. The cases are kept\n"
        "that every right solution passes; of these, few are chosen that notice small changes of the\n"
        "reference, constants and squeezed results in every draw.\n\n"
        "  autograder harden columns\n"
        "      show what today's cases miss, and a file of cases\n"
        "  autograder harden columns --write\n"
        "      write hidden_cases.py, if it holds no case yet\n"
        "  autograder harden columns -o proposal.py\n"
        "      write the file elsewhere\n\n"
        'The reference must name the argument that it refuses: ValueError("sigma must be positive").\n'
        "What neither docstrings nor public cases say can be declared in harden.py in the question's\n"
        "folder (CONTRIBUTING.md). Exit status 0 where every function was drawn for and today's cases\n"
        "miss nothing, 1 where not, 2 where a file would be overwritten.",
    )
    command.add_argument("question", metavar="QUESTION", help="a topic of the bank")
    command.add_argument(
        "--most", type=_count, metavar="N", help="cases at most (default: five a function)"
    )
    command.add_argument(
        "--draws", type=_count, default=3, metavar="N", help="draws of each case (default: 3)"
    )
    command.add_argument("--seed", default="harden", help="what the inputs are drawn from")
    command.add_argument(
        "--extremes",
        action="store_true",
        help="draw very large and small numbers, and integers, too; without it, only where "
        "reference/alternatives has another right solution that shows that they are fair",
    )
    command.add_argument(
        "--minutes", type=_minutes, default=30.0, metavar="M", help="stop after these (default: 30)"
    )
    command.add_argument(
        "-j", "--workers", type=_count, default=2, metavar="N", help="processes (default: 2)"
    )
    command.add_argument(
        "--all", action="store_true", help="list the cases that were dropped, and why"
    )
    where = command.add_mutually_exclusive_group()
    where.add_argument("--write", action="store_true", help="write the question's hidden_cases.py")
    where.add_argument("-o", "--output", type=Path, metavar="FILE", help="write this file instead")
    where.add_argument(
        "-n", "--dry-run", action="store_true", help="write nothing, show the file (the default)"
    )
    command.add_argument(
        "--replace", action="store_true", help="overwrite a file that has cases already"
    )


def _minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 10_000:
        raise argparse.ArgumentTypeError(f"invalid time {text!r}; give minutes, more than 0")
    return value


def _percent(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"invalid share {text!r}; give a number from 0 to 100")
    return value


def _init(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "init",
        "begin a course",
        "Makes a folder that is a course: an example assignment that is finished, the README with the\n"
        "commands of a semester, and what a repository needs to check it at every push.",
    )
    command.add_argument("folder", type=Path, help="the new folder, such as mycourse")


def _import(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "import",
        "take over an assignment of Otter or nbgrader",
        "Reads solutions, prompts, tests and points once, and writes a question and a manifest. Lists\n"
        "each test that it could not move, and why. Later changes of the original are not followed.\n\n"
        "  autograder import otter hw03.ipynb  the master notebook of otter assign\n"
        "  autograder import otter dist/       a folder or zip: tests/ and solutions\n"
        "  autograder import nbgrader source/ps1.ipynb",
    )
    command.add_argument("program", choices=("otter", "nbgrader"), help="whose assignment it is")
    command.add_argument("path", type=Path, help="a notebook; for Otter a folder or a zip too")
    command.add_argument(
        "--name", help="of the question and the manifest (default: the file's name)"
    )
    command.add_argument(
        "--solution", type=Path, help="the notebook with the solutions, for a zip that has none"
    )


def _lock(commands: Commands[CommandParser]) -> None:
    _command(
        commands,
        "lock",
        "fix the versions of a course's packages",
        "Resolves the packages that requirements.txt of the course names together with those of this\n"
        "program, and writes requirements.lock: what students install and what Gradescope's image gets.\n"
        "Uses uv where it is installed, else pip-tools.",
    )


def _new(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "new",
        "begin a new question",
        "Writes the folder of a question, its reference and the lines for a manifest, with blanks to\n"
        "fill in. With --from, a solution that exists becomes the reference, and the stub takes its\n"
        "signature and docstring.",
    )
    command.add_argument("what", choices=("question",), help="what to begin")
    command.add_argument("name", help="the topic: lower-case letters, digits and underscores")
    command.add_argument(
        "--from",
        dest="source",
        metavar="FILE.py[:FUNCTION]",
        help="a solution that exists (default function: the one called like the topic, or the only one)",
    )


def _export(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "export",
        "turn the written answers into documents",
        "Writes the written answers of a class as HTML, one document per submission, for a person to\n"
        "grade. Reads what batch reads (exports of Gradescope, downloads from Canvas and Moodle,\n"
        "folders, zips), or one submission's notebook or zip. Each document names the answers that\n"
        "are missing or untouched, and what was left out. The pages work offline and run no scripts.\n\n"
        "  autograder export class/ -a a3_2020 --merged\n"
        "      also all answers, question by question\n"
        "  autograder export class/ -a a3_2020 -q 2.1 --pdf\n"
        "      one part, also printed as PDF\n\n"
        "Exit status: 0 if every submission was read, 1 if a document is incomplete (it says why), 3\n"
        "if this program failed on all of them.",
    )
    command.add_argument("path", type=Path, help="a class's folder, a notebook or a zip")
    _assignment(command)
    command.add_argument(
        "-o", "--output", type=Path, default=Path("export"), help="folder (default: export/)"
    )
    command.add_argument(
        "-q", "--part", action="append", default=[], help="only this part, such as 2.1; repeatable"
    )
    command.add_argument(
        "--merged",
        action="store_true",
        help="also write by_question.html: all answers to each part",
    )
    command.add_argument(
        "--graded",
        type=Path,
        metavar="GRADED",
        help="the folder that a batch wrote: derivations that it checked are shown below the answers",
    )
    command.add_argument(
        "--pdf",
        action="store_true",
        help="also print each document as PDF (needs Chromium or Chrome)",
    )


def _preview(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "preview",
        "show what Gradescope will show to whom",
        "Makes one page from a results.json, as a student or staff would see it on Gradescope: with\n"
        "the visibility of every entry applied and the total shown or withheld. Opens it in a\n"
        "browser.",
    )
    command.add_argument("results", type=Path, help="a results.json, or the folder it is in")
    command.add_argument(
        "--as",
        dest="reader",
        choices=("student", "staff"),
        default="student",
        help="who is looking (default: student)",
    )
    command.add_argument(
        "--when",
        choices=("now", "after-due", "after-published"),
        default="now",
        help="before the due date (default), after it, or once the grades are published",
    )
    command.add_argument("-o", "--output", type=Path, help="where to write the page")
    command.add_argument(
        "--no-open", dest="open", action="store_false", help="do not open it in a browser"
    )


def _insight(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "insight",
        "see on one page what a class understood",
        "Makes one HTML page from what `autograder batch` wrote: what the class did not understand,\n"
        "how hard each part was and whether it separates strong submissions from weak ones, the\n"
        "scores, wrong values that several submissions share, what was not graded, and what took\n"
        "long. The page works offline. It names hidden cases, so it is for staff only.\n\n"
        "  autograder insight graded/\n"
        "      writes graded/insight.html\n"
        "  autograder insight graded/ --no-names -o class.html\n"
        "      to show to others: labels instead of people",
    )
    command.add_argument("out", type=Path, help="the folder that autograder batch wrote to")
    command.add_argument(
        "-o", "--output", type=Path, help="where to write the page (default: OUT/insight.html)"
    )
    command.add_argument(
        "--no-names",
        action="store_true",
        help="leave out people, files and ids; each submission gets a stable label. Points are still "
        "shown: anyone who knows a student's points can find the row",
    )
    command.add_argument(
        "-a",
        "--assignment",
        help="the assignment that describes the misconceptions (default: the one of the batch)",
    )


def _explain(commands: Commands[CommandParser]) -> None:
    command = _command(
        commands,
        "explain",
        "explain the failed cases of a graded submission",
        "Draws the inputs of failed cases again from the seed in results.json. For each case, shows\n"
        "what the student's code returned, the right value, the difference, the misconception that\n"
        "explains it, and Python that reproduces it in a notebook. Runs nothing of the student's.\n\n"
        "  autograder explain results.json --part 2.3\n"
        '  autograder explain results.json --case "float32"\n\n'
        "It shows hidden inputs and right values, so it is for staff only.",
    )
    command.add_argument("results", type=Path, help="a results.json, or the folder it is in")
    command.add_argument(
        "-q", "--part", action="append", default=[], help="only this part, such as 2.3; repeatable"
    )
    command.add_argument(
        "--case", action="append", default=[], help="only cases with this in their name; repeatable"
    )
    command.add_argument(
        "-a", "--assignment", help="a manifest (default: the one named in the results)"
    )
    command.add_argument(
        "--anyway",
        action="store_true",
        help="only warn if the assignment has changed since the grading",
    )


def _doctor(commands: Commands[CommandParser]) -> None:
    _command(
        commands,
        "doctor",
        "show which isolation layers this machine offers",
        "Explains each layer of the cage, the sandbox around a student's code: whether this machine\n"
        "has it, what it is for, and what is lost without it. Exit status 0 if strict grading is\n"
        "possible, else 1.",
    )


def _assignment(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-a",
        "--assignment",
        required=True,
        help="a manifest's name, such as deep_generative_models, or a path to one",
    )


def _isolation(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--isolation",
        choices=("strict", "best-effort", "none"),
        default="strict",
        help="strict (default) refuses to run if an essential layer is missing; best-effort runs and "
        "says so in the report; none is for your own code",
    )
