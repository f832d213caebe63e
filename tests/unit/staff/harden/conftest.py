"""A question of two functions whose reference names what it refuses."""

import textwrap

import pytest

from tests.support import registered

FILES = {
    "assignments/questions/scales/prompt.md": """\
        # Scales

        ## Scaling
        <!-- part: scaling -->
        Divide every column by its scale.

        ## The answer
        <!-- part: answer -->
        Which is greater?
        """,
    "assignments/questions/scales/stub.py": '''\
        """Columns and their scales."""


        def log_ratio(x, scale, side="above"):
            """Return the sum of log(x / scale) over each row's columns.

            Args:
                x: positive numbers, a tensor (N, D).
                scale: one for each column, a tensor (D,).
                side: "above" or "below", where the scale stands.

            Returns:
                A tensor (N,), differentiable in x.
            """
            raise NotImplementedError


        def greater():
            """Return "mean" or "median"."""
            raise NotImplementedError
        ''',
    "assignments/questions/scales/public_cases.py": '''\
        """Public cases of the scales."""

        import torch
        from otter.test_files import test_case

        from autograder.testing import assert_close, assert_one_of

        OK_FORMAT = False

        name = "scales"


        @test_case(name="scaling: two rows", points=0.01, hidden=False)
        def two_rows(log_ratio):
            x = torch.tensor([[1.0, 2.0], [2.0, 4.0]], dtype=torch.float64)
            scale = torch.tensor([1.0, 2.0], dtype=torch.float64)
            assert_close(log_ratio(x, scale, "below"), [0.0, 1.3862943611198906])


        @test_case(name="answer: form", points=0, hidden=False)
        def form(greater):
            assert_one_of(greater(), ("mean", "median"))
        ''',
    "reference/__init__.py": '"""The reference."""\n',
    "reference/scales.py": '''\
        """Columns and their scales."""


        def log_ratio(x, scale, side="above"):
            if x.ndim != 2 or not (x > 0).all():
                raise ValueError("x must hold positive numbers, (N, D)")
            if scale.shape != x.shape[1:] or not (scale > 0).all():
                raise ValueError("scale must be positive, (D,)")
            logs = x.double().log() - scale.double().log()
            if side == "above":
                logs = -logs
            return logs.sum(1).to(x.dtype)


        def greater():
            return "mean"
        ''',
}


def write(root, files):
    """Write a project's files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")


@pytest.fixture(scope="session")
def files():
    """The question's files, by name."""
    return dict(FILES)


@pytest.fixture
def project(tmp_path):
    """A project that holds the question and no hidden case."""
    write(tmp_path, FILES)
    with registered.forgotten():
        yield tmp_path


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The same project, for tests that change nothing of it."""
    root = tmp_path_factory.mktemp("scales")
    write(root, FILES)
    with registered.forgotten():
        yield root
