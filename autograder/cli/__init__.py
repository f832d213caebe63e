"""The command line: arguments in, tables and exit codes out; nothing else.

Importing this is cheap, because the supervisor lives here too: what a command needs is imported
when the command runs.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence

from autograder.cli import commands, letters
from autograder.cli.parser import parse
from autograder.model import AutograderError, GraderError
from autograder.supervisor import GRADER_ERROR_STATUS

BAD_USAGE = 2
INTERRUPTED = 130  # as shells say it
PIPE_CLOSED = 141

_OF_THE_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the command line without the program's name; ``sys.argv`` where it is ``None``.

    Returns:
        The exit status: 0 where the command did what it was asked, 2 for bad usage, 3 where the
        harness itself failed, 130 where it was interrupted; commands that judge return 1 where
        the judgement is no.
    """
    letters.register()  # not every terminal knows every letter
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=letters.HANDLER)
    line = [*(sys.argv[1:] if argv is None else argv)]
    name = " ".join(filter(None, ("autograder", commands.named(line))))
    try:
        options = parse(line)
        return commands.module(options.command).run(options, line)
    except AutograderError as error:
        sys.stderr.write(f"{name}: {_printable(str(error))}\n")
        return BAD_USAGE
    except GraderError as error:
        sys.stderr.write(f"{name}: the program failed: {_printable(str(error))}\n")
        return GRADER_ERROR_STATUS
    except ImportError as error:
        if _is_own_module(error):
            raise
        sys.stderr.write(f"{name}: {_missing(error)}\n")
        return GRADER_ERROR_STATUS
    except BrokenPipeError:  # the reader of our output has closed it, as `head` does
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - for the flush at the end
        return PIPE_CLOSED
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            raise
        where = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"{name}: {_printable(where)}{error.strerror}\n")
        return BAD_USAGE
    except KeyboardInterrupt:
        sys.stderr.write(f"\n{name}: interrupted\n")
        return INTERRUPTED


def _printable(text: str) -> str:
    """An error's text; it may quote names from a stranger's files, which a terminal would obey."""
    from autograder.gradescope.markdown import plain

    return plain(text)


def _is_own_module(error: ImportError) -> bool:
    """Whether a module of this program or of the course is missing: not a fault of this Python."""
    return (error.name or "").partition(".")[0] in ("autograder", "reference", "drivers")


def _missing(error: ImportError) -> str:
    """Which package this Python does not have, or has for another Python."""
    cause: BaseException = error
    while isinstance(inner := cause.__cause__ or cause.__context__, ImportError):
        cause = inner
    said = str(cause).strip().partition("\n")[0]
    return (
        f"{said}. A package is missing in {sys.prefix}, or was installed for another Python than "
        f"{sys.version.split()[0]}; install the packages again for this one (make setup, or pip install -r "
        "requirements.lock)"
    )
