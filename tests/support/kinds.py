"""A project whose question asks for a class, a value, and a function that is given an object."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

RIGHT = """
import torch

answer = "variance"


class Smoother:
    lowest = 0.0

    def __init__(self, rate, start=0.0):
        self.rate = rate
        self.state = start

    def update(self, x):
        self.state = self.state + self.rate * (x - self.state)
        return self.state

    def __call__(self, xs):
        return torch.stack([torch.as_tensor(self.update(x)) for x in xs])


def last(smoother, xs):
    return smoother(xs)[-1]
"""
"""A right answer, in a style of its own."""

FILES: Mapping[str, str] = {
    "assignments/kinds.toml": """
        title = "Kinds"
        [limits]
        cell_seconds = 20
        call_seconds = 2
        total_seconds = 60
        [[question]]
        topic = "smoothing"
        [[question.part]]
        part = "smoother"
        points = 4
        feedback = "diff"
        [[question.part]]
        part = "word"
        points = 1
        [[question.part]]
        part = "use"
        points = 2
        """,
    "reference/__init__.py": '"""Solutions."""\n',
    "reference/smoothing.py": '''
        """Exponential smoothing."""

        import torch

        answer = "variance"


        class Smoother:
            """Exponential average of what it was given."""

            def __init__(self, rate, start=0.0):
                """Begin at a value."""
                self.rate = rate
                self.state = start

            def update(self, x):
                """Take one more value; the average after it."""
                self.state = (1 - self.rate) * self.state + self.rate * x
                return self.state

            def __call__(self, xs):
                """Take several values; the averages."""
                return torch.stack([torch.as_tensor(self.update(x)) for x in xs])


        def last(smoother, xs):
            """The average after several values."""
            return smoother(xs)[-1]
        ''',
    "assignments/questions/smoothing/prompt.md": """
        # Smoothing

        ## The class
        <!-- part: smoother -->
        `Smoother` keeps an exponential average in `state`.

        ## A word
        <!-- part: word -->
        What does smoothing reduce? Write it in `answer`.

        ## A use
        <!-- part: use -->
        `last` returns the last average.
        """,
    "assignments/questions/smoothing/stub.py": '''
        """Exponential smoothing."""

        import torch


        class Smoother:
            """Exponential average of what it was given."""

            def __init__(self, rate, start=0.0):
                """Begin at a value."""
                raise NotImplementedError

            def update(self, x):
                """Take one more value; the average after it."""
                raise NotImplementedError

            def __call__(self, xs):
                """Take several values, a tensor (N,); the averages, (N,)."""
                raise NotImplementedError


        # What smoothing reduces: "bias" or "variance".
        answer = ...


        def last(smoother, xs):
            """The average after several values, a tensor (N,)."""
            raise NotImplementedError
        ''',
    "assignments/questions/smoothing/drivers.py": '''
        """Helpers."""


        def after(smoother, xs):
            """The state after updates, one by one."""
            for x in xs:
                smoother.update(x)
            return smoother.state


        def of_class(cls, rate, xs):
            """The same, of a class."""
            return after(cls(rate), xs)
        ''',
    "assignments/questions/smoothing/public_cases.py": '''
        """Public cases."""

        import torch
        from autograder.testing import assert_close, assert_equal
        from otter.test_files import test_case

        OK_FORMAT = False

        name = "smoothing"


        @test_case(name="smoother: two updates", points=1, hidden=False)
        def test_updates(Smoother):
            smoother = Smoother(0.5)
            assert_close(smoother.update(2.0), 1.0)
            assert_close(smoother.update(2.0), 1.5)
            assert_close(smoother.state, 1.5)


        @test_case(name="word: form, one of two", points=0, hidden=False)
        def test_form(answer):
            assert answer in ("bias", "variance")


        @test_case(name="use: three values", points=1, hidden=False)
        def test_last(last, Smoother):
            assert_close(last(Smoother(0.5), torch.tensor([2.0, 2.0, 2.0])), 1.75)
        ''',
    "assignments/questions/smoothing/hidden_cases.py": '''
        """Hidden cases."""

        from autograder.testing import assert_close, assert_equal, normal, via
        from drivers.smoothing import after, of_class
        from otter.test_files import test_case
        from reference import smoothing as reference

        OK_FORMAT = False

        name = "smoothing"

        CONSTANT = {"word: answer": "the word is the answer"}

        STANDS = {"smoother: one value": "the smallest input there is"}


        @test_case(name="smoother: a start", points=1, hidden=True)
        def test_start(Smoother, rng):
            xs = normal(rng, 5)
            found, right = Smoother(0.3, start=2.0), reference.Smoother(0.3, start=2.0)
            assert_close(found(xs), right(xs))


        @test_case(name="smoother: another rate", points=1, hidden=True)
        def test_rate(Smoother, rng):
            xs = normal(rng, 5)
            found, right = Smoother(0.3), reference.Smoother(0.3)
            found(xs), right(xs)
            found.rate = right.rate = 0.9
            assert_close(found(xs), right(xs))
            assert_close(found.state, right.state)


        @test_case(name="smoother: one value", points=1, hidden=True)
        def test_one(Smoother, rng):
            xs = normal(rng, 1)
            assert_close(Smoother(0.3)(xs), reference.Smoother(0.3)(xs))


        @test_case(name="smoother: by a driver", points=1, hidden=True)
        def test_driver(Smoother, rng):
            xs = normal(rng, 4)
            assert_close(via(after, Smoother(0.2), xs), after(reference.Smoother(0.2), xs))
            assert_close(via(of_class, Smoother, 0.2, xs), after(reference.Smoother(0.2), xs))


        @test_case(name="word: the word", points=1, hidden=True)
        def test_word(answer):
            assert_equal(answer, reference.answer)


        @test_case(name="use: twice", points=1, hidden=True)
        def test_twice(last, Smoother, rng):
            xs = normal(rng, 3)
            smoother, right = Smoother(0.4), reference.Smoother(0.4)
            last(smoother, xs), reference.last(right, xs)
            assert_close(last(smoother, xs), reference.last(right, xs))
        ''',
    "assignments/questions/smoothing/misconceptions.py": '''
        """Wrong answers."""

        import torch
        from autograder.testing import misconception
        from reference import smoothing as reference


        @misconception(
            "The rate weighs the new value, not the old average.",
            caught_by=("smoother: another rate", "use: twice"),
        )
        def rate_of_the_old():
            class Smoother(reference.Smoother):
                def update(self, x):
                    self.state = self.rate * self.state + (1 - self.rate) * x
                    return self.state

            return {"Smoother": Smoother}


        @misconception("The average begins at `start`.", caught_by=("smoother: a start",))
        def start_is_ignored():
            class Smoother(reference.Smoother):
                def __init__(self, rate, start=0.0):
                    super().__init__(rate)

            return {"Smoother": Smoother}


        @misconception("Smoothing leaves a bias.", caught_by=("word: the word",))
        def bias():
            return {"answer": "bias"}


        @misconception("The last one is asked for.", caught_by=("use: twice",))
        def first():
            def last(smoother, xs):
                return smoother(xs)[0]

            return {"last": last}
        ''',
}


def make(root: Path) -> Path:
    """Write the project below a folder and return that."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return root
