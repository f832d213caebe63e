"""Notebooks that no Jupyter would write, for the reader in the parsing worker."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from autograder.untrusted.notebook import NotebookError, read
from tests.support.bounded import ROOT, survive
from tests.support.mutate import mutated, shuffled_words

COUNT = 3_000
MEGABYTE = 1 << 20
REAL = ROOT / "student_template" / "a3_2020" / "a3_2020.ipynb"
SMALL = [
    json.dumps(one, indent=indent, ensure_ascii=False).encode()
    for indent in (None, 1)
    for one in (
        {
            "cells": [
                {
                    "cell_type": "markdown",
                    "source": "# été",
                    "attachments": {"a.png": {"image/png": "A"}},
                },
                {
                    "cell_type": "code",
                    "source": ["x = 1\n", 'print("\\"outputs\\": [")'],
                    "outputs": [{"output_type": "stream", "text": ["[{", '"\\']}],
                    "execution_count": 3,
                },
            ],
            "metadata": {"kernelspec": {"language": "python"}, "widgets": {"state": {}}},
            "nbformat": 4,
        },
        {"worksheets": [{"cells": [{"cell_type": "code", "input": "a = 1"}]}], "nbformat": 3},
        {"cells": []},
    )
]
WORDS = [
    *(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "\\",
        '"cells"',
        '"outputs"',
        '"outputs":[',
        '"source"',
        "\0",
    ),
    *(
        '"cell_type":"code"',
        "null",
        "1e999",
        "NaN",
        "-Infinity",
        '"\\ud800"',
        "\ufeff",
        "9" * 5_000,
    ),
]


def small() -> Iterator[list[bytes]]:
    """Small notebooks with faults, in odd encodings too, and a real one."""
    rng = np.random.default_rng(6)
    words = [[*one.decode().replace(" ", "")] for one in SMALL]
    real = [REAL.read_bytes()]
    encodings = ("utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "utf-7")
    for number in range(COUNT):
        match number % 4:
            case 0:
                yield [mutated(rng, SMALL)]
            case 1:
                yield [shuffled_words(rng, words, WORDS).encode("utf-8", "surrogatepass")]
            case 2:
                yield (
                    [mutated(rng, real, faults=2)]
                    if number % 20 == 2
                    else [mutated(rng, SMALL, faults=1)]
                )
            case _:
                text = SMALL[number % len(SMALL)].decode()
                yield [text.encode(encodings[number // 4 % len(encodings)], "replace")]


def large() -> Iterator[Iterable[bytes]]:
    """As much as may be handed in, of whatever costs most."""
    begin = b'{"cells":[{"cell_type":"code","source":"a=1","outputs":['
    end = b"0]}]}"
    for unit in (
        b'{"data":{"image/png":"' + b"A" * MEGABYTE + b'"}},',
        b'{"text":"an epoch\\n \\"of\\" ten"},',
        b'"' + b"\\n" * MEGABYTE + b'",',
        b"[1.2345,2.3456],",  # as a plot has them
    ):
        yield [begin, *filled(unit, 100 if len(unit) > MEGABYTE else 30), end]
    for unit in (
        b"[",
        b"{",
        b"]",
        b'"',
        b'"\\',
        b"\\",
        b'"\\"',
        b'[{"a":',
        b"\n",
        b"1",
        b"\0",
        b"\xff",
    ):
        yield [begin, *filled(unit, 24 if unit == b"[" else 10)]
    begin = b'{"cells":['
    for unit in (
        *(
            b"[],",
            b'{"a":{}},',
            b"1e1,",
            b'"ab",',
            b'{"outputs":[]},',
            b'\\"outputs":[',
            b'"outputs"    ',
        ),
        *(
            b" ",
            b'{"cell_type":"code","source":"x"},',
            b'"\\u006futputs":[],',
            b'{"outputs":{}},',
            b"[" * 99,
        ),
    ):
        yield [begin, *filled(unit, 24), b"0]}"]
        yield [begin, *filled(unit, 3), b"0]}"]
        yield [begin, unit * 90_000, '"\U0001f600"]}'.encode()]
    yield [begin, b'{"a":{}},' * 99_000, b'"' + b"x" * (6 * MEGABYTE), '\U0001f600"]}'.encode()]
    yield [begin, b'"ab",' * 999_000, b'"' + b"x" * (3 * MEGABYTE), '\U0001f600"]}'.encode()]
    yield [begin, b"1" * (7 * MEGABYTE), b"]}"]


def filled(unit: bytes, megabytes: int) -> list[bytes]:
    """So many megabytes of one thing, held once."""
    times = max(1, MEGABYTE // len(unit))
    return [unit * times] * (megabytes * MEGABYTE // (times * len(unit)))


def warm_up() -> None:
    """Import and allocate what the worker has before it reads."""
    with tempfile.TemporaryDirectory() as folder:
        read_in(Path(folder), [SMALL[0]])


def read_in(folder: Path, pieces: Iterable[bytes]) -> None:
    """Lay a notebook out and read it, as the worker does."""
    path = folder / "notebook"
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    try:
        sources = read(str(path))
    except NotebookError as reason:
        assert len(str(reason)) < 400 and str(reason).isprintable(), "a reason that nobody can read"
        raise
    assert all(type(source) is str for source in sources)


def attack() -> Counter[str]:
    """All of it, from a folder of its own."""
    ended: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for kind in (small, large):
            counted = survive(lambda pieces: read_in(Path(folder), pieces), kind(), NotebookError)
            ended.update({f"{kind.__name__} {key}": count for key, count in counted.items()})
    return ended
