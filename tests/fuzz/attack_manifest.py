"""Manifests that nobody would write, for the reader of `assignments/<name>.toml`."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from autograder.course.bank.manifest import read_manifest
from autograder.course.bank.tables import MAX_TOML
from autograder.model import AssignmentError
from tests.support.bounded import survive
from tests.support.mutate import mutated, shuffled_words

COUNT = 4_000
WHOLE = """\
title = "Small statistics"
[limits]
cell_seconds = 30
memory_mb = 400
[permits]
processes = true
packages = ["scipy.stats"]
files = ["data/a.csv"]
[feedback]
hidden = "hint"
visibility = "hidden"
[[question]]
topic = "columns"
[[question.part]]
part = "mean"
points = 4
written = 0.5
cases = ["two *"]
[[question.part]]
part = "spread"
points = 2.5
title = "Range"
number = "1.b"
bonus = true
feedback = "none"
visibility = "visible"
[[question]]
topic = "norms"
[[question.part]]
part = "norm"
points = 1
"""
LINES = [f"{line}\n" for line in WHOLE.splitlines()]
VALUES = [
    *(
        "nan",
        "inf",
        "-inf",
        "-1",
        "-0.0",
        "0",
        "1e400",
        "1e9",
        "1e10",
        "0x" + "f" * 5_000,
        "9" * 5_000,
    ),
    *(
        '""',
        '" "',
        '"\\u0000"',
        "'''a\nb'''",
        '"\\ud800"',
        '"x"',
        "true",
        "[]",
        "[[]]",
        "{}",
        "{a = 1}",
    ),
    *(
        "2020-01-01",
        "12:00:00",
        "[1, 2]",
        '["", 1]',
        "[nan]",
        "",
        "=",
        "[" * 900,
        '"' + "x" * 9_000 + '"',
    ),
]
KEYS = """
    titel tittle title limit limits.cell_seconds cell_secs point points pionts parts part question
    questions "" "\\u0000" a.b.c é visability network __class__ [limits] [[limits]] [question] [[question]]
    [[question.part]] [question.part] [a.b] [[a]] [permits]
""".split()  # noqa: SIM905 - a list of fifty quoted words is harder to read


def small() -> Iterator[str | bytes]:
    """A right manifest with lines lost, doubled and moved, and with other keys and values."""
    rng = np.random.default_rng(7)
    yield WHOLE
    for number in range(COUNT):
        match number % 4:
            case 0:
                yield mutated(rng, [WHOLE.encode()], faults=2)
            case 1:
                yield shuffled_words(rng, [LINES], LINES, faults=2)
            case 2:
                key, value = (words[rng.integers(len(words))] for words in (KEYS, VALUES))
                yield shuffled_words(rng, [LINES], [f"{key} = {value}\n", f"{key}\n"], faults=2)
            case _:
                lines = list(LINES)
                place = int(rng.integers(len(lines)))
                key = lines[place].partition("=")[0]
                lines[place] = f"{key} = {VALUES[rng.integers(len(VALUES))]}\n"
                yield "".join(lines)


def large() -> Iterator[str | bytes]:
    """As large as a manifest may be, of whatever costs most, and larger."""
    yield WHOLE + "#" * (MAX_TOML - len(WHOLE))
    yield WHOLE + "#" * (MAX_TOML - len(WHOLE) + 1)
    for unit in (
        *(
            "[",
            "{",
            "a = {",
            "[[question]]\n",
            "[[question.part]]\npart = 'a'\npoints = 1\n",
            "#",
            "\n",
        ),
        *(
            "a.",
            "x = [[],[]]\n",
            "[a]\n",
            "[[a]]\n",
            '"',
            "'''",
            "\\",
            "=",
            "\0",
            "é",
            "\U0001f600",
            " ",
        ),
    ):
        for begin in ("title = 'x'\n", "a = "):
            yield begin + unit * ((MAX_TOML - 20) // len(unit.encode()))
    yield "a." * (MAX_TOML // 2 - 9) + "a = 1"
    yield "".join(f"k{number} = 1\n" for number in range(5_000))
    yield "".join(f"[[question]]\ntopic = 't{number}'\n" for number in range(2_000))
    yield "".join(f"[a{number}]\n" for number in range(6_000))
    yield "x" * 10_000_000
    for size in (2, 200, 200_000):
        yield b"\xff\xfe" * size


def warm_up() -> None:
    """Import and allocate what any grader has."""
    with tempfile.TemporaryDirectory() as folder:
        read_in(Path(folder), WHOLE)


def read_in(folder: Path, content: str | bytes) -> None:
    """Write a manifest and read it; what is taken of it is sound in itself."""
    path = folder / "small.toml"
    path.write_bytes(
        content if isinstance(content, bytes) else content.encode(errors="surrogatepass")
    )
    try:
        manifest = read_manifest(path)
    except AssignmentError as reason:
        assert "small.toml" in str(reason), "an error that does not say where"
        assert len(str(reason)) < 1_000, "a reason that nobody can read"
        raise
    assert manifest.title and manifest.questions
    parts = [part for question in manifest.questions for part in question.parts]
    assert parts and len({part.number.casefold() for part in parts}) == len(parts)
    for part in parts:
        assert math.isfinite(part.points + part.written)
        assert part.points >= 0 <= part.written


def attack() -> Counter[str]:
    """All of it, from a folder of its own."""
    ended: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for kind in (small, large):
            counted = survive(lambda text: read_in(Path(folder), text), kind(), AssignmentError)
            ended.update({f"{kind.__name__} {key}": count for key, count in counted.items()})
    return ended
