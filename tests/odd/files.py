"""How the same work may be handed in: section B, by the number of the kind."""

from __future__ import annotations

import itertools
import json

from tests.odd import (
    IMPORTS,
    MODULE,
    PLAIN,
    STUBS,
    WORK,
    Odd,
    notebook,
    one,
    zipped,
)

_STUB = f"{IMPORTS}\n\n{STUBS}".encode()
_HANDED_OUT = notebook(IMPORTS, STUBS)
_HALF = f"{IMPORTS}\n\n{WORK.split('def bilinear_stationary')[0]}".encode()
_OTHER_HALF = (
    f"{IMPORTS}\n\ndef bilinear_stationary{WORK.split('def bilinear_stationary')[1]}".encode()
)
_WRONG = MODULE.replace(b"np.zeros(2)", b"np.ones(2)")
_BROKEN = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        "


def beside(silent: bool = True, **names: bytes) -> Odd:
    """The plain notebook and other files, by names in which ``__`` is a dot."""
    return Odd({"hw.ipynb": PLAIN, **names}, silent=silent)


def _files(*items: tuple[str, bytes], says: tuple[str, ...] = (), silent: bool = False) -> Odd:
    return Odd({"hw.ipynb": PLAIN, **dict(items)}, says=says, silent=silent)


RESIDUE: dict[str, Odd] = {
    "B1 AppleDouble": _files(("._hw.ipynb", _BROKEN), silent=True),
    "B1 AppleDouble of a module": Odd({"gan.py": MODULE, "._gan.py": _BROKEN}, silent=True),
    "B1 AppleDouble in a zip": Odd(
        {"hw.zip": zipped({"hw/hw.ipynb": PLAIN, "__MACOSX/hw/._hw.ipynb": _BROKEN})}, silent=True
    ),
    "B1 .DS_Store, Thumbs.db": _files(
        (".DS_Store", b"\x00"), ("Thumbs.db", b"\x00"), ("desktop.ini", b""), silent=True
    ),
    "B1 checkpoints": _files(
        (".ipynb_checkpoints/hw-checkpoint.ipynb", notebook("1 / 0")), silent=True
    ),
    "B1 checkpoints of modules": Odd(
        {"gan.py": MODULE, ".ipynb_checkpoints/gan-checkpoint.py": _WRONG}, silent=True
    ),
    "B1 checkpoints as a Colab zip": Odd(
        {
            "hw.zip": zipped(
                {"a/hw.ipynb": PLAIN, "a/.ipynb_checkpoints/hw-checkpoint.ipynb": PLAIN}
            )
        },
        silent=True,
    ),
    "B1 caches": Odd(
        {
            "gan.py": MODULE,
            "__pycache__/gan.cpython-311.pyc": b"\x00",
            ".pytest_cache/v/x.py": _WRONG,
        },
        silent=True,
    ),
    "B1 editors' files": _files(
        ("hw.ipynb~", b"1"),
        (".hw.ipynb.swp", b"1"),
        ("#hw.py#", b"1"),
        (".#hw.py", b"1"),
        silent=True,
    ),
    "B1 editors' folders": _files(
        (".vscode/settings.json", b"{}"), (".idea/x.xml", b""), (".git/HEAD", b"x"), silent=True
    ),
    "B1 backups": Odd(
        {"gan.py": MODULE, "gan.py.bak": _WRONG, "gan.py.orig": _WRONG, "gan.py~": _WRONG},
        silent=True,
    ),
    "B1 an environment": _files(
        (".venv/lib/gan.py", _WRONG), ("venv/lib/site-packages/gan.py", _WRONG), silent=True
    ),
    "B1 jupyterlab-lsp's": _files((".virtual_documents/hw.ipynb", b"import x"), silent=True),
    "B1 Office's lock, a partial download": _files(
        ("~$report.docx", b"1"), ("hw.ipynb.crdownload", b"1"), ("hw.ipynb.part", b"1"), silent=True
    ),
    "B1 a checkpoint beside it": Odd(
        {"hw.ipynb": PLAIN, "hw-checkpoint.ipynb": notebook(IMPORTS, WORK, "1")},
        says=("hw.ipynb was graded",),
    ),
    "B1 a checkpoint alone": Odd({"hw-checkpoint.ipynb": PLAIN}, silent=True),
    "B1 Dropbox's conflict": Odd(
        {
            "hw.ipynb": PLAIN,
            "hw (Ada's conflicted copy 2024-05-01).ipynb": notebook(IMPORTS, WORK, "1"),
        },
        says=("hw.ipynb was graded",),
    ),
    "B1 Syncthing's conflict": Odd(
        {
            "hw.ipynb": PLAIN,
            "hw.sync-conflict-20240501-1234-ABCD.ipynb": notebook(IMPORTS, WORK, "1"),
        },
        says=("hw.ipynb was graded",),
    ),
    "B1 Synology's, KDE's, Spyder's": _files(
        ("@eaDir/hw.ipynb", b"x"), (".directory", b""), (".spyproject/config", b""), silent=True
    ),
    "B1 LibreOffice's lock": _files(
        (".~lock.report.odt#", b"x"), ("hw.ipynb.tmp", b"1"), silent=True
    ),
    "B1 Otter's zip": Odd(
        {
            "hw_2024_05_01.zip": zipped(
                {
                    "hw.ipynb": PLAIN,
                    ".OTTER_LOG": b"\x00",
                    "hw.pdf": b"%PDF-1.7",
                    "__zip_filename__": b"x",
                }
            )
        },
        silent=True,
    ),
    "B1 a Word document and a PDF": _files(
        ("report.docx", zipped({"word/document.xml": b"x"})),
        ("report.pdf", b"%PDF-1.7"),
        silent=True,
    ),
}


def _module(name: str, *says: str, **others: bytes) -> Odd:
    return Odd({name: MODULE, "README.md": b"", **others}, says=says)


MODULES: dict[str, Odd] = {
    **{
        f"B2 {name}": _module(name, "read as gan.py")
        for name in (
            "gan (1).py",
            "GAN.py",
            "gan copy.py",
            "gan - Copy.py",
            "Copy of gan.py",
            "gan-2.py",
            "Gan (2).PY",
            "gan_1.py",
            "gan (copy).py",
        )
    },
    **{
        f"B2 {name}": Odd({name: MODULE, "README.md": b""}, silent=True)
        for name in (
            "gan_final.py",
            "gan_final_v2.py",
            "gan_v3.py",
            "gan-final.py",
            "gan - Kopie.py",
            "Kopie von gan.py",
            "gan_solution.py",
            "gan_Smith_12345.py",
            "my-gan.py",
            "my_gan.py",
        )
    },
    "B2 a module of one's own name": _module("answers.py"),
    "B2 a name with spaces": _module("question 6 answers.py"),
    "B2 .PY": _module("gan.PY", "read as gan.py"),
    "B2 .pyw": _module("gan.pyw", "read as gan.py"),
    "B2 .py.py": _module("gan.py.py"),
    "B2 a file that is not run": Odd(
        {"gan.py": MODULE, "plots.py": b"x = 1\n"}, says=("plots.py was not run",)
    ),
    "B2 some that are not run": Odd(
        {"gan.py": MODULE, "plots.py": b"x = 1\n", "notes.py": b"y = 1\n", "old/gan.py": _STUB},
        says=(
            "notes.py",
            "plots.py",
            "old/gan.py was not run: it is still the stub that was handed out",
        ),
    ),
    "B3 stub beside the filled": Odd(
        {"gan.py": MODULE, "modules/gan.py": _STUB, "README.md": b""},
        says=(
            "modules/gan.py was not run: it is still the stub that was handed out, and gan.py counts",
        ),
    ),
    "B3 stub above the filled": Odd(
        {"gan.py": _STUB, "modules/gan.py": MODULE, "README.md": b""},
        says=(
            "gan.py was not run: it is still the stub that was handed out, and modules/gan.py counts",
        ),
    ),
    "B3 stub and a browser's copy": Odd(
        {"gan.py": _STUB, "gan (1).py": MODULE}, says=("gan (1).py was read as gan.py",)
    ),
    "B3 stub notebook, filled module": Odd(
        {"hw.ipynb": _HANDED_OUT, "gan.py": MODULE}, silent=True
    ),
    "B3 filled notebook, stub module": Odd({"hw.ipynb": PLAIN, "modules/gan.py": _STUB}, says=()),
    "B3 half and half": Odd({"gan.py": _HALF, "gan (1).py": _OTHER_HALF}, says=("gan (1).py",)),
    "B3 halves in folders": Odd({"modules/gan.py": _OTHER_HALF, "gan.py": _HALF}),
    "B3 the topic's own before another": Odd(
        {"a_first.py": _WRONG, "gan.py": MODULE}, says=("a_first.py was not run",)
    ),
    "B3 the topic's own in a folder": Odd(
        {"a_first.py": _WRONG, "modules/gan.py": MODULE}, says=("a_first.py was not run",)
    ),
    "B3 another topic's module defines the same": Odd(
        {"flows.py": _WRONG, "gan.py": MODULE}, says=("gan.py counts",)
    ),
    "B3 stub in another file": Odd({"a_first.py": _STUB, "gan.py": MODULE}),
    "B3 stub cell above the filled one": one(IMPORTS, STUBS, WORK, silent=True),
    "B3 stub cell below the filled one": one(IMPORTS, WORK, STUBS, points=0, says="replaces"),
    "B4 stationery": one(
        IMPORTS,
        WORK.replace("stationary_point", "stationery_point"),
        points=4,
        says="You define `bilinear_stationery_point`: did you mean that?",
    ),
    "B4 camel case": one(
        IMPORTS,
        WORK.replace("bilinear_stationary_point", "bilinearStationaryPoint"),
        points=4,
        says="You define `bilinearStationaryPoint`: did you mean that?",
    ),
    "B4 a letter left out": one(
        IMPORTS,
        WORK.replace("bilinear_update_matrix", "bilinear_updat_matrix"),
        points=1,
        says="did you mean that?",
    ),
    "B4 a word in the plural": one(
        IMPORTS,
        WORK.replace("stationary_point", "stationary_points"),
        points=4,
        says="did you mean",
    ),
    "B4 in a class": one(
        IMPORTS,
        "class Game:\n" + "".join(f"    {line}\n" for line in WORK.splitlines()),
        points=0,
        says="It is defined inside `Game` in code cell 2",
    ),
    "B4 beside the stub": Odd(
        {
            "gan.py": MODULE.replace(b"stationary_point", b"stationery_point"),
            "modules/gan.py": _STUB,
        },
        points=4,
        says=("You define `bilinear_stationery_point`: did you mean that?",),
    ),
    "B4 the stub above it": one(
        IMPORTS,
        STUBS,
        WORK.replace("stationary_point", "stationery_point"),
        points=4,
        says="did you mean that?",
    ),
    "B4 a file": Odd(
        {
            "hw.ipynb": notebook(IMPORTS, WORK, "np.loadtxt('Data/points.csv')"),
            "data/point.csv": b"1",
        },
        says=("`data/point.csv` was handed in: did you mean that?",),
    ),
    "B4 a file of another machine": Odd(
        {
            "hw.ipynb": notebook(IMPORTS, WORK, r"open('C:\\Users\\me\\data\\point.csv')"),
            "data/point.csv": b"1",
        },
        says=("`data/point.csv` was handed in: did you mean that?",),
    ),
    "B4 a file, by Windows' separator": Odd(
        {
            "hw.ipynb": notebook(IMPORTS, WORK, r"np.loadtxt('data\\point.csv')"),
            "data/point.csv": b"1",
        },
        says=("`data/point.csv` was handed in: did you mean that?",),
    ),
    "B4 under %%timeit": one(
        IMPORTS,
        f"%%timeit -n1 -r1\n{WORK}",
        points=0,
        says="It is defined inside `%%timeit` in code cell 2: move it out, to another cell.",
    ),
    "B4 under %%timeit, below a comment": one(
        IMPORTS,
        f"# timed\n%%timeit -n1 -r1\n{WORK}",
        points=0,
        says="It is defined inside `%%timeit` in code cell 2: move it out, to another cell.",
    ),
    "B4 a file of Colab": Odd(
        {
            "hw.ipynb": notebook(IMPORTS, WORK, "np.load('/content/drive/MyDrive/x.npy')"),
            "x.npy": b"1",
        },
        says=("`x.npy` was handed in: did you mean that?",),
    ),
    "B4 a module": Odd(
        {"hw.ipynb": notebook("import helpers", IMPORTS, WORK), "helper.py": b"two = 2"},
        says=("`helper.py` was handed in: did you mean `helper` by `helpers`?",),
    ),
}

_STYLES = {
    "from helper import": "from helper import two",
    "import helper": "import helper\ntwo = helper.two",
    "from modules.helper": "from modules.helper import two",
    "from modules import": "from modules import helper\ntwo = helper.two",
    "import modules.helper as": "import modules.helper as h\ntwo = h.two",
    "importlib": "import importlib\ntwo = importlib.import_module('helper').two",
    "sys.path": "import sys\nsys.path.append('modules')\nsys.path.insert(0, '.')\nfrom helper import two",
}
_LAYOUTS = {
    "flat": ("{code}", "helper.py"),
    "modules/": ("{code}", "modules/helper.py"),
    "both in modules/": ("modules/{code}", "modules/helper.py"),
    "below": ("work/{code}", "work/helper.py"),
    "below, modules/": ("work/{code}", "work/modules/helper.py"),
    "helper at the top": ("work/{code}", "helper.py"),
    "Modules/": ("{code}", "Modules/helper.py"),
}


def _layout(where: tuple[str, str], style: str, *, module: bool) -> Odd:
    code, helper = where
    name = code.format(code="gan.py" if module else "hw.ipynb")
    source = f"{style}\n{IMPORTS}\nassert two == 2"
    content = f"{source}\n\n{WORK}".encode() if module else notebook(source, WORK)
    return Odd({name: content, helper: b"two = 2\n", "README.md": b""}, silent=True)


LAYOUTS: dict[str, Odd] = {
    f"B5 {kind}, {layout}: {style}": _layout(where, text, module=kind == "module")
    for kind, (layout, where), (style, text) in itertools.product(
        ("notebook", "module"), _LAYOUTS.items(), _STYLES.items()
    )
}

FOLDERS: dict[str, Odd] = {
    "B5 a notebook below its data": Odd(
        {
            "README.md": b"",
            "work/hw.ipynb": notebook(IMPORTS, "np.loadtxt('data/point.csv', delimiter=',')", WORK),
            "work/data/point.csv": b"0,0\n",
        },
        silent=True,
    ),
    "B5 data above it": Odd(
        {
            "work/hw.ipynb": notebook(
                IMPORTS, "np.loadtxt('../data/point.csv', delimiter=',')", WORK
            ),
            "data/point.csv": b"0,0\n",
        },
        silent=True,
    ),
    "B5 data beside a module": Odd(
        {
            "modules/gan.py": MODULE + b"\nopen('point.csv')\n",
            "point.csv": b"0,0\n",
            "README.md": b"",
        },
        silent=True,
    ),
    "B5 data beside a module in modules/": Odd(
        {
            "modules/gan.py": b"from pathlib import Path\n"
            + MODULE
            + b"\n(Path(__file__).parent / 'point.csv').read_text()\n",
            "modules/point.csv": b"0,0\n",
            "README.md": b"",
        },
        silent=True,
    ),
    "B5 a folder in a zip": Odd(
        {
            "hw.zip": zipped(
                {
                    "a/b/hw.ipynb": notebook("from helper import two", IMPORTS, WORK),
                    "a/b/helper.py": b"two = 2",
                }
            )
        },
        silent=True,
    ),
    "B5 a helper of a helper": Odd(
        {
            "modules/gan.py": b"from .helper import two\n" + MODULE,
            "modules/helper.py": b"from .deeper import two\n",
            "modules/deeper.py": b"two = 2\n",
            "README.md": b"",
        },
        silent=True,
    ),
    "B5 a package of helpers": Odd(
        {
            "hw.ipynb": notebook("from utils.maths import two\nimport utils", IMPORTS, WORK),
            "utils/__init__.py": b"",
            "utils/maths.py": b"two = 2\n",
        },
        silent=True,
    ),
    "B5 src beside notebooks": Odd(
        {
            "notebooks/hw.ipynb": notebook(
                "import sys\nsys.path.append('../src')\nfrom helper import two", IMPORTS, WORK
            ),
            "src/helper.py": b"two = 2\n",
        },
        silent=True,
    ),
    "B5 a notebook that imports its module": Odd(
        {
            "hw.ipynb": notebook("from modules.gan import *", "bilinear_update_matrix(1)"),
            "modules/gan.py": MODULE,
        },
        silent=True,
    ),
    "B5 a notebook that runs its module": Odd(
        {
            "hw.ipynb": notebook("%run modules/gan.py", "bilinear_update_matrix(1)"),
            "modules/gan.py": MODULE,
        },
        silent=True,
    ),
    "B5 __file__, __name__": Odd(
        {"gan.py": MODULE + b"\nif __name__ == '__main__':\n    1 / 0\nassert __file__\n"},
        silent=True,
    ),
}

NAMES: dict[str, Odd] = {
    **{
        f"B6 {name}.py": Odd({f"{name}.py": MODULE}, says=(f"{name}.py", "Rename it"))
        for name in ("code", "random", "types", "torch", "typing", "queue")
    },
    "B6 a helper like Python's": Odd(
        {
            "hw.ipynb": notebook("from statistics import two", IMPORTS, WORK),
            "statistics.py": b"two = 2\n",
        },
        says=("statistics.py", "Rename it"),
    ),
    "B6 a helper like torch": Odd(
        {"hw.ipynb": PLAIN, "torch.py": b"1 / 0"}, says=("torch.py", "Rename it")
    ),
    "B6 a link": Odd({"hw.ipynb": "elsewhere.ipynb"}, points=0, says=("links are not followed",)),
    "B6 a link beside it": Odd(
        {"hw.ipynb": PLAIN, "data": "/etc"}, says=("links are not followed",)
    ),
    "B6 a link to the module": Odd(
        {"gan.py": "x/y.py", "README.md": b""}, points=0, says=("links are not followed",)
    ),
    "B6 nothing": Odd({}, points=0, says=("is empty",)),
    "B6 an empty file": Odd({"hw.ipynb": b""}, points=0, says=("is empty",)),
    "B6 blanks": Odd({"hw.ipynb": b" \n"}, points=0, says=("is empty",)),
}

_PDF = ("report.pdf", b"%PDF-1.7")
ENDINGS: dict[str, Odd] = {
    **{
        f"B7 {name}": Odd({name: PLAIN}, silent=True)
        for name in (
            "hw.ipynb.json",
            "hw.ipynb.txt",
            "HW.IPYNB",
            "hw.Ipynb",
            "hw.json",
            "hw",
            "hw.ipynb (1)",
            "hw.ipynb.ipynb",
            "hw .ipynb",
        )
    },
    "B7 a folder called tests": Odd({"hw.zip": zipped({"tests/hw.ipynb": PLAIN})}),
    "B7 a notebook in tests/": Odd({"tests/hw.ipynb": PLAIN, "README.md": b""}),
    "B7 a name in Chinese": Odd({"作业三 李雷 🎓.ipynb": PLAIN}, silent=True),
    "B7 a name with a line break": Odd({"hw\n.ipynb": PLAIN}, silent=True),
    "B7 a long name": Odd({"h" * 240 + ".ipynb": PLAIN}, silent=True),
    "B7 folders ten deep": Odd(
        {"/".join("abcdefghij") + "/hw.ipynb": PLAIN, "a.md": b""}, silent=True
    ),
    "B7 .ipynb.gz": Odd({"hw.ipynb.gz": b"\x1f\x8b\x08"}, points=0, says=("cannot be unpacked",)),
    "B7 .ZIP": Odd({"HW.ZIP": zipped({"hw.ipynb": PLAIN})}, silent=True),
    "B7 a zip without an ending": Odd({"hw": zipped({"hw.ipynb": PLAIN})}, silent=True),
    "B7 a zip named .ipynb": Odd({"hw.ipynb": zipped({"hw.ipynb": PLAIN})}, silent=True),
    "B7 a zip in a zip": Odd(
        {"a.zip": zipped({"b.zip": zipped({"hw.ipynb": PLAIN})})}, silent=True
    ),
    "B7 a zip beside a PDF": Odd(
        dict([("hw.zip", zipped({"hw.ipynb": PLAIN})), _PDF]), silent=True
    ),
    "B7 a zip of a zip and a PDF": Odd(
        {"a.zip": zipped(dict([("hw.zip", zipped({"hw.ipynb": PLAIN})), _PDF]))}, silent=True
    ),
    "B7 a zip of data beside the notebook": _files(
        ("data.zip", zipped({"a.csv": b"1"})), silent=True
    ),
    "B7 a zip with Windows' separators": Odd(
        {"a.zip": zipped({"a\\hw.ipynb": PLAIN})}, silent=True
    ),
    "B7 Python as .txt": Odd({"gan.py.txt": MODULE}, says=("read as gan.py",)),
    "B7 Python as .ipynb": Odd({"hw.ipynb": MODULE}, points=0, says=("Give it the extension .py",)),
    "B7 a notebook as .py": Odd({"gan.py": PLAIN}, silent=True),
    "B7 a page as .ipynb": Odd(
        {"hw.ipynb": b"<!DOCTYPE html><html>"}, points=0, says=("web page",)
    ),
    "B7 a PDF as .ipynb": Odd({"hw.ipynb": b"%PDF-1.7"}, points=0, says=("is a PDF",)),
    "B7 a PDF": Odd(dict([_PDF]), points=0, says=("Hand in the notebook itself",)),
    "B7 an HTML": Odd({"hw.html": b"<html>"}, points=0, says=("Hand in the notebook itself",)),
    "B7 a RAR": Odd({"hw.rar": b"Rar!\x1a\x07"}, points=0, says=("cannot be unpacked here",)),
    "B7 a tar.gz": Odd({"hw.tar.gz": b"\x1f\x8b\x08"}, points=0, says=("cannot be unpacked here",)),
    "B7 a 7z": Odd({"hw.7z": b"7z\xbc\xaf\x27\x1c"}, points=0, says=("cannot be unpacked here",)),
    "B7 a merge conflict": Odd(
        {"hw.ipynb": b"<<<<<<< HEAD\n" + PLAIN}, points=0, says=("its JSON is broken",)
    ),
    "B7 UTF-8 with a mark": Odd({"hw.ipynb": b"\xef\xbb\xbf" + PLAIN}, silent=True),
    "B7 Windows' lines": Odd({"gan.py": MODULE.replace(b"\n", b"\r\n")}, silent=True),
    "B7 lines in lists": Odd(
        {
            "hw.ipynb": json.dumps(
                {
                    **json.loads(PLAIN),
                    "cells": [
                        {**cell, "source": cell["source"].splitlines(keepends=True)}
                        for cell in json.loads(PLAIN)["cells"]
                    ],
                }
            ).encode()
        },
        silent=True,
    ),
    "B7 the handed-out notebook too": Odd(
        {"a3_2020.ipynb": _HANDED_OUT, "mine.ipynb": PLAIN}, says=("mine.ipynb was graded",)
    ),
    "B7 a notebook of notes too": Odd(
        {"Untitled.ipynb": notebook("1 + 1"), "hw.ipynb": PLAIN}, says=("hw.ipynb was graded",)
    ),
    "B7 one with the assignment's name": Odd(
        {"a3_2020.ipynb": PLAIN, "old.ipynb": notebook(IMPORTS, WORK.replace("zeros", "ones"))},
        says=("a3_2020.ipynb was graded",),
    ),
    "B7 the same twice": Odd(
        {"hw.ipynb": PLAIN, "hw (1).ipynb": PLAIN}, says=("it holds the same code",)
    ),
    "B7 the same, run by nbconvert": Odd(
        {"hw.ipynb": PLAIN, "hw.nbconvert.ipynb": PLAIN}, says=("it holds the same code",)
    ),
    "B7 two that differ": Odd(
        {"a.ipynb": PLAIN, "b.ipynb": notebook(IMPORTS, WORK, "1")},
        points=0,
        says=("it is not clear which one counts",),
    ),
    "B7 a script of the notebook too": Odd({"hw.ipynb": PLAIN, "hw.py": MODULE}),
}

FILES: dict[str, Odd] = {**RESIDUE, **MODULES, **LAYOUTS, **FOLDERS, **NAMES, **ENDINGS}
