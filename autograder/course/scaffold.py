"""A new question: its folder, its reference and its lines for a manifest, with blanks to fill in.

Every blank is the word FILL. What is around the blanks holds together already: once the function of the
reference is written and no FILL is left, `autograder validate` is content.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from autograder.course.solved import from_function
from autograder.model import UsageError

BLANK = "FILL"
"""What marks a blank."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")

_REFERENCE = '''
    """FILL: what this topic is about, in one line.

    Source: FILL: paper, year, link.
    """

    from __future__ import annotations

    from torch import Tensor


    def {name}(x: Tensor, scale: float) -> Tensor:
        """FILL: one sentence.

            FILL: the formula

        Args:
            x: FILL: what it is, ``(N, D)``.
            scale: FILL: what it is, positive.

        Returns:
            ``(N,)`` FILL: what it is, of x's dtype.

        Raises:
            ValueError: ``scale`` is not positive.

        Reference:
            FILL: paper and equation.
        """
        if scale <= 0:
            raise ValueError(f"scale must be positive, not {{scale}}")
        raise NotImplementedError  # FILL: the solution, stable wherever the answer is a number
'''
_PROMPT = """
    # FILL: Title

    FILL: what the student needs to know, and every convention that a point could hang on: sums or means,
    which axis is the batch, what happens at the edges.

    ## FILL: Heading of the part
    <!-- part: {name} -->

    Write `{name}(x, scale)`: FILL, with `x` of shape $(N, D)$ and the result of shape $(N,)$.
"""
_STUB = '''
    """FILL: what this topic is about, in one line."""

    import torch


    def {name}(x, scale):
        """FILL: what it returns.

        Args:
            x: FILL, a tensor (N, D).
            scale: FILL, a positive number.

        Returns:
            A tensor (N,).
        """
        raise NotImplementedError
'''
_PUBLIC = '''
    """FILL: small cases that can be checked by hand. They weigh little: anybody can copy the numbers."""

    import torch
    from otter.test_files import test_case

    from autograder.testing import assert_close

    OK_FORMAT = False

    name = "{name}"


    @test_case(name="{name}: three rows by hand", points=0.01)
    def by_hand({name}):
        """FILL: how these numbers are found without the formula's code."""
        x = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], dtype=torch.float64)
        expected = torch.tensor(["FILL", "FILL", "FILL"], dtype=torch.float64)
        assert_close({name}(x, 2.0), expected)
'''
_HIDDEN = '''
    """FILL: what the hidden cases look at."""

    import torch
    from otter.test_files import test_case
    from reference import {name} as reference

    from autograder.testing import assert_close, normal

    OK_FORMAT = False

    name = "{name}"


    @test_case(name="{name}: five rows of three", points=2, hidden=True)
    def values({name}, rng):
        """The batch is larger than 2, and no two sizes are equal."""
        x = normal(rng, 5, 3)
        assert_close({name}(x, 0.7), reference.{name}(x, 0.7))


    @test_case(name="{name}: sizes of 1", points=0.5, hidden=True)
    def small({name}, rng):
        for shape in ((1, 3), (4, 1)):
            x = normal(rng, *shape)
            assert_close({name}(x, 0.7), reference.{name}(x, 0.7))


    @test_case(name="{name}: float32", points=1, hidden=True)
    def single_precision({name}, rng):
        x = normal(rng, 4, 3, dtype=torch.float32)
        assert_close({name}(x, 1.3), reference.{name}(x, 1.3))
'''
_WRONG = '''
    """FILL: how students get it wrong."""

    from reference import {name} as right

    from autograder.testing import misconception

    CASES = ("{name}: five rows of three", "{name}: float32")


    @misconception("The result is one number a row: do not sum over the batch.", caught_by=CASES)
    def batch_summed():
        def {name}(x, scale):
            return right.{name}(x, scale).sum()

        return {{"{name}": {name}}}


    @misconception("FILL: one sentence that points at the mistake and gives no formula.", caught_by=CASES)
    def scale_forgotten():
        def {name}(x, scale):
            return right.{name}(x, 1.0)  # FILL: a mistake that students of this topic make

        return {{"{name}": {name}}}
'''
_MANIFEST = """
    [[question]]
    topic = "{name}"

    [[question.part]]
    part = "{name}"
    points = 5
"""


def new_question(name: str, root: Path, source: str = "") -> tuple[list[Path], str]:
    """Write the files of a new question.

    Args:
        name: the topic: lower-case letters, digits and underscores; also its first function's name,
            unless `source` names another.
        root: the course's folder.
        source: ``FILE.py`` or ``FILE.py:FUNCTION``, a solution that exists already: the file becomes the
            reference, and the stub takes the function's signature and docstring. Without ``:FUNCTION`` it
            is the file's function called `name`, or its only public one.

    Returns:
        The files, and the lines for a manifest.

    Raises:
        UsageError: the name is invalid or taken, or there is no such function; nothing is written then.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"invalid topic name {name!r}; use lower-case letters, digits and underscores, a letter first"
        )
    folder = root / "assignments" / "questions" / name
    texts = {
        root / "reference" / f"{name}.py": _REFERENCE,
        folder / "prompt.md": _PROMPT,
        folder / "stub.py": _STUB,
        folder / "public_cases.py": _PUBLIC,
        folder / "hidden_cases.py": _HIDDEN,
        folder / "misconceptions.py": _WRONG,
    }
    filled = {path: _filled(text, name) for path, text in texts.items()}
    if source:
        filled = dict(zip(texts, from_function(name, source), strict=True))
    for path in texts:
        if path.exists():
            raise UsageError(f"{path} exists already; choose another name")
    for path, text in filled.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(texts), _filled(_MANIFEST, name)


def _filled(text: str, name: str) -> str:
    return textwrap.dedent(text).lstrip("\n").format(name=name)
