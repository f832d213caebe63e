"""A project of two small functions with a canary in everything secret, for attacks to look for."""

from __future__ import annotations

import json
import secrets
import textwrap
from dataclasses import dataclass
from pathlib import Path

CANARY = "canary-"
_PARTS = {"classes": ("counter",), "tables": ("table", "figure")}
_LIMITS = {
    "cell_seconds": "3",
    "call_seconds": "2",
    "total_seconds": "200",  # of a loaded machine, where a zygote alone takes half a minute
    "memory_mb": "300",
    "disk_mb": "16",
}


@dataclass(frozen=True)
class Toy:
    """A project on disk.

    Attributes:
        root: its folder.
        canary: what no submission may learn; in the reference and in the hidden cases.
        results: where results are written.
    """

    root: Path
    canary: str
    results: Path

    def targets(self) -> str:
        """What an attack is told: the exact paths of everything that it wants."""
        return json.dumps(
            {
                "root": str(self.root),
                "reference": str(self.root / "reference" / "toy.py"),
                "hidden": str(self.root / "assignments/questions/toy/hidden_cases.py"),
                "results": str(self.results),
                "prefix": CANARY,
            }
        )


def make(
    root: Path, *, limits: str = "", permits: str = "", question: str = "", canary: str = ""
) -> Toy:
    """Write the project below a folder.

    Args:
        root: where to.
        limits: those that differ from the small ones of all, such as ``"total_seconds = 5"``, with
            ``;`` between them.
        permits: the same for what widens the cage.
        question: another line of its question, such as ``forbidden = [".sum"]``; ``"classes"`` for a part
            that asks for a class, ``"tables"`` for two that ask for a table and for a figure.
        canary: the secret; with the same one, hidden inputs are the same too.
    """
    canary = canary or CANARY + secrets.token_hex(16)
    bank = root / "assignments" / "questions" / "toy"
    more = _PARTS.get(question, ())
    question = "" if more else question
    counter = "\n            ".join(
        f'[[question.part]]\n            part = "{part}"\n            points = 2' for part in more
    )
    files = {
        root / "assignments" / "toy.toml": f"""
            title = "Toy"
            [limits]
            {_table(_LIMITS | _settings(limits))}
            [permits]
            {_table(_settings(permits))}
            [[question]]
            topic = "toy"
            {question}
            [[question.part]]
            part = "double"
            points = 2
            [[question.part]]
            part = "total"
            points = 2
            {counter}
            """,
        root / "reference" / "__init__.py": '"""Solutions."""\n',
        root / "reference" / "toy.py": f'''
            """The solutions."""
            SECRET = "{canary}"
            def double(x):
                return 2 * x
            def total(x):
                return x.sum()
            class Counter:
                def __init__(self, start):
                    self.total = start
                def add(self, x):
                    self.total = self.total + x
                    return self.total
            def table(x):
                import pandas
                return pandas.DataFrame({{"x": x.tolist(), "sign": ["+" if one > 0 else "-" for one in x]}})
            def figure(x):
                from matplotlib.figure import Figure
                drawn = Figure()
                drawn.subplots().plot(x.tolist(), label="x")
                return drawn
            ''',
        bank / "prompt.md": """
            # Toy
            Two functions.
            ## Double
            <!-- part: double -->
            Twice x.
            ## Total
            <!-- part: total -->
            The sum of x.
            ## Counter
            <!-- part: counter -->
            A Counter adds up.
            ## Table
            <!-- part: table -->
            The columns x and sign.
            ## Figure
            <!-- part: figure -->
            A line labelled x.
            """,
        bank / "stub.py": '''
            """Toy."""
            def double(x):
                """Return 2x."""
                raise NotImplementedError
            def total(x):
                """Return the sum of x."""
                raise NotImplementedError
            class Counter:
                """Adds up; `total` is the sum so far."""
                def __init__(self, start):
                    """Begin at a sum."""
                    raise NotImplementedError
                def add(self, x):
                    """Add x; the sum after it."""
                    raise NotImplementedError
            def table(x):
                """Return the numbers and their signs."""
                raise NotImplementedError
            def figure(x):
                """Return a figure of the numbers."""
                raise NotImplementedError
            ''',
        bank / "drivers.py": '''
            """Drivers."""
            def twice(function, x):
                """Apply a function twice."""
                return function(function(x))
            def added(counter, x):
                """Add x and return the sum."""
                counter.add(x)
                return counter.total
            ''',
        bank / "public_cases.py": '''
            """Public."""
            import torch
            from otter.test_files import test_case
            from autograder.testing import assert_close, assert_frame_close, figure_data
            OK_FORMAT = False
            name = "toy"
            @test_case(name="double: of 3", points=1)
            def public_double(double):
                assert_close(double(torch.tensor([3.0])), torch.tensor([6.0]))
            @test_case(name="total: of 1 and 2", points=1)
            def public_total(total):
                assert_close(total(torch.tensor([1.0, 2.0])), torch.tensor(3.0))
            @test_case(name="counter: 1 and 2", points=1)
            def public_counter(Counter):
                counter = Counter(torch.tensor([1.0]))
                assert_close(counter.add(torch.tensor([2.0])), torch.tensor([3.0]))
                assert_close(counter.total, torch.tensor([3.0]))
            @test_case(name="table: of 1 and -2", points=1)
            def public_table(table):
                import pandas
                right = pandas.DataFrame({"x": [1.0, -2.0], "sign": ["+", "-"]})
                assert_frame_close(table(torch.tensor([1.0, -2.0])), right)
            @test_case(name="figure: of 1 and -2", points=1)
            def public_figure(figure):
                drawn = figure_data(figure(torch.tensor([1.0, -2.0])), axes=1).axes[0]
                assert_close(drawn.line("x").y, [1.0, -2.0])
            ''',
        bank / "hidden_cases.py": f'''
            """Hidden."""
            from drivers.toy import added, twice
            from otter.test_files import test_case
            from reference import toy as reference
            from autograder.testing import assert_close, assert_frame_close, figure_data, normal, via
            OK_FORMAT = False
            name = "toy"
            SECRET = "{canary}"
            @test_case(name="double: a matrix", points=1, hidden=True)
            def hidden_double(double, rng):
                x = normal(rng, 3, 4)
                assert_close(double(x), reference.double(x))
            @test_case(name="double: twice", points=1, hidden=True)
            def hidden_twice(double, rng):
                x = normal(rng, 3, 4)
                assert_close(via(twice, double, x), twice(reference.double, x))
            @test_case(name="total: a matrix", points=1, hidden=True)
            def hidden_total(total, rng):
                x = normal(rng, 3, 4)
                assert_close(total(x), reference.total(x))
            @test_case(name="counter: two of them", points=1, hidden=True)
            def hidden_counters(Counter, rng):
                x = normal(rng, 3, 4)
                one, other = Counter(x), Counter(2 * x)
                assert_close(one.add(x), 2 * x)
                assert_close(other.total, 2 * x)
                other.total = 5 * x
                assert_close(other.add(x), 6 * x)
                assert_close(via(added, one, x), 3 * x)
            @test_case(name="table: of five", points=1, hidden=True)
            def hidden_table(table, rng):
                x = normal(rng, 5)
                assert_frame_close(table(x), reference.table(x))
            @test_case(name="figure: of five", points=1, hidden=True)
            def hidden_figure(figure, rng):
                x = normal(rng, 5)
                assert_close(figure_data(figure(x), axes=1).axes[0].line("x").y, x.tolist())
            ''',
        bank / "misconceptions.py": '"""None."""\n',
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    results = root / "results"
    results.mkdir()
    return Toy(root, canary, results)


def _settings(text: str) -> dict[str, str]:
    pairs = [setting.split("=") for setting in text.split(";") if setting.strip()]
    return {key.strip(): value.strip() for key, value in pairs}


def _table(settings: dict[str, str]) -> str:
    return "\n            ".join(f"{key} = {value}" for key, value in settings.items())
