"""A full disk: the batch waits until there is room, says so, and goes on."""

from __future__ import annotations

import errno
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_AGAIN_SECONDS = 2.0
_MEGABYTE = 1 << 20
_LEAST_MB = 8


def is_full(error: OSError) -> bool:
    """Whether something could not be written because there is no room."""
    return error.errno in _FULL


class DiskSpace:
    """Space on the disks to which a batch and its workers write."""

    def __init__(self, out: Path, say: Callable[[str], None]) -> None:
        """Watch the disks.

        Args:
            out: the folder of results.
            say: called with what is waited for, again and again while it is, and with ``""`` when it
                is over.
        """
        self._out = out
        self._say = say

    def write(self, action: Callable[[], None]) -> None:
        """Write something in the folder of results, as soon as there is room.

        Raises:
            OSError: it cannot be written for another reason.
            KeyboardInterrupt: waiting was ended.
        """
        waited = False
        while True:
            try:
                action()
            except OSError as error:
                if not is_full(error):
                    raise
                waited = True
                self._wait(
                    f"the disk of {self._out} is full; grading continues when there is space again"
                )
            else:
                break
        if waited:
            self._say("")

    def for_workers(self, megabytes: int = _LEAST_MB) -> None:
        """Wait until a worker has room for its files.

        Args:
            megabytes: as much is needed.

        Raises:
            KeyboardInterrupt: waiting was ended.
        """
        waited = False
        while not enough_for_worker(megabytes):
            waited = True
            self._wait(
                f"{tempfile.gettempdir()}, where submissions are run, has less than {megabytes} MB "
                "left; grading continues when there is more"
            )
        if waited:
            self._say("")

    def _wait(self, why: str) -> None:
        self._say(why)
        time.sleep(_AGAIN_SECONDS)


def enough_for_worker(megabytes: int = _LEAST_MB) -> bool:
    """Whether there is so much room where workers' folders are made."""
    return shutil.disk_usage(tempfile.gettempdir()).free >= megabytes * _MEGABYTE
