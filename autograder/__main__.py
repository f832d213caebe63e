"""The command ``autograder``, and ``python -m autograder``."""

import signal
import sys


def run() -> int:
    """Run the command line; an interrupt while it is imported ends it without a traceback."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        from autograder.cli import main
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        return main()
    except KeyboardInterrupt:  # before it was known which command
        sys.stderr.write("\nautograder: interrupted\n")
        return 130


if __name__ == "__main__":
    sys.exit(run())
