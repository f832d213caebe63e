"""How much memory a batch takes while it runs: a line each second, to draw a curve from.

    python -m tests.classroom.curve OUT.csv --results FOLDER -- autograder batch CLASS -a … -o FOLDER -j 2

The columns of OUT.csv: ``seconds`` since the command began; ``finished``, how many results.json lie below
the output folder; ``pss_mb``, the sum of the proportional memory (PSS) of the command and of every
process below it, in MB of 2^20 bytes; and ``processes``, how many those are. A page that they share
counts once in the sum, however many of them hold it. The exit status is the command's.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from autograder.sandbox import tree
from tests.support import hostile

_MEGABYTE = 1 << 20
_STRETCH = 100


class Sample(NamedTuple):
    """One look at a tree of processes; its fields are the columns."""

    seconds: float
    finished: int
    pss_mb: float
    processes: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, write down its curve, and say what it comes to."""
    options = _options(arguments)
    begin = time.monotonic()
    samples = []
    with (
        options.table.open("w", encoding="ascii", newline="") as file,
        hostile.adopting() as alive,
    ):
        table = csv.writer(file, lineterminator="\n")
        table.writerow(Sample._fields)
        process = subprocess.Popen(options.command)
        while process.poll() is None:
            pids = alive()
            memory = sum(tree.proportional(pid, None) for pid in pids) / _MEGABYTE
            seconds = time.monotonic() - begin
            finished = _finished(options.results)
            samples.append(Sample(round(seconds, 1), finished, round(memory, 1), len(pids)))
            table.writerow(samples[-1])
            file.flush()  # a curve that is drawn while the batch runs, or of one that was killed
            time.sleep(max(0.0, begin + (len(samples) * options.every) - time.monotonic()))
    for line in summary(samples):
        print(line)
    return process.returncode


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.classroom.curve",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("table", type=Path, metavar="OUT.csv")
    parser.add_argument("--results", type=Path, required=True, help="the batch's output folder")
    parser.add_argument("--every", type=float, default=1.0, help="seconds from look to look")
    parser.add_argument("command", nargs="+", help="after --: what is run")
    return parser.parse_args(arguments)


def _finished(results: Path) -> int:
    return sum(1 for _ in results.glob("*/results.json"))


def summary(samples: Sequence[Sample]) -> Iterator[str]:
    """For each hundred submissions, the median and the greatest of the looks before they were finished."""
    stretches: dict[int, list[float]] = {}
    for sample in samples:
        stretches.setdefault(sample.finished // _STRETCH, []).append(sample.pss_mb)
    for number, memory in sorted(stretches.items()):
        yield (
            f"after {number * _STRETCH:>4}: median {statistics.median(memory):.0f} MB, "
            f"at most {max(memory):.0f} MB"
        )


if __name__ == "__main__":
    sys.exit(main())
