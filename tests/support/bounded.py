"""Hostile inputs, many of them, in a process of their own: how each ends, and what they take together.

A reader under attack may end in a value or in its own error. Anything else ends the process: another
exception, far more processor time for one input than any takes, or memory without end.
"""

from __future__ import annotations

import importlib
import json
import re
import resource
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SECONDS = 30.0  # of processor time for one input; the slowest takes a few
_ADDRESSES = 8 << 30  # bytes, should a reader take without end
_CPU = 300


def peak_mb() -> float:
    """The greatest resident memory of this process since it was last forgotten.

    Not `ru_maxrss`, which a process has from whoever started it.
    """
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


def forget_peak() -> None:
    """Let the peak begin anew at what is resident now."""
    Path("/proc/self/clear_refs").write_text("5")


def survive(
    read: Callable[[Any], object], inputs: Iterable[Any], own: type[Exception]
) -> Counter[str]:
    """Read every input and count how they ended.

    Args:
        read: the reader.
        inputs: what it is given.
        own: the one error that it may raise.

    Raises:
        AssertionError: another one came out; it names the input's number and shows its beginning.
    """
    ended: Counter[str] = Counter()
    for number, given in enumerate(inputs):
        signal.setitimer(
            signal.ITIMER_PROF, SECONDS
        )  # its signal ends a process that is in C code too
        try:
            read(given)
            ended["read"] += 1
        except own as error:
            assert str(error), "an error that says nothing"
            ended["refused"] += 1
        except Exception as error:
            raise AssertionError(f"input {number}: {str(given)[:2000]}") from error
    signal.setitimer(signal.ITIMER_PROF, 0)
    return ended


def attack(name: str) -> tuple[Counter[str], float]:
    """Run ``attack()`` of a module in a process of its own.

    Args:
        name: the module. Its function `attack` returns how inputs ended, by kind of input.

    Returns:
        How many inputs ended how, and by how many MB the memory grew at most.
    """
    done = subprocess.run(
        [sys.executable, "-m", __name__, name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != -signal.SIGPROF, f"an input took more than {SECONDS:g} s"
    assert done.returncode == 0, done.stderr[-6000:]
    told = json.loads(done.stdout)
    return Counter(told["ended"]), told["mb"]


def main() -> None:
    """Attack, and print what came of it."""
    module = importlib.import_module(sys.argv[1])
    module.warm_up()
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU, _CPU))
    forget_peak()
    before = peak_mb()
    ended = module.attack()
    print(json.dumps({"ended": ended, "mb": peak_mb() - before}))


if __name__ == "__main__":
    main()
