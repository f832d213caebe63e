"""What programs leave beside people's work is ignored by every reader, and nothing else is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from autograder.grading.submission import snapshot
from autograder.grading.submission.residue import is_residue
from autograder.staff.batch.collect import collect

RESIDUE = (
    *("._hw.ipynb", "._hw.zip", ".DS_Store", "Icon\r", "Thumbs.db", "desktop.ini"),
    *(".hw.ipynb.swp", ".#hw.py", "#hw.py#", "hw.py~", "~$report.docx", ".~lock.report.odt#"),
    *("vae.cpython-311.pyc", ".gitignore", ".OTTER_LOG", ".env", ".python-version"),
)
FOLDERS = (
    *("__MACOSX", "__pycache__", "__PyCache__", ".ipynb_checkpoints", ".git", ".venv", ".idea"),
    *(".vscode", ".mypy_cache", ".virtual_documents", ".Trashes", "node_modules"),
    *("env/lib/python3.11/site-packages", "$RECYCLE.BIN", "homework.egg-info"),
)
WORK = (
    *("hw.ipynb", "HW.IPYNB", ".ipynb", ".py", "_helpers.py", "__init__.py", "hw_checkpoint.ipynb"),
    *("macosx.py", "~hw.ipynb", "#1.py", "hw.py.bak", "data.pyc.csv", "git.py", "venv.py", "Icon"),
)


@pytest.mark.parametrize("name", [*RESIDUE, *FOLDERS])
def test_what_a_program_left(name):
    assert any(map(is_residue, name.split("/")))


@pytest.mark.parametrize("name", WORK)
def test_what_a_person_made(name):
    assert not is_residue(name)


def lay(folder: Path) -> list[str]:
    """A submission with everything that programs leave, in it and in its folders; what of it counts."""
    names = ["hw/hw.ipynb", "hw/modules/vae.py", "hw/_helpers.py"]
    left = [f"hw/{place}{name}" for name in RESIDUE for place in ("", "modules/")]
    left += [f"hw/{name}/vae.py" for name in FOLDERS]
    for name in (*names, *left, "__MACOSX/hw/._hw.ipynb"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1")
    return [name.removeprefix("hw/") for name in names]


def test_of_a_folder(tmp_path):
    kept = lay(tmp_path)
    assert sorted(snapshot(tmp_path, [])) == sorted(kept)


def test_of_a_zip(tmp_path):
    kept = lay(tmp_path / "hw")
    path = tmp_path / "hw.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted((tmp_path / "hw").rglob("*")):
            archive.write(file, file.relative_to(tmp_path / "hw"))
    assert sorted(snapshot(path, [])) == sorted(kept)


def test_of_files_that_a_course_system_renamed(tmp_path):
    path = tmp_path / "noether_12_903_hw.py"
    path.write_text("x = 1")
    named = [(name, path) for name in (*RESIDUE, "hw.py")]
    assert list(snapshot(tmp_path, [], named)) == ["hw.py"]


def test_of_a_class(tmp_path):
    names = [*RESIDUE, "ann/hw.ipynb", "bob.IPYNB", "Cy.ZIP"]
    names += [f"noetheremmy_12_90{place}_{name}" for place, name in enumerate(RESIDUE)]
    names += [f"{name}/hw.ipynb" for name in FOLDERS if "/" not in name]
    for name in (*names, "noetheremmy_12_903_hw.ipynb"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1")
    found = collect(tmp_path)
    assert {entry.id.casefold() for entry in found.entries} == {
        "ann",
        "bob",
        "cy",
        "noetheremmy_12",
    }
