"""Where a student's written answers stand, whatever became of the marks around them."""

from __future__ import annotations

import ast
import difflib
import re
from typing import Any

from autograder.untrusted.notebook import text_of
from autograder.untrusted.written.pieces import TextPiece, WrittenPieces

_MARK = re.compile(r"<!--\s*(BEGIN|END)\s+QUESTION\s*-->", re.IGNORECASE)
_CODE_MARK = re.compile(r"^[\s#]*(<!--\s*(?:BEGIN|END)\s+QUESTION\s*-->)\s*$", re.I | re.M)
_HEADING = re.compile(r"^#{1,6}[ \t]+([0-9A-Za-z][0-9A-Za-z._-]*?)[.):]?(?:[ \t]+.*)?$")
_LINES = 2_000  # of a prompt that are compared; comparing takes the square of them


def find(cells: list[dict[str, Any]], handout: dict[str, Any]) -> WrittenPieces:
    """Find the answers.

    Args:
        cells: of the notebook, in order.
        handout: ``cells`` of the template (``kind``, ``id``, ``text``), ``parts`` of the assignment
            (``number``, ``title``, ``written``, ``figure``), ``answer`` and ``functions``.
    """
    finder = _Finder(handout)
    for place, cell in enumerate(cells, 1):
        finder.cell(place, cell)
    finder.finish()
    return finder.found


class _Finder:
    def __init__(self, handout: dict[str, Any]) -> None:
        self._parts = {part["number"]: part for part in handout["parts"]}
        self._template = {(cell["kind"], cell["text"].strip()) for cell in handout["cells"]}
        self._by_id = {cell["id"]: cell for cell in handout["cells"]}
        self._prompts = {
            cell["part"]: cell["text"] for cell in handout["cells"] if cell.get("part")
        }
        self._answers = {
            cell["id"]: cell["answer"] for cell in handout["cells"] if cell.get("answer")
        }
        self._questions = {cell["id"] for cell in handout["cells"] if cell.get("question")}
        self._exact = {text.split("\n", 1)[0].strip(): n for n, text in self._prompts.items()}
        self._placeholder = handout["answer"].strip()
        functions = "|".join(map(re.escape, handout["functions"])) or r"\b\B"
        self._function = re.compile(rf"^def (?:{functions})\b", re.MULTILINE)
        self.found = WrittenPieces({n: [] for n, part in self._parts.items() if part["written"]})
        self._region = ""  # the part whose prompt stands above
        self._inside = ""  # the part whose answer is open
        self._after = ""  # the part whose answer ended, with nothing of the hand-out since
        self._begun: set[str] = set()
        self._note: set[str] = set()
        self._changed: list[int] = []

    def finish(self) -> None:
        """Name the cells whose text is not the hand-out's of today."""
        if self._changed:
            places = list(dict.fromkeys(self._changed))
            cells = f"cell{'s' if places[1:] else ''} {', '.join(map(str, places))}"
            self._add_note(
                f"the hand-out's own text differs from today's in {cells} (another edition, or rewritten "
                "by the student); the lines that differ are shown at the end"
            )

    def cell(self, place: int, cell: dict[str, Any]) -> None:
        """Look through one cell."""
        kind = str(cell.get("cell_type"))
        text = text_of(cell)
        if kind == "heading":
            kind, text = "markdown", f"# {text}"
        if kind not in ("markdown", "raw", "code") or not text.strip():
            return
        if kind == "code":
            self._code(place, cell, text)
        else:
            self._prose(place, cell, kind, text)

    def _prose(self, place: int, cell: dict[str, Any], kind: str, text: str) -> None:
        exact = (kind, text.strip()) in self._template
        moved = self._answers.get(str(cell.get("id", "")), "")
        for what, piece in self._tokens(text, place):
            if what == "begin":
                self._begin(piece, cell)
            elif what == "end":
                self._after, self._inside = self._inside or self._after, ""
            elif what == "heading":
                if self._inside:
                    self._add_note(f"the END mark of {self._inside} is gone")
                self._region, self._inside, self._after = piece, "", ""
                self.found.present.add(piece)
            elif exact and not self._inside:
                if _plain(piece) == self._placeholder and (moved or self._region):
                    self._add(moved or self._region, kind, piece, place, "")
            else:
                self._text(place, kind, piece, moved, cell, compared=what == "added")
        if exact and not _MARK.search(text) and text.strip() != self._placeholder:
            self._after = ""

    def _tokens(self, text: str, place: int) -> list[tuple[str, str]]:
        """A cell in pieces: marks, headings of parts, and what stands between them."""
        tokens: list[tuple[str, str]] = []
        lines: list[str] = []
        below = ""

        def flush() -> None:
            nonlocal lines
            if "".join(lines).strip():
                tokens.append(("text" if not below else f"prompt {below}", "\n".join(lines)))
            lines = []

        open_ = bool(self._inside)
        for line in text.split("\n"):
            rest = line
            while mark := _MARK.search(rest):
                lines.append(rest[: mark.start()])
                flush()
                rest, below = rest[mark.end() :], ""
                open_ = mark[1].upper() == "BEGIN"
                tokens.append((mark[1].lower(), ""))
            number = self._heading(rest, open_)
            if number:
                flush()
                tokens.append(("heading", number))
                below, open_ = number, False
                continue
            lines.append(rest)
        flush()
        out: list[tuple[str, str]] = []
        for index, (what, piece) in enumerate(tokens):
            if what == "begin":
                after = tokens[index + 1][1] if tokens[index + 1 :] else ""
                out.append((what, after))
            elif what.startswith("prompt "):
                _, _, theirs = self._prompts.get(what[7:], "").partition("\n")
                out.append(("added", self._added(piece, theirs, place)))
            else:
                out.append((what, piece))
        return out

    def _heading(self, line: str, inside: bool) -> str:
        """The part whose prompt begins here; inside an answer only the hand-out's own heading does."""
        exact: str = self._exact.get(line.strip(), "")
        if exact or inside:
            return exact
        match = _HEADING.match(line)
        return match[1] if match and match[1] in self._parts else ""

    def _begin(self, below: str, cell: dict[str, Any]) -> None:
        first = next((line for line in below.split("\n") if line.strip()), "")
        words = re.match(r"[\s*#_]*([0-9A-Za-z][0-9A-Za-z._-]*?)[.):]?\s", f"{first} ")
        number = words[1] if words and words[1] in self.found.pieces else ""
        number = number or self._answers.get(str(cell.get("id", "")), "")
        if not number and self._region in self.found.pieces:
            number = self._region
        if not number:
            left = [n for n in self.found.pieces if n not in self._begun]
            number = left[0] if left else ""
        if number in self._begun and number != self._inside:
            self._add_note(
                f"{number} has more than one place for its answer; all of them are shown"
            )
        if number:
            self._begun.add(number)
            self.found.present.add(number)
        self._inside, self._after = number, ""

    def _text(
        self,
        place: int,
        kind: str,
        text: str,
        moved: str,
        cell: dict[str, Any],
        *,
        compared: bool,
    ) -> None:
        template = None if compared else self._by_id.get(str(cell.get("id", "")))
        edited = template and not self._inside and not moved and template["kind"] == kind
        if template and edited and not _MARK.search(template["text"]):
            text, self._after = self._added(text, template["text"], place), ""
            if template["id"] in self._questions:
                self._region = ""
        if self._inside:
            self._add(self._inside, kind, text, place, "")
        elif moved:
            where = "outside its marks" if self._begun & {moved} else "without its marks"
            self._add(moved, kind, text, place, where)
        elif self._after:
            self._add(self._after, kind, text, place, "after the END mark")
        elif self._region in self.found.pieces:
            where = "outside the marks" if self._region in self._begun else "without marks"
            self._add(self._region, kind, text, place, where)
        elif text.strip():
            where = f"in {self._region}, which has no written answer" if self._region else ""
            self.found.other.append(TextPiece(kind, text.strip("\n"), place, where))

    def _code(self, place: int, cell: dict[str, Any], text: str) -> None:
        if (("code", text.strip()) in self._template and text.strip()) or (
            self._function.search(text) and not self._inside
        ):
            figure = str(cell.get("id", "")).endswith("-figure")
            self._after = self._after if self._inside or figure else ""
            return
        for index, piece in enumerate(_CODE_MARK.split(text)):
            if index % 2:
                if "BEGIN" in piece.upper():
                    self._begin(re.sub(r"(?m)^[\s#]*", "", text.split(piece, 1)[1]), cell)
                else:
                    self._after, self._inside = self._inside or self._after, ""
            elif piece.strip():
                self._code_text(place, cell, piece)

    def _code_text(self, place: int, cell: dict[str, Any], text: str) -> None:
        moved = self._answers.get(str(cell.get("id", "")), "")
        near = moved or self._region
        pictured = "image/" in str([o.get("data", o) for o in _outputs(cell)])[:2_000_000]
        if self._inside:
            self._add(self._inside, "code", text, place, "")
        elif self._after:
            self._add(self._after, "code", text, place, "after the END mark")
        elif near in self.found.pieces and (
            moved or _is_prose(text) or (pictured and self._parts[near]["figure"])
        ):
            self._add(near, "code", text, place, "outside the marks")
        elif _is_prose(text):
            self.found.other.append(TextPiece("code", text, place, ""))
        elif pictured:
            self.found.notes.append(
                f"cell {place} shows a figure outside of every answer, and was left out"
            )

    def _add(self, number: str, kind: str, text: str, place: int, where: str) -> None:
        """Keep a piece of an answer, without what the hand-out wrote."""
        if number not in self.found.pieces:
            return
        title = self._parts[number]["title"]
        heading = f"**{number} {title}: written answer**"
        kept = []
        for line in text.split("\n"):
            if _plain(line) == self._placeholder:
                self.found.untouched.add(number)
            elif line.strip() != heading:
                kept.append(line)
        left = "\n".join(kept).strip("\n")
        if not left.strip() or re.fullmatch(
            rf"\*\*{re.escape(number)}\b[^\n]*written answer\*\*", left.strip()
        ):
            return
        if where:
            self._add_note(f"{number}: text was found {where} (cell {place})")
        self.found.pieces[number].append(TextPiece(kind, left, place, where))

    def _added(self, text: str, template: str, place: int) -> str:
        """The lines that a student added to a text of the hand-out.

        Where lines of the hand-out are gone or others stand in their place, the cell is another
        edition's or was rewritten: it is named, and what differs is kept apart from the answers.
        """
        if text.strip() in template:
            return ""
        mine, theirs = text.split("\n"), template.split("\n")
        if len(mine) > _LINES or not template:
            return text
        match = difflib.SequenceMatcher(None, theirs, mine, autojunk=False)
        steps = [step for step in match.get_opcodes() if step[0] != "equal"]
        if any(tag != "insert" for tag, *_ in steps):
            self._changed.append(place)
            lines = [line for _, _, _, j1, j2 in steps for line in mine[j1:j2]]
            if any(map(str.strip, lines)):
                self.found.changed.append(TextPiece("markdown", "\n".join(lines), place, ""))
            return ""
        return "\n".join(line for _, _, _, j1, j2 in steps for line in mine[j1:j2])

    def _add_note(self, note: str) -> None:
        if note not in self._note:
            self._note.add(note)
            self.found.notes.append(note)


def _plain(line: str) -> str:
    return line.strip().lstrip("# ").strip() if line.strip().startswith("#") else line.strip()


def _outputs(cell: dict[str, Any]) -> list[dict[str, Any]]:
    outputs = cell.get("outputs")
    return [o for o in outputs if type(o) is dict] if type(outputs) is list else []


def _is_prose(text: str) -> bool:
    """Whether a code cell holds nothing but comments and strings."""
    if all(not line.strip() or line.lstrip().startswith("#") for line in text.split("\n")):
        return True
    try:
        body = ast.parse(text[:100_000]).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant) for n in body)
