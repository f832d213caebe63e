"""Submissions that are no source: broken, huge and misleading files, written when they are needed."""

from __future__ import annotations

import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

RIGHT = "def double(x):\n    return 2 * x\n\n\ndef total(x):\n    return x.sum()\n"

Builder = Callable[[Path], Path]
BUILDERS: dict[str, Builder] = {}


def accident(build: Builder) -> Builder:
    """Enter a builder into the list; its name is ``a`` and the attack's."""
    BUILDERS[build.__name__.removeprefix("a")] = build
    return build


def notebook(cells: Sequence[str], **changes: Any) -> dict[str, Any]:
    """A notebook as Jupyter writes it, with some of its entries replaced."""
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": source.strip("\n"),
            }
            for number, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
        **changes,
    }


def write_notebook(path: Path, cells: Sequence[str], **changes: Any) -> None:
    """Write such a notebook."""
    path.write_text(json.dumps(notebook(cells, **changes)), encoding="utf-8")


def _folder(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir()
    for name, content in files.items():
        path = folder / name.replace("_dot_", ".").replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@accident
def a077_malformed_json(folder: Path) -> Path:
    """77. A notebook whose download was cut short.

    expect: double skipped, total skipped
    refused: its JSON is broken
    """
    return _folder(folder, toy_dot_ipynb=json.dumps(notebook([RIGHT]))[:-20])


@accident
def a078_huge_outputs(folder: Path) -> Path:
    """78. A good notebook with a hundred megabytes of outputs.

    expect: double passed, total passed
    """
    whole = notebook([RIGHT])
    whole["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "@"}]
    before, after = json.dumps(whole).split("@")
    return _folder(folder, toy_dot_ipynb=before + "x" * (100 << 20) + after)


@accident
def a079_deep_json(folder: Path) -> Path:
    """79. A notebook with a million brackets inside one another.

    expect: double skipped, total skipped
    refused: is too large to be read
    """
    deep = "[" * 1_000_000 + "]" * 1_000_000
    return _folder(folder, toy_dot_ipynb=f'{{"cells": [], "metadata": {deep}}}')


@accident
def a083_names_of_libraries(folder: Path) -> Path:
    """83. Modules with the names of libraries beside the right one, all of which end the process.

    expect: double passed, total passed
    notice: numpy.py cannot be imported
    notice: torch.py cannot be imported
    notice: autograder.py cannot be imported
    notice: json.py cannot be imported
    """
    end = "import os\nos._exit(0)\n"
    names = ("numpy", "torch", "autograder", "json", "drivers", "reference", "otter", "IPython")
    poison = {f"{name}_dot_py": end for name in names}
    imports = "import colorsys\nimport json\nimport numpy\nimport otter\nimport torch\n"
    return _folder(folder, toy_dot_py=imports + RIGHT, **poison)


@accident
def a084_files_of_start_up(folder: Path) -> Path:
    """84. Files that Python runs when it starts, elsewhere.

    expect: double passed, total passed
    """
    end = "import os\nos._exit(0)\n"
    return _folder(
        folder,
        toy_dot_py=RIGHT,
        sitecustomize_dot_py=end,
        usercustomize_dot_py=end,
        start_dot_pth=end.replace("\n", ";"),
        _dot_ipython__profile_default__startup__first_dot_py=end,
        _dot_matplotlib__matplotlibrc=b"backend: webagg\n",
        _dot_env="PYTHONSTARTUP=toy.py\n",
    )


@accident
def a085_zip_traversal(folder: Path) -> Path:
    """85. A zip with paths that lead out of it, links, a device and a long name.

    What lies outside is put inside, as `unzip` does; the rest is left out.

    expect: double passed, total passed
    prints: ['a', 'left', 'left-outside', 'tmp', 'toy.py']
    """
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("toy.py", f"import os\nprint(sorted(os.listdir('.')))\n{RIGHT}")
        for name in ("../left-outside", "/tmp/left-outside", "a/../../left-outside", "..\\left"):
            archive.writestr(name, "left")
        for name, kind, target in (
            ("link.py", stat.S_IFLNK, "../../project/reference/toy.py"),
            ("pipe.py", stat.S_IFIFO, ""),
            ("disk.py", stat.S_IFBLK, ""),
        ):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (kind | 0o777) << 16
            archive.writestr(entry, target)
        archive.writestr("n" * 3_000, "")
    return path


@accident
def a085_zip_bomb(folder: Path) -> Path:
    """85. A zip of a third of a megabyte that holds three hundred megabytes.

    expect: double skipped, total skipped
    refused: zip bomb
    """
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("toy.py", RIGHT)
        for name in ("data.bin", "more.bin", "most.bin"):  # each below the cap of one file
            archive.writestr(name, bytes(100 << 20))
    return path


@accident
def a085_zip_that_lies(folder: Path) -> Path:
    """85. A zip whose table of contents says that a file is smaller than it is.

    expect: double skipped, total skipped
    refused: zip
    """
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("toy.py", RIGHT)
        archive.writestr("data.bin", bytes(50 << 20))
    content = path.read_bytes()
    size, lie = struct.pack("<I", 50 << 20), struct.pack("<I", 10)
    path.write_bytes(content.replace(size, lie))
    return path


@accident
def a085_folder_of_links(folder: Path) -> Path:
    """85. A folder with links to the reference, to itself and to the whole machine, and a pipe.

    expect: double passed, total passed
    prints: ['targets.json', 'toy.py']
    """
    source = f"import os\nprint(sorted(os.listdir('.')))\n{RIGHT}"
    _folder(folder, toy_dot_py=source)
    reference = folder.parent.parent / "project" / "reference"
    (folder / "solution.py").symlink_to(reference / "toy.py")
    (folder / "solutions").symlink_to(reference)
    (folder / "again").symlink_to(folder)
    (folder / "everything").symlink_to("/")
    os.mkfifo(folder / "pipe.py")
    return folder


@accident
def a086_byte_order_mark(folder: Path) -> Path:
    """86. A notebook with a byte-order mark, Windows' ends of lines and no kernel named.

    expect: double passed, total passed
    """
    text = json.dumps(notebook([RIGHT.replace("\n", "\r\n")], metadata={}), indent=1)
    return _folder(folder, toy_dot_ipynb=text.replace("\n", "\r\n").encode("utf-8-sig"))


@accident
def a086_latin_module(folder: Path) -> Path:
    """86. A module in Latin-1 that does not say so, with the ends of lines of an old Macintosh.

    expect: double passed, total passed
    """
    source = f"# Größe\n{RIGHT}".replace("\n", "\r")
    return _folder(folder, toy_dot_py=source.encode("latin-1"))


@accident
def a086_old_format(folder: Path) -> Path:
    """86. A notebook of format 3.

    expect: double passed, total passed
    """
    cell = {"cell_type": "code", "input": RIGHT.splitlines(keepends=True), "language": "python"}
    old = {"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": [cell]}]}
    return _folder(folder, toy_dot_ipynb=json.dumps(old))


@accident
def a086_sixteen_bits(folder: Path) -> Path:
    """86. A notebook in UTF-16.

    expect: double passed, total passed
    """
    return _folder(folder, toy_dot_ipynb=json.dumps(notebook([RIGHT])).encode("utf-16"))


@accident
def a086_another_language(folder: Path) -> Path:
    """86. A notebook in Julia.

    expect: double skipped, total skipped
    refused: a notebook in julia
    """
    metadata = {"kernelspec": {"name": "julia-1.10", "language": "julia"}}
    source = "function double(x)\n    2x\nend"
    return _folder(folder, toy_dot_ipynb=json.dumps(notebook([source], metadata=metadata)))


@accident
def a086_another_kernel(folder: Path) -> Path:
    """86. A notebook in Python that still names the kernel of another language.

    expect: double passed, total passed
    notice: names R as its language
    """
    metadata = {"kernelspec": {"name": "ir", "language": "R"}}
    return _folder(folder, toy_dot_ipynb=json.dumps(notebook([RIGHT], metadata=metadata)))


@accident
def a088_no_notebook(folder: Path) -> Path:
    """88. A report and a data file, and neither a notebook nor a module.

    expect: double skipped, total skipped
    refused: There is no notebook and no module
    refused: report.pdf
    """
    return _folder(folder, report_dot_pdf=b"%PDF-1.7", data_dot_csv="1,2\n")


@accident
def a088_two_notebooks(folder: Path) -> Path:
    """88. Two notebooks.

    expect: double skipped, total skipped
    refused: first.ipynb, second.ipynb
    """
    first, second = (json.dumps(notebook([f"# {number}", RIGHT])) for number in (1, 2))
    return _folder(folder, first_dot_ipynb=first, second_dot_ipynb=second)


@accident
def a149_many_folders(folder: Path) -> Path:
    """149. A zip of five hundred empty files, each eleven folders deep and none beside another.

    expect: double passed, total passed
    """
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("toy.py", RIGHT)
        for number in range(490):
            file.writestr("/".join([str(number), *"abcdefghij", "x"]), "")
    return path


@accident
def a165_below_thousands_of_folders(folder: Path) -> Path:
    """165. A zip whose files all lie below the same 32,000 folders.

    expect: double passed, total passed
    """
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a/" * 32_000 + "toy.py", RIGHT)
        for number in range(50):
            file.writestr("a/" * 32_000 + f"{number}.txt", "")
    return path


@accident
def a165_below_different_folders(folder: Path) -> Path:
    """165. The same, but that no two of the other files lie in one folder.

    expect: double passed, total passed
    notice: cannot be stored under that name
    """
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("toy.py", RIGHT)
        for number in range(50):
            file.writestr(f"{number}/" + "a/" * 32_000 + "b.txt", "")
    return path


@accident
def a168_version_of_thousands_of_digits(folder: Path) -> Path:
    """168. A notebook that names a version of Python too long to be a number, and has a broken cell.

    expect: double passed, total passed
    notice: code cell 2 failed: SyntaxError
    """
    content = notebook([RIGHT, "x = = 1"])
    content["metadata"]["language_info"] = {"name": "python", "version": "3." + "9" * 5_000}
    return _folder(folder, toy_dot_ipynb=json.dumps(content))


@accident
def a169_sum_of_thousands_of_terms(folder: Path) -> Path:
    """169. Functions and values that are sums of thousands of terms: trees of as many levels.

    expect: double passed, total passed
    """
    long = " + ".join(["x"] * 2_000)
    function = f"def never_called(x):\n    return {long}"
    return _folder(folder, toy_dot_py=f"{RIGHT}\n{function}\nx = 0\ny = {long}\n")


@accident
def a169_class_of_a_deep_method(folder: Path) -> Path:
    """169. A class whose method is nested deeply, and a chain of a thousand branches.

    expect: double passed, total passed
    """
    method = f"class C:\n    def f(self):\n        return self{'.a' * 2_000}"
    branches = "x = 0\nif x:\n    pass\n" + "elif x:\n    pass\n" * 1_000
    cells = [RIGHT, method, branches]
    return _folder(folder, toy_dot_ipynb=json.dumps(notebook(cells)))


@accident
def a170_line_of_spaces(folder: Path) -> Path:
    """170. Modules that are no Python and hold a line of a hundred thousand spaces each.

    expect: double passed, total passed
    """
    broken = " " * 99_000 + "(\n"
    files = {f"m{number}_dot_py": broken for number in range(5)}
    return _folder(folder, toy_dot_py=RIGHT, **files)


@accident
def a149_full_folder(folder: Path) -> Path:
    """149. Files beside the module that take as much room as its code may use.

    expect: double passed, total passed
    """
    many = {f"{number}.csv": bytes((16 << 20) // 400 - 100) for number in range(400)}
    return _folder(folder, **{"toy.py": RIGHT, **many})


@accident
def a161_many_names(folder: Path) -> Path:
    """161. Hands in 9,000 functions of which each calls the next, and three megabytes of words.

    expect: double passed, total wrong
    """
    chain = "".join(f"def f{place}(): f{place + 1}()\n" for place in range(9_000))
    words = "\n".join(f"w{place}" for place in range(130_000))
    files = {f"words{place}.py": words.replace("w", f"w{place}") for place in range(3)}
    wrong = RIGHT.replace("x.sum()", "x.sum() + 1")
    return _folder(folder, **{"toy.py": wrong + chain}, **files)


@accident
def a107_slow_encoding(folder: Path) -> Path:
    """107. A module that names an encoding whose decoding takes a time that is quadratic.

    expect: double passed, total passed
    """
    source = f"# coding: punycode\n{RIGHT}# \N{GRINNING FACE}".encode("punycode")
    return _folder(folder, toy_dot_py=source + b"a" * 1_000_000)


@accident
def a108_half_characters(folder: Path) -> Path:
    r"""108. A notebook with half characters, NULs and escapes in its sources and names.

    expect: double passed, total passed
    notice: cell 2
    """
    cells = ["x = '\ud800'", "y = '\x00'", "z = 1 # \x1b[2J", RIGHT]
    return _folder(folder, toy_dot_ipynb=json.dumps(notebook(cells)))


@accident
def a109_odd_types(folder: Path) -> Path:
    """109. A notebook in which everything has the wrong type, but for one cell.

    expect: double passed, total passed
    """
    whole = notebook([RIGHT])
    cell = whole["cells"][0]
    odd = [None, 1, "cell", [], {}, {**cell, "source": 3}, {**cell, "source": [1, None, {}]}]
    odd += [{**cell, "cell_type": ["code"]}, {**cell, "source": {"x": 1}}]
    whole |= {"cells": [*odd, cell], "metadata": [1], "nbformat": "four"}
    return _folder(folder, toy_dot_ipynb=json.dumps(whole))


@accident
def a110_many_cells(folder: Path) -> Path:
    """110. A notebook with two hundred thousand cells.

    expect: double skipped, total skipped
    refused: notebook
    """
    return _folder(folder, toy_dot_ipynb=json.dumps(notebook(["pass"] * 200_000)))


@accident
def a111_bad_names(folder: Path) -> Path:
    r"""111. Files whose names hold ends of lines, escapes, bytes that are no text, and markup.

    expect: double passed, total passed
    """
    _folder(folder, toy_dot_py=RIGHT)
    for name in (
        b"a\nb.txt",
        b"\x1b[2J.txt",
        b"\xff\xfe.txt",
        b"<script>.txt",
        b"*`_.txt",
        b"n" * 255,
    ):
        (folder / os.fsdecode(name)).write_bytes(b"x")
    return folder
