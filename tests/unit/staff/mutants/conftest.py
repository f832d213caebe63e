"""The mutants of a small reference."""

import textwrap

import pytest

from autograder.staff.mutants.mutant import mutants
from autograder.staff.mutants.program import read


@pytest.fixture
def program(tmp_path):
    """Read a reference of one topic, ``topic``, and of the private modules that are given by name."""

    def build(source, functions=("f",), **private):
        texts = {"topic": source, **{f"_{name}": text for name, text in private.items()}}
        for name, text in texts.items():
            path = tmp_path / f"{name}.py"
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return read(tmp_path, "topic", functions)

    return build


@pytest.fixture
def found(program):
    """The mutants of a reference, see `program`."""
    return lambda *arguments, **keywords: mutants(program(*arguments, **keywords))


@pytest.fixture
def changes(found):
    """What the mutants of a function of x, y and k change, as they spell it."""

    def of(expression, before=""):
        lines = ["import torch", "def f(x, y, k=None):", *before.splitlines(), expression]
        body = [line if place < 2 else f"    {line}" for place, line in enumerate(lines)]
        return {mutant.change for mutant in found("\n".join(body) + "\n")}

    return of
