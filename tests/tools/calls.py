"""Which system calls honest code makes in the cage, and which of them the filter does not allow.

python -m tests.tools.calls

Grades a notebook that does a bit of everything, without and with processes permitted, under strace. Prints
what the allow list lacks, by name, with the answer that the code got; ends with status 1 where that is a
call that nobody has looked at yet. To be run when Python, torch, IPython or the C library moves.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.sandbox import calls
from autograder.sandbox.zygote import BASE
from tests.sandbox.accidents import write_notebook
from tests.support import hostile, toy

CELLS = (
    """
    import os, pathlib, tempfile, threading, time, zipfile
    import numpy as np
    import torch
    """,
    """
    %matplotlib inline
    %timeit -n 1 -r 1 np.linalg.svd(np.eye(50))
    import matplotlib.pyplot as plt
    plt.plot([1, 2])
    plt.savefig("figure.png")
    plt.savefig("figure.pdf")
    """,
    """
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.Flatten(), torch.nn.Linear(144, 2))
    optimizer = torch.optim.Adam(net.parameters())
    data = torch.utils.data.TensorDataset(torch.randn(32, 1, 8, 8), torch.randint(2, (32,)))
    for x, y in torch.utils.data.DataLoader(data, 8, shuffle=True, num_workers=WORKERS):
        loss = torch.nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    torch.save(net.state_dict(), "net.pt")
    torch.load("net.pt")
    """,
    """
    np.savez("arrays.npz", a=np.arange(3))
    np.load("arrays.npz")["a"]
    np.memmap("map", mode="w+", shape=9)[:] = 1
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "x").write_text("x")
    zipfile.ZipFile("z.zip", "w").writestr("a", "b")
    os.replace("z.zip", "y.zip")
    os.chmod("y.zip", 0o600)
    """,
    """
    threads = [threading.Thread(target=time.sleep, args=(0.01,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    torch.set_num_threads(2)
    torch.randn(500, 500) @ torch.randn(500, 500)
    """,
    """
    1 / 0
    """,
    """
    import subprocess
    subprocess.run(["true"])
    """,
    """
    import pandas as pd
    pd.DataFrame({"a": [1]}).to_csv("a.csv")
    pd.read_csv("a.csv")
    """,
    """
    def double(x):
        return 2 * x

    def total(x):
        return x.sum()
    """,
)
LOOKED_AT = {
    "clone3": "the C library falls back to clone",
    "openat2": "nothing of ours needs it",
    "socket": "there is no network",
    "execve": "no program is started without a permit",
    "vfork": "no program is started without a permit",
    "clone": "no process is started without a permit",
    "ioctl": "what it asks of is no terminal",
    "sched_setaffinity": "threads of others are not moved",
    "utimensat": "answered with success, not done",
    "fchmod": "answered with success, not done",
    "chmod": "answered with success, not done",
}
"""Calls that are refused or not done, and why honest code goes on without them."""

_LINE = re.compile(r"^(\d+) +(\w+)\((.*?)(?:\) += +(-?\w+)(?: (\w+))?.*)?$")
_REFUSALS = {"EPERM", "ENOSYS", "ENOTTY"}


def confined(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The calls of threads under the filter: the name, and the error that was answered or nothing."""
    inside: set[str] = set()
    for line in lines:
        if found := _LINE.match(line):
            pid, name, arguments, result, error = found.groups()
            if pid in inside:
                yield name, error or ""
                if name in ("clone", "fork", "vfork") and result and result.isdigit():
                    inside.add(result)
            elif name == "prctl" and arguments.startswith("PR_SET_SECCOMP") and result == "0":
                inside.add(pid)


def trace(processes: bool) -> list[tuple[str, str]]:
    """Grade the notebook under strace; the calls of its worker.

    Without a private view: in one, processes have other numbers inside than strace sees.
    """
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        home.chmod(0o755)
        project = toy.make(
            home / "project",
            limits="memory_mb = 1000; cell_seconds = 120; total_seconds = 600",
            permits="processes = true" if processes else "",
        )
        folder = home / "handed_in"
        folder.mkdir()
        workers = "2" if processes else "0"
        cells = [textwrap.dedent(cell).strip().replace("WORKERS", workers) for cell in CELLS]
        write_notebook(folder / "toy.ipynb", cells)
        ran = subprocess.run(
            [
                *("strace", "-f", "-qq", "-o", str(home / "trace")),
                *(sys.executable, "-m", "tests.support.grade_many"),
                *("without private", str(project.root), "toy", str(project.results), str(folder)),
            ],
            env={**BASE, "PYTHONPATH": str(hostile.REPOSITORY)},
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise SystemExit(f"the grading under strace failed:\n{ran.stderr}")
        with (home / "trace").open(encoding="utf-8", errors="replace") as lines:
            return [*confined(lines)]


def main() -> int:
    """Trace both, and print what is to be looked at."""
    if shutil.which("strace") is None:
        sys.stderr.write("strace is not installed; on Debian and Ubuntu: apt-get install strace\n")
        return 2
    console = Console()
    unknown: set[str] = set()
    for processes in (False, True):
        made = trace(processes)
        refused = Counter(call for call in made if call[1] in _REFUSALS)
        names = {name for name, error in made if error not in _REFUSALS}
        table = Table(title=f"processes {'permitted' if processes else 'not permitted'}")
        for column in ("call", "answer", "times", "why that is well"):
            table.add_column(column)
        for (name, error), times in sorted(refused.items()):
            known = LOOKED_AT.get(name, "")
            if not known and name not in calls.REFUSED:
                unknown.add(name)
            table.add_row(name, error, str(times), known or "not looked at yet")
        console.print(table)
        console.print(f"{len(names)} calls were made and answered: {', '.join(sorted(names))}\n")
    if unknown:
        console.print(f"To be looked at: {', '.join(sorted(unknown))}")
    return bool(unknown)


if __name__ == "__main__":
    raise SystemExit(main())
