"""A dozen hostile notebooks of the toy assignment, graded by `otter run` and by us.

In each `double` is right, which earns half of our points and three fifths of Otter's, which counts
cases; whether `total` is right too, its entry says.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.course.bank import load
from tests.bench import otter, trees
from tests.sandbox import accidents
from tests.support import toy

RIGHT = "def double(x):\n    return 2 * x\n\ndef total(x):\n    return x.sum()\n"


@dataclass(frozen=True)
class Notebook:
    """A hostile notebook.

    Attributes:
        title: what it does.
        earned: the share of our points that its values deserve.
        cells: its code.
    """

    title: str
    earned: float
    cells: tuple[str, ...]

    @property
    def earned_of_otter(self) -> float:
        """The same share of Otter's points."""
        return 1.0 if self.earned == 1 else 0.6


def _wrong(title: str, lines: str) -> Notebook:
    """One that returns a wrong total, after some lines that shall make it right."""
    body = "".join(f"    {line}\n" for line in lines.strip("\n").splitlines())
    return Notebook(title, 0.5, (f"{RIGHT}\ndef total(x):\n{body}    return x.sum() + 1\n",))


NOTEBOOKS = (
    Notebook("a call never ends", 0.5, (f"{RIGHT}\ndef total(x):\n    while True: pass\n",)),
    Notebook("a cell never ends", 1.0, (RIGHT, "while True: pass")),
    Notebook("os._exit in a call", 0.5, (f"{RIGHT}\ndef total(x):\n    import os; os._exit(0)\n",)),
    Notebook("os._exit in a cell", 1.0, (RIGHT, "import os\nos._exit(0)")),
    Notebook(
        "kills itself", 0.5, (f"{RIGHT}\ndef total(x):\n    import os; os.kill(os.getpid(), 9)\n",)
    ),
    Notebook(
        "leaves a daemon",
        1.0,
        (
            RIGHT,
            """
import os, time
if not os.fork():
    os.setsid()
    if not os.fork():
        for handle in range(100):
            try:
                os.close(handle)
            except OSError:
                pass
        time.sleep(600)
    os._exit(0)
""",
        ),
    ),
    Notebook("prints 50 MB", 1.0, (RIGHT, "for _ in range(50):\n    print('x' * (1 << 20))")),
    _wrong(
        "makes numpy and torch compare equal",
        """
import builtins, numpy as np, torch
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None
np.allclose = np.array_equal = torch.allclose = torch.equal = lambda *a, **k: True
torch.testing.assert_close = lambda *a, **k: None
np.abs = np.absolute = lambda x, *a, **k: np.zeros_like(x)
""",
    ),
    _wrong(
        "patches Otter and the assertions",
        """
import sys
from otter.test_files import test_case
test_case.call_func = lambda *a, **k: None
for module in [*sys.modules.values()]:
    if hasattr(module, "assert_close"):
        module.assert_close = lambda *a, **k: None
""",
    ),
    Notebook(
        "imports the reference",
        0.5,
        (RIGHT, "del total\ntry:\n    from reference.toy import total\nexcept ImportError: pass"),
    ),
    _wrong(
        "rewrites the results as they are pickled",
        """
import pickle
dump = pickle.dump
def forged(results, file):
    for test in getattr(results, "results", {}).values():
        for result in test.test_case_results:
            result.passed = True
    dump(results, file)
pickle.dump = forged
""",
    ),
    _wrong(
        "writes results.json wherever one may lie",
        """
import json, os, pathlib
full = json.dumps({"score": 4, "tests": [{"name": "all", "score": 4, "max_score": 4}]})
for place in (".", "..", "../results", "../../results"):
    try:
        pathlib.Path(place, "results.json").write_text(full)
    except OSError:
        pass
""",
    ),
)


@dataclass(frozen=True)
class Graded:
    """What one program made of a notebook.

    Attributes:
        share: of all points, ``None`` where it left no valid results.json.
        seconds: how long it took.
        killed: whether it did not end by itself within the limit.
        left: how many processes were still there a second after its end.
    """

    share: float | None
    seconds: float
    killed: bool
    left: int


def compare(
    folder: Path, environment: Mapping[str, str], limit: float
) -> Iterator[tuple[Notebook, Graded, Graded]]:
    """Grade each with `otter run` and with `autograder grade`.

    Args:
        folder: an empty one, for everything.
        environment: the whole environment of both programs.
        limit: seconds after which `otter run`, which has no limit of its own, is killed.

    Yields:
        The notebook, what Otter made of it, what we did.
    """
    project = toy.make(folder / "project")
    packed = folder / "autograder.zip"
    otter.write_autograder(packed, load("toy", project.root), project.root)
    for number, notebook in enumerate(NOTEBOOKS):
        home = folder / f"{number}"
        home.mkdir()
        path = home / "toy.ipynb"
        accidents.write_notebook(path, notebook.cells)
        theirs = home / "otter"
        theirs.mkdir()
        cost, share = otter.run(path, packed, theirs, environment, limit=limit)
        yield notebook, _graded(cost, share, limit), _ours(path, home, project, environment, limit)


def _ours(
    path: Path, home: Path, project: toy.Toy, environment: Mapping[str, str], limit: float
) -> Graded:
    results = home / "results" / "results.json"
    command = [sys.executable, "-m", "autograder", "grade", str(path), "-a", "toy"]
    cost = trees.run(
        [*command, "-o", str(results)],
        folder=home,
        environment={**environment, "AUTOGRADER_ROOT": str(project.root)},
        limit=limit,
    )
    json.loads(results.read_text(encoding="utf-8"))
    return _graded(cost, otter.share(results), limit)


def _graded(cost: trees.Cost, share: float | None, limit: float) -> Graded:
    return Graded(share, cost.seconds, cost.seconds > limit, len(cost.left))
