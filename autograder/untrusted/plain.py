"""The far end of a plain worker: calls back, warms up, and then is a worker like any other."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import tempfile
import threading
import time

from autograder.untrusted import worker

CALL_BACK = "AUTOGRADER_CALL_BACK"
"""In the environment of a plain worker: the port and the token that it shows there."""

_TICK_SECONDS = 0.5
_ORPHANED = 97


def main() -> None:
    """Be a worker, until the line closes."""
    port, _, token = os.environ.pop(CALL_BACK).partition(":")
    line = socket.create_connection(("127.0.0.1", int(port)))
    line.sendall(token.encode())
    threading.Thread(target=_die_with_the_grader, args=(line.dup(),), daemon=True).start()
    # Now, so that loading takes none of the first cell's time.
    import torch  # noqa: F401 - loaded before the first cell

    import autograder.untrusted.shell  # noqa: F401 - likewise

    tempfile.tempdir = None
    sys.argv[:] = ["student"]
    sys.path.append(os.getcwd())
    hello = {"layers": {"cage": "none: a plain process"}, "findings": []}
    worker.main(line.detach(), hello, rehearses=True)


def _die_with_the_grader(line: socket.socket) -> None:
    """End this process when the line closes, though the student's code may never come back to it."""
    line.settimeout(None)
    with contextlib.suppress(OSError):
        while line.recv(1, socket.MSG_PEEK):  # a question: somebody else's to read
            time.sleep(_TICK_SECONDS)
    os._exit(_ORPHANED)


if __name__ == "__main__":
    main()
