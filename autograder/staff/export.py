"""The written answers of a notebook as one document for a person to grade: PDF, or HTML without LaTeX.

The answers lie between Otter's own marks in the student's copy. Everything else is left out, and so is
every output. What a student wrote is hostile here too: HTML is sanitized, and TeX may open no file
outside the folder that it works in and start no program.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.model import Assignment, UsageError

_BEGIN, _END = "<!-- BEGIN QUESTION -->", "<!-- END QUESTION -->"
_LARGEST = 32 << 20
_PARANOID = {"openin_any": "p", "openout_any": "p", "shell_escape": "f"}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        path: the document.
        answers: how many answers it holds.
        why_html: why it is HTML; empty where it is a PDF.
    """

    path: Path
    answers: int
    why_html: str


def export(notebook: Path, assignment: Assignment, folder: Path) -> Exported:
    """Write the written answers of one submission.

    Args:
        notebook: the notebook that was handed in.
        assignment: whose written parts are looked for.
        folder: where to write; the document is called after the notebook.

    Returns:
        The document, and what it is.

    Raises:
        UsageError: no notebook, or one without the marks of a written answer.
    """
    written = [part for part in assignment.parts if part.written]
    if not written:
        raise UsageError(f"{assignment.name} has no written parts")
    answers = _answers(notebook)
    folder.mkdir(parents=True, exist_ok=True)
    document = _document(answers, f"{notebook.stem}: {assignment.title}")
    why = _why_html()
    if not why:
        try:
            return Exported(_pdf(document, folder / f"{notebook.stem}.pdf"), len(answers), "")
        except OSError as error:
            why = f"LaTeX could not set it ({str(error).strip().splitlines()[-1][:200]})"
    return Exported(_html(document, folder / f"{notebook.stem}.html"), len(answers), why)


def _answers(path: Path) -> list[list[str]]:
    """The Markdown between each pair of marks."""
    import nbformat

    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path} is larger than {_LARGEST >> 20} MB: clear its outputs first")
        cells = nbformat.read(path, as_version=4).cells
    except (OSError, ValueError, AttributeError, KeyError, RecursionError) as error:
        raise UsageError(f"{path} is not a notebook that can be read: {error}") from error
    found: list[list[str]] = []
    inside = False
    for cell in cells:
        source = str(cell.get("source", ""))
        if source.lstrip().startswith(_BEGIN):
            inside = True
            found.append([])
        if inside and cell.get("cell_type") == "markdown":
            found[-1].append(source.replace(_BEGIN, "").replace(_END, "").strip())
        if source.lstrip().startswith(_END):
            inside = False
    if not found:
        raise UsageError(
            f"{path} holds no written answers: the marks {_BEGIN} of the handed-out notebook are gone"
        )
    return found


def _document(answers: list[list[str]], title: str) -> Any:
    from nbformat import v4

    cells = [v4.new_markdown_cell(f"# {title}")]
    cells += [v4.new_markdown_cell(text) for answer in answers for text in answer if text]
    return v4.new_notebook(cells=cells, metadata={"title": title})


def _why_html() -> str:
    missing = [name for name in ("xelatex", "pandoc") if shutil.which(name) is None]
    return f"{' and '.join(missing)} not installed" if missing else ""


def _pdf(document: Any, path: Path) -> Path:
    from nbconvert import PDFExporter

    before = dict(os.environ)
    os.environ.update(_PARANOID)
    try:
        content, _ = PDFExporter().from_notebook_node(document)
    finally:
        os.environ.clear()
        os.environ.update(before)
    path.write_bytes(content)
    return path


def _html(document: Any, path: Path) -> Path:
    from nbconvert import HTMLExporter

    content, _ = HTMLExporter(sanitize_html=True, embed_images=True).from_notebook_node(document)
    path.write_text(content, encoding="utf-8")
    return path
