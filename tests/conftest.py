"""For all tests: one zygote for many gradings, and no search for garbage among what collecting made."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from autograder.model import Isolation
from autograder.sandbox import Sandbox, lockdown


def pytest_configure() -> None:
    """Imports and items stay: a search among them finds nothing, again and again."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is looked for among what the tests make."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The strictest sandbox that this machine can give, for every test that only grades with it.

    A zygote of its own costs seconds of imports; a test that kills one, or changes a sandbox, has one.
    """
    weak = lockdown.Machine().layers().missing()
    with Sandbox(Isolation.BEST_EFFORT if weak else Isolation.STRICT) as standing:
        yield standing


@pytest.fixture(scope="session")
def uncaged() -> Iterator[Sandbox]:
    """The workers of `autograder check` on Linux."""
    with Sandbox(Isolation.NONE) as standing:
        yield standing
