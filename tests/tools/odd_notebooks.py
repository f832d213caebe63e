"""Odd but honest submissions: what each deserves, what `grade` gives it, and whether `check` agrees.

python -m tests.tools.odd_notebooks [WORDS]     those with the words in their names; all by default

Every input holds the same right work for two parts of the bilinear game, worth 5 points, with one oddity of
real notebooks beside it. An oddity that is not one of the work must cost nothing.
"""

from __future__ import annotations

import dataclasses
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.cli.check import _public
from autograder.grading.pipeline import Request, run
from autograder.model import Assignment, Report
from autograder.sandbox import Sandbox, Workers, for_own_code
from tests.support import handed_in

IMPORTS = "import numpy as np\nimport torch\n"
WORK = """\
def bilinear_update_matrix(lr):
    return np.array([[1, lr], [-lr, 1]], dtype=float)


def bilinear_trajectory(d0, g0, lr, steps):
    states = [np.array([d0, g0], dtype=float)]
    for _ in range(steps):
        states.append(bilinear_update_matrix(lr) @ states[-1])
    return np.array(states)


def bilinear_stationary_point():
    return np.zeros(2)
"""
STUBS = "".join(
    f"def {name}({parameters}):\n    raise NotImplementedError\n\n\n"
    for name, parameters in (
        ("bilinear_update_matrix", "lr"),
        ("bilinear_trajectory", "d0, g0, lr, steps"),
        ("bilinear_stationary_point", ""),
    )
)
FULL = 5.0
PARTS = ("bilinear_update", "bilinear_stationary")


@dataclass(frozen=True)
class Odd:
    """One input.

    Attributes:
        files: what is handed in, by name.
        points: what it deserves.
        says: words that its notices or the reason of a refusal must hold.
    """

    files: Mapping[str, bytes]
    points: float = FULL
    says: tuple[str, ...] = ()


def notebook(*cells: str | tuple[str, str], **metadata: Any) -> bytes:
    """A notebook of code cells, and of cells of another type with their source."""
    whole = {
        "cells": [
            {
                "cell_type": "code" if isinstance(cell, str) else cell[0],
                "metadata": {},
                "source": cell if isinstance(cell, str) else cell[1],
                **({"execution_count": None, "outputs": []} if isinstance(cell, str) else {}),
            }
            for cell in cells
        ],
        "metadata": metadata or {"kernelspec": {"name": "python3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def one(
    *cells: str | tuple[str, str], says: str = "", points: float = FULL, **metadata: Any
) -> Odd:
    """A single notebook."""
    return Odd({"hw.ipynb": notebook(*cells, **metadata)}, points, (says,) if says else ())


def above(line: str, says: str = "") -> Odd:
    """A line at the top of the import cell, the commonest place of all."""
    return one(f"{line}\n{IMPORTS}", WORK, says=says)


PLAIN = notebook(IMPORTS, WORK)
PICTURE = "data:image/jpeg;base64," + "QUJD" * 700_000
SKIPPED = "shell commands are not run while grading"
ABSENT = "not installed where this is graded"

ODD: dict[str, Odd] = {
    "plain": one(IMPORTS, WORK),
    "magic: %matplotlib inline": above("%matplotlib inline"),
    "magic: %matplotlib widget": above("%matplotlib widget"),
    "magic: %matplotlib notebook": above("%matplotlib notebook"),
    "magic: %config InlineBackend": above("%config InlineBackend.figure_format = 'retina'"),
    "magic: %load_ext autoreload": above("%load_ext autoreload\n%autoreload 2"),
    "magic: %load_ext tensorboard": above("%load_ext tensorboard\n%tensorboard --logdir runs"),
    "magic: %autosave, %clear": above("%autosave 60\n%clear\n%connect_info"),
    "magic: %pylab": above("%pylab inline"),
    "magic: unknown": above("%no_such_magic", "`%no_such_magic` was skipped"),
    "magic: %%time over the work": one(IMPORTS, f"%%time\n{WORK}"),
    "magic: %%capture over the imports": one(
        f"%%capture\n!pip install x\n{IMPORTS}", WORK, says=SKIPPED
    ),
    "shell: !pip": above(
        "!pip install -q einops", f"`!pip install -q einops` was skipped: {SKIPPED}"
    ),
    "shell: %pip, %conda": above("%pip install einops\n%conda install scipy", SKIPPED),
    "shell: !nvidia-smi": above("!nvidia-smi", SKIPPED),
    "shell: x = !ls": above("files = !ls\nassert len(files) == 0", SKIPPED),
    "shell: %%bash": one("%%bash\nls", IMPORTS, WORK, says=SKIPPED),
    "shell: subprocess": above(
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', '1'])\n_exit_code = 0"
    ),
    "import: torchvision": above("import torchvision\nimport math", ABSENT),
    "import: seaborn and what it needs": above("import seaborn as sns\nsns.set_theme()", ABSENT),
    "import: several in a line": one("import seaborn, numpy as np, torch\n", WORK, says=ABSENT),
    "import: Colab's drive": above(
        "from google.colab import drive\ndrive.mount('/content/drive')\n%cd /content/drive/MyDrive",
        "google.colab",
    ),
    "import: from sklearn": above("from sklearn.metrics import log_loss", "sklearn"),
    "error: under %%capture": one(IMPORTS, "%%capture\n1 / 0", WORK, says="ZeroDivisionError"),
    "error: in %run": Odd(
        {"hw.ipynb": notebook("%run demo.py", IMPORTS, WORK), "demo.py": b"1 / 0"},
        says=("ZeroDivisionError",),
    ),
    "error: checks without a grader": one(
        IMPORTS, 'grader.check("1.1")', WORK, "grader.check_all()"
    ),
    "error: syntax of a newer Python": one(
        IMPORTS, 'a = {"x": 1}\nf"{a["x"]}"', WORK, says="your Python is newer"
    ),
    "otter: a submodule": above(
        "from otter.export import export_notebook\nexport_notebook('hw.ipynb')"
    ),
    "otter: its version": above("import otter\nprint(otter.__version__)"),
    "metadata: R": one(IMPORTS, WORK, kernelspec={"name": "ir", "language": "R"}, says="names R"),
    "metadata: no language": one(IMPORTS, WORK, kernelspec={"name": "x", "language": ""}),
    "metadata: Sage": one(IMPORTS, WORK, kernelspec={"language": "sage"}, says="names sage"),
    "metadata: really R": one(
        "f <- function(x) { x }", kernelspec={"language": "R"}, points=0, says="in R"
    ),
    "photographs in Markdown": one(IMPORTS, *[("markdown", f"![]({PICTURE})")] * 4, WORK),
    "work in a Markdown cell": one(IMPORTS, ("markdown", WORK), points=0),
    "residue": Odd(
        {"hw.ipynb": PLAIN, "._hw.ipynb": b"\x00\x05", ".DS_Store": b"", "hw.py~": b"1/0"}
    ),
    "residue in a zip": Odd(
        {"hw.zip": zipped({"hw/hw.ipynb": PLAIN, "__MACOSX/hw/._hw.ipynb": b"x"})}
    ),
    "ending: .ipynb.json": Odd({"hw.ipynb.json": PLAIN}),
    "ending: .ipynb.txt": Odd({"hw.ipynb.txt": PLAIN}),
    "ending: .IPYNB": Odd({"HW.IPYNB": PLAIN}),
    "ending: .ZIP": Odd({"HW.ZIP": zipped({"hw.ipynb": PLAIN})}),
    "stub beside the filled module": Odd(
        {"gan.py": f"{IMPORTS}{WORK}".encode(), "modules/gan.py": STUBS.encode(), "README.md": b""},
        says=("modules/gan.py was not run: it is still as handed out, and gan.py counts",),
    ),
    "module named code": Odd({"code.py": f"{IMPORTS}{WORK}".encode()}, says=("code.py",)),
    "notebook below its data": Odd(
        {
            "README.md": b"",
            "work/hw.ipynb": notebook(
                IMPORTS, "point = np.loadtxt('data/point.csv', delimiter=',')", WORK
            ),
            "work/data/point.csv": b"0,0\n",
        }
    ),
    "helper: from modules.helper": Odd(
        {
            "gan.py": f"from modules.helper import two\n{IMPORTS}{WORK}".encode(),
            "helper.py": b"two = 2\n",
        }
    ),
    "helper: from helper": Odd(
        {
            "modules/gan.py": f"from helper import two\n{IMPORTS}{WORK}".encode(),
            "modules/helper.py": b"two = 2\n",
            "README.md": b"",
        }
    ),
    "script of nbconvert": Odd(
        {
            "gan.py": (
                "#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\n\n"
                "get_ipython().run_line_magic('matplotlib', 'inline')\n"
                f"get_ipython().system('pip install x')\n{IMPORTS}\n\n# In[2]:\n\n\n{WORK}"
            ).encode()
        },
        says=(SKIPPED,),
    ),
    "script of Colab": Odd(
        {
            "gan.py": f'"""hw.ipynb"""\n\n!pip install -q x\n# %matplotlib inline\n{IMPORTS}{WORK}'.encode()
        },
        says=(SKIPPED,),
    ),
    "a misspelt name": one(IMPORTS, WORK.replace("stationary_point", "stationery_point"), points=4),
}


def assignment() -> Assignment:
    """Two parts of one question, worth 5 points."""
    whole = handed_in.assignment("a3_2020")
    question = next(one for one in whole.questions if one.topic == "gan")
    parts = tuple(part for part in question.parts if part.key in PARTS)
    question = dataclasses.replace(question, parts=parts, functions=_asked(STUBS))
    return dataclasses.replace(whole, questions=(question,), leaderboard=None)


def _asked(stubs: str) -> tuple[str, ...]:
    return tuple(
        line.split("(")[0].removeprefix("def ") for line in stubs.splitlines() if "def " in line
    )


def lay(odd: Odd, folder: Path) -> Path:
    """Write an input; what is handed in is the folder, or the only file in it."""
    for name, content in odd.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder if len(odd.files) > 1 else folder / next(iter(odd.files))


def complaints(
    odd: Odd, folder: Path, grading: Workers, checking: Workers
) -> tuple[Report, list[str]]:
    """The report of `grade`, and what is not as it should be."""
    path, whole = lay(odd, folder), assignment()
    graded = run(Request(path, whole, isolation=grading.isolation), grading)
    checked = run(Request(path, _public(whole, ()), isolation=checking.isolation), checking)
    told = "\n".join([graded.refused, *graded.notices])
    found = [f"does not say {words!r}" for words in odd.says if words not in told]
    if graded.score != odd.points:
        found.append(f"gets {graded.score:g}")
    for words in ("Traceback", str(Path.cwd()), sys.prefix):
        if words in told:
            found.append(f"says {words!r}")
    public = {
        c.case.key: c.outcome for part in graded.parts for c in part.cases if not c.case.hidden
    }
    if public != {c.case.key: c.outcome for part in checked.parts for c in part.cases}:
        found.append("check and grade disagree")
    return graded, found


def main(words: str = "") -> int:
    """Print the table; 1 where something is not as it should be."""
    wrong = 0
    with Sandbox() as grading, for_own_code() as checking, tempfile.TemporaryDirectory() as home:
        for number, (name, odd) in enumerate(ODD.items()):
            if words not in name:
                continue
            report, found = complaints(odd, Path(home, str(number)), grading, checking)
            wrong += bool(found)
            print(
                f"{name:40} {report.score:4g} of {odd.points:g}  {'; '.join(found) or 'as it should'}"
            )
            for line in (report.refused, *report.notices):
                print(
                    *(f"      {part}" for part in line.splitlines()),
                    sep="\n",
                    end="\n" if line else "",
                )
    print(f"\n{wrong} not as they should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
