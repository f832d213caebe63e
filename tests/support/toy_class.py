"""A class on the toy project: every kind of submission, with the points that each must get."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sandbox.accidents import write_notebook
from tests.support import toy

REPOSITORY = Path(__file__).parents[2]

DOUBLE = "def double(x):\n    return 2 * x\n"
TOTAL = "def total(x):\n    return x.sum()\n"
RIGHT = DOUBLE + TOTAL
ENDLESS = "def double(x):\n    while True: pass\n"

# A part of the toy is worth 2 points, spread evenly over its cases: three of `double`, two of `total`.
MODULES = {
    "right": (RIGHT, 4.0),
    "half": (DOUBLE, 2.0),
    "public only": (
        "import torch\ndef double(x):\n    return torch.tensor([6.0])\n" + TOTAL,
        2.67,  # a part's points are split to two decimals
    ),
    "stub": ("def double(x):\n    raise NotImplementedError\n", 0.0),
    "exits": ("import os\ndef double(x):\n    os._exit(3)\n" + TOTAL, 2.0),
    "crashes": ("import ctypes\ndef double(x):\n    ctypes.string_at(0)\n" + TOTAL, 2.0),
    "endless": (ENDLESS + TOTAL, 2.0),
    "forks": ("import os\ndef double(x):\n    while True: os.fork()\n" + TOTAL, 2.0),
    "broken": ("def double(:\n", 0.0),
    "Zoë = cmd": (RIGHT, 4.0),
}


@dataclass(frozen=True)
class Class:
    """A toy project with a folder of submissions beside it.

    Attributes:
        project: the toy.
        folder: the submissions.
        expected: points by id.
    """

    project: toy.Toy
    folder: Path
    expected: Mapping[str, float]

    def command(
        self, out: Path, *options: str, folder: bool = True, assignment: bool = True
    ) -> list[str]:
        """The command that grades the class."""
        manifest = str(self.project.root / "assignments" / "toy.toml")
        return [
            *(sys.executable, "-m", "autograder", "batch"),
            *([str(self.folder)] if folder else []),
            *(["-a", manifest] if assignment else []),
            *("-o", str(out), *options),
        ]

    def batch(
        self,
        out: Path,
        *options: str,
        folder: bool = True,
        assignment: bool = True,
        seconds: float = 300,
    ) -> subprocess.CompletedProcess[str]:
        """Grade the class."""
        return subprocess.run(
            self.command(out, *options, folder=folder, assignment=assignment),
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
            cwd=REPOSITORY,
        )


def make(home: Path, *, limits: str = "") -> Class:
    """Write a project and a class of thirteen below a folder."""
    project = toy.make(home / "project", limits=limits)
    folder = home / "class"
    expected = {}
    for name, (source, points) in MODULES.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "toy.py").write_text(source)
        expected[name.replace(" = ", "-").replace(" ", "-")] = points
    write_notebook(folder / "notebook.ipynb", [DOUBLE, TOTAL])
    (folder / "empty.ipynb").write_text("")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("homework/toy.py", RIGHT)
    (folder / "packed.zip").write_bytes(packed.getvalue())
    expected |= {"notebook": 4.0, "empty": 0.0, "packed": 4.0}
    return Class(project, folder, expected)


def scores(out: Path) -> dict[str, float]:
    """Points by id, as `batch.json` has them."""
    return {row["id"]: row["score"] for row in rows(out)}


def rows(out: Path) -> list[dict[str, Any]]:
    """The table of a batch."""
    found: list[dict[str, Any]] = json.loads((out / "batch.json").read_text())["submissions"]
    return found


def without_times(out: Path) -> dict[str, Any]:
    """All results of a batch by id, without what differs from one run to the next."""
    found = {}
    for path in sorted(out.glob("*/results.json")):
        results = json.loads(path.read_text())
        results.pop("execution_time", None)
        for part in results["extra_data"]["parts"]:
            part.pop("seconds")
        results["extra_data"]["isolation"].pop("uid", None)
        found[path.parent.name] = results
    return found


def below(pid: int) -> set[int]:
    """The processes that descend from one, as far as they may be looked at."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            if words[0] != "Z":
                children.setdefault(int(words[1]), []).append(int(entry.name))
    found, ahead = set(), [pid]
    while ahead:
        for child in children.get(ahead.pop(), ()):
            found.add(child)
            ahead.append(child)
    return found


def alive(pids: set[int]) -> set[int]:
    """Those of the processes that still run."""
    return {pid for pid in pids if pid in below(1) | below(os.getpid())}
