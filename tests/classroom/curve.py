"""How much memory a batch takes while it runs: a line each second, to draw a curve from.

    python -m tests.classroom.curve OUT.csv --results FOLDER -- autograder batch CLASS -a … -o FOLDER -j 2

The columns of OUT.csv: ``seconds`` since the command began; ``finished``, how many results.json lie below
the output folder; ``pss_mb``, the sum of the proportional memory (PSS) of the command and of every
process below it, in MB of 2^20 bytes; ``processes``, how many those are; and ``yardstick_ms``, the
processor time that the same small piece of work takes: where it changes, the machine did. A page that
they share counts once in the sum, however many of them hold it. The exit status is the command's.
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
_YARDSTICK = 100_000  # steps of a loop: some ten milliseconds


class Sample(NamedTuple):
    """One look at a tree of processes; its fields are the columns."""

    seconds: float
    finished: int
    pss_mb: float
    processes: int
    yardstick_ms: float = 0.0


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
            look = Sample(round(seconds, 1), finished, round(memory, 1), len(pids), _yardstick())
            samples.append(look)
            table.writerow(samples[-1])
            file.flush()  # a curve that is drawn while the batch runs, or of one that was killed
            time.sleep(max(0.0, begin + (len(samples) * options.every) - time.monotonic()))
        # What was finished since the last look; nothing is left that holds memory.
        seconds, finished = time.monotonic() - begin, _finished(options.results)
        samples.append(Sample(round(seconds, 1), finished, 0.0, 0, _yardstick()))
        table.writerow(samples[-1])
    for line in summary(samples):
        print(line)
    return process.returncode


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        allow_abbrev=False,
        prog="python -m tests.classroom.curve",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("table", type=Path, metavar="OUT.csv")
    parser.add_argument("--results", type=Path, required=True, help="the batch's output folder")
    parser.add_argument("--every", type=float, default=1.0, help="seconds from look to look")
    parser.add_argument("command", nargs="+", help="after --: what is run")
    return parser.parse_args(arguments)


def _yardstick() -> float:
    begin = time.process_time()
    total = 0
    for number in range(_YARDSTICK):
        total += number * number
    return round(1_000 * (time.process_time() - begin), 2)


def _finished(results: Path) -> int:
    return sum(1 for _ in results.glob("*/results.json"))


def summary(samples: Sequence[Sample]) -> Iterator[str]:
    """For each hundred submissions, what the looks before they were finished come to."""
    stretches: dict[int, list[Sample]] = {}
    for sample in samples:
        if not sample.processes:
            continue
        stretches.setdefault(sample.finished // _STRETCH, []).append(sample)
    for number, looks in sorted(stretches.items()):
        memory = [look.pss_mb for look in looks]
        yield (
            f"after {number * _STRETCH:>4}: {looks[-1].seconds - looks[0].seconds:.0f} s, "
            f"median {statistics.median(memory):.0f} MB, at most {max(memory):.0f} MB, "
            f"yardstick {statistics.median(look.yardstick_ms for look in looks):.1f} ms"
        )


if __name__ == "__main__":
    sys.exit(main())
