"""What a clumsy student hands in: settings, leftovers, pasted text, strange files, values of odd types."""

from __future__ import annotations

import gzip
import json
from textwrap import indent

from tests.odd import IMPORTS, MODULE, PLAIN, WORK, Odd, above, notebook, one, quiet, zipped

_POINT = "def bilinear_stationary_point():\n    return np.zeros(2)\n"
_ANSWERED = "`input()` gets no answer"
_NO_CODE = "contains no code that can be run"


def _point(definition: str, *, points: float = 5, says: str = "", silent: bool = False) -> Odd:
    """The work with another stationary point, which is worth 1 of the 5 points."""
    work = WORK.replace(_POINT, definition)
    assert work != WORK
    return one(IMPORTS, work, points=points, says=says, silent=silent)


def _returns(value: str, *, points: float = 5, says: str = "") -> Odd:
    return _point(
        f"def bilinear_stationary_point():\n    return {value}\n", points=points, says=says
    )


def _module(below: str, *says: str, points: float = 5) -> Odd:
    return Odd({"gan.py": MODULE + b"\n" + below.encode()}, points, says)


_BACKEND = "import matplotlib\nmatplotlib.use('{}')\nimport matplotlib.pyplot as plt\nplt.ion()\nplt.show()"

SETTINGS: dict[str, Odd] = {
    "A1 a backend with a window": quiet(_BACKEND.format("TkAgg")),
    "A1 a backend of a package": quiet(_BACKEND.format("module://ipympl.backend_nbagg")),
    "A1 a style that is gone": above(
        "import matplotlib.pyplot as plt\nplt.style.use('seaborn')",
        "'seaborn' is not a valid package style",
    ),
    "A1 display, clear_output": quiet(
        "from IPython.display import clear_output, display, HTML\nclear_output(wait=True)\n"
        "display(HTML('<b>x</b>'))"
    ),
    "A1 tqdm.notebook": quiet("from tqdm.notebook import trange\nfor i in trange(3):\n    pass"),
    "A1 asyncio.run": quiet("import asyncio\nasyncio.run(asyncio.sleep(0))"),
    "A1 nest_asyncio": above(
        "import nest_asyncio\nnest_asyncio.apply()", "nest_asyncio is not installed"
    ),
    "A2 a loop around input()": one(
        IMPORTS, "while True:\n    if input('go on?') == 'n':\n        break", WORK, says=_ANSWERED
    ),
    "A2 getpass": above("from getpass import getpass\nkey = getpass('token')", _ANSWERED),
    "A2 a variable of the environment": above(
        "import os\ntoken = os.environ['WANDB_API_KEY']", "WANDB_API_KEY"
    ),
    "A3 an error above the imports": above(
        "raise ValueError('x')\nimport seaborn", "ValueError", "seaborn"
    ),
    "A3 an error above the imports of a module": Odd(
        {
            "helper.py": b"import os\nx = os.environ['NO_SUCH']\nimport math\n",
            "gan.py": MODULE,
        },
    ),
    "A3 settings of numpy and torch": one(
        IMPORTS,
        "np.seterr(all='raise')\ntorch.autograd.set_detect_anomaly(True)\ntorch.set_grad_enabled(False)",
        "torch.set_default_dtype(torch.float16)\nimport warnings\nwarnings.filterwarnings('error')",
        WORK,
        silent=True,
    ),
    "A4 a merge conflict": one(
        IMPORTS,
        f"<<<<<<< HEAD\n{WORK}=======\n{WORK}>>>>>>> mine",
        points=0,
        says="a merge conflict in git",
    ),
    "A4 recursion without an end": one(
        IMPORTS, "def f(n):\n    return f(n + 1)\nf(0)", WORK, says="a function that calls itself"
    ),
    "A4 quotes of a word processor": one(
        IMPORTS, "name = “abc”", WORK, says="U+201C (left double quotation mark)"
    ),
    "A4 no-break spaces": one(
        IMPORTS,
        WORK.replace("return np.zeros(2)", "return\u00a0np.zeros(2)"),
        points=0,
        says=("U+00A0 (no-break space)", "code cell 2, line 13"),
    ),
    "A4 a space of no width in a module": Odd(
        {"gan.py": MODULE + "\nx = \u200b1\n".encode()},
        points=0,
        says=("U+200B (zero width space)", "gan.py, line"),
    ),
    "A4 line numbers": one(
        IMPORTS, "1  def f():\n2      return 1", WORK, says="code cell 2, line 1"
    ),
    "A4 prompts": one(IMPORTS, ">>> x = 1\n>>> x\n1", WORK, silent=True),
    "A4 tabs and spaces": one(
        IMPORTS, "def f(x):\n\tif x:\n        return 1", WORK, says="TabError"
    ),
    "A4 argparse": _module(
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr', required=True)\n"
        "args = p.parse_args()\n",
        'if __name__ == "__main__":',
    ),
    "A4 unittest.main": _module("import unittest\nunittest.main()\n", 'if __name__ == "__main__":'),
    "A4 a main": _module("import sys\nif __name__ == '__main__':\n    sys.exit(0)\n"),
    "A4 a variable of a later cell": one(
        IMPORTS, WORK.replace("np.zeros(2)", "np.zeros(size)"), "size = 2", silent=True
    ),
    "A4 a variable that was deleted": one(
        IMPORTS,
        WORK.replace("np.zeros(2)", "np.zeros(size)"),
        points=4,
        says="name 'size' is not defined",
    ),
}


def _version_3() -> bytes:
    cells = [
        {"cell_type": "code", "input": source, "language": "python", "outputs": [], "metadata": {}}
        for source in (IMPORTS, WORK.splitlines(keepends=True))
    ]
    whole = {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}
    return json.dumps(whole).encode()


STRANGE: dict[str, Odd] = {
    "A5 a notebook of version 3": Odd({"hw.ipynb": _version_3()}, silent=True),
    "A5 a notebook in UTF-16": Odd({"hw.ipynb": PLAIN.decode().encode("utf-16")}, silent=True),
    "A5 a notebook in UTF-16 without a mark": Odd(
        {"hw.ipynb": PLAIN.decode().encode("utf-16-be")}, silent=True
    ),
    "A5 a notebook in UTF-32": Odd({"hw.ipynb": PLAIN.decode().encode("utf-32")}, silent=True),
    "A5 a notebook in Windows' letters": Odd(
        {"hw.ipynb": PLAIN.replace(b"import torch", "import torch  # Größe".encode("cp1252"))},
        silent=True,
    ),
    "A5 NULs behind a notebook": Odd({"hw.ipynb": PLAIN + b"\n" + bytes(4096)}, silent=True),
    "A5 a module in UTF-16": Odd({"gan.py": MODULE.decode().encode("utf-16")}, silent=True),
    "B2 a package": Odd(
        {"src/__init__.py": b"", "src/gan.py": MODULE, "src/utils.py": b"two = 2\n"},
        says=("utils.py was not run",),
    ),
    "B2 a relative import": Odd(
        {"gan.py": b"from .utils import two\n" + MODULE, "utils.py": b"two = 2\n"}
    ),
    "B2 imports in a circle": Odd(
        {"gan.py": b"import helper\n" + MODULE, "helper.py": b"import gan\nfrom gan import *\n"}
    ),
    "B6 torch.py": Odd(
        {"hw.ipynb": PLAIN, "torch.py": b"x = 1\n"}, says=("torch.py cannot be imported",)
    ),
    "B6 random.py": Odd(
        {
            "hw.ipynb": notebook("import random\nrandom.seed(0)", IMPORTS, WORK),
            "random.py": b"x = 1\n",
        },
        says=("random.py cannot be imported",),
    ),
    "B7 a Word document": Odd({"hw.docx": zipped({"word/document.xml": b"x"})}, 0, (_NO_CODE,)),
    "B7 a link to Google": Odd({"hw.gdoc": b'{"url": "https://docs.google.com"}'}, 0, (_NO_CODE,)),
    "B7 a photograph": Odd({"IMG_0042.HEIC": b"\x00\x00\x00\x18ftypheic"}, 0, (_NO_CODE,)),
    "B7 whole paths in a zip": Odd({"hw.zip": zipped({"/home/me/hw.ipynb": PLAIN})}, silent=True),
    "B7 paths of Windows in a zip": Odd(
        {"hw.zip": zipped({"C:\\me\\hw.ipynb": PLAIN})}, silent=True
    ),
    "B7 a path out of a zip": Odd({"hw.zip": zipped({"../hw.ipynb": PLAIN})}, silent=True),
    "B7 gzip": Odd({"hw.ipynb.gz": gzip.compress(PLAIN)}, 0, ("cannot be unpacked here",)),
    "B7 half a zip": Odd({"hw.zip": zipped({"hw.ipynb": PLAIN})[:-30]}, 0, ("Create it again",)),
}

VALUES: dict[str, Odd] = {
    "D2 a tuple": _returns("0, 0"),
    "D2 a list of tensors": _returns("[torch.tensor(0.0), torch.tensor(0.0)]"),
    "D2 with a gradient": _returns("torch.zeros(2, requires_grad=True)"),
    "D2 a parameter": _returns("torch.nn.Parameter(torch.zeros(2))"),
    "D2 booleans": _returns("np.array([False, False])"),
    "D2 complex numbers": _returns(
        "np.zeros(2, dtype=complex)", points=4, says="only their kind is wrong"
    ),
    "D2 a string": _returns("'0, 0'", points=4, says="yours is a string"),
    "D2 a dict": _returns("{'d': 0.0, 'g': 0.0}", points=4, says="yours is a `dict`"),
    "D2 a row": _returns("np.zeros((1, 2))", points=4, says="yours has the shape (1, 2)"),
    "D2 a matrix": _returns("np.matrix([0, 0])", points=4, says="yours has the shape (1, 2)"),
    "D2 a masked array": _returns("np.ma.masked_array([0.0, 0.0])", points=4, says=".filled("),
    "D2 an array of objects": _returns("np.array([None, 0])", points=4, says="dtype object"),
    "D2 a function": _returns("lambda: 0", points=4, says="parentheses of a call"),
    "D2 a layer": _returns("torch.nn.Linear(1, 2)", points=4, says="a `Linear`"),
    "D2 too large": _returns("np.zeros(10**8)", points=4, says="Is its shape right?"),
    "D2 the name of a value": one(
        IMPORTS,
        WORK,
        "bilinear_stationary_point = bilinear_stationary_point()",
        points=4,
        says="is now a value of type `ndarray`, not a function",
    ),
    "D2 a lambda": _point("bilinear_stationary_point = lambda: np.zeros(2)\n", silent=True),
    "D2 a coroutine": _point(f"async {_POINT}", points=4, says="not with `async def`"),
    "D2 printed": _point(
        _POINT.replace("return np.zeros(2)", "print(0)"), points=4, says="`return`"
    ),
    "D2 a generator": _point(
        _POINT.replace("return", "yield from"), points=4, says="`return` in place of `yield`"
    ),
    "D2 a context manager": _point(
        "from contextlib import contextmanager\n\n\n@contextmanager\n"
        + _POINT.replace("return", "yield"),
        points=4,
        says="`return` in place of `yield`, and remove the decorator",
    ),
    "D2 a class in place of a function": _point(
        "class bilinear_stationary_point:\n    point = np.zeros(2)\n",
        points=4,
        says="is a class here, so calling it creates an object",
    ),
    "D2 an asynchronous generator": _point(
        f"async {_POINT.replace('return', 'yield')}", points=4, says="and `def` in place of"
    ),
    "D2 a decorator that returns nothing": one(
        IMPORTS,
        "def timed(function):\n    def wrapper():\n        return function()",
        WORK.replace("def bilinear_stationary", "@timed\ndef bilinear_stationary"),
        points=4,
        says="does that return one?",
    ),
    "A3 annotations of a package that is not there": one(
        f"{IMPORTS}from jaxtyping import Float\nimport nptyping as nt",
        WORK.replace("_point():", "_point() -> Float[np.ndarray, '2']:").replace(
            "(lr):", "(lr: nt.Float) -> nt.NDArray:"
        ),
        says="jaxtyping and nptyping are not installed",
    ),
    "A3 annotations in a module": _module(
        "from beartype.typing import Annotated\nx: Annotated[int, 3] = 3\n"
        "def half(x: Annotated[int, 2]) -> Annotated[float, 1]:\n    return x / 2\nhalf(1)",
        "beartype is not installed",
    ),
    "A8 annotations of what comes later": one(
        IMPORTS,
        WORK.replace("_point():", "_point() -> Point:"),
        "class Point:\n    next: Point\n    def other(self) -> Point:\n        return self",
        silent=True,
    ),
    "D2 deleted at the end": one(
        IMPORTS,
        WORK,
        "del bilinear_stationary_point",
        points=4,
        says="is not defined in the submission. It is deleted with `del` in code cell 3.",
    ),
    "D2 deleted and defined again": one(
        IMPORTS, WORK, "del bilinear_stationary_point", WORK, silent=True
    ),
    "B4 in a function": one(
        IMPORTS,
        WORK.replace(_POINT, f"def main():\n{indent(_POINT, '    ')}\n\nmain()\n"),
        points=4,
        says="It is defined inside `main` in code cell 2: move it out, to the left margin.",
    ),
    "B4 under an if in a module": Odd(
        {"gan.py": MODULE.replace(_POINT.encode(), f"if True:\n{indent(_POINT, '    ')}".encode())},
        silent=True,
    ),
    "B4 made by a function": one(
        IMPORTS,
        WORK.replace(
            _POINT,
            f"def make():\n{indent(_POINT, '    ')}    return bilinear_stationary_point\n\n"
            "bilinear_stationary_point = make()\n",
        ),
        silent=True,
    ),
    "D2 torch.compile": _point(f"@torch.compile\n{_POINT.replace('np', 'torch')}", silent=True),
    "D2 torch.jit": _point(f"@torch.jit.script\n{_POINT.replace('np', 'torch')}", silent=True),
    "D2 other parameters": one(
        IMPORTS,
        WORK.replace("def bilinear_update_matrix(lr)", "def bilinear_update_matrix(*, lr)"),
        points=1,
        says="positional argument",
    ),
}

CLUMSY: dict[str, Odd] = {**SETTINGS, **STRANGE, **VALUES}
