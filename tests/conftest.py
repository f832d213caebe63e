"""For all tests: no search for garbage among what the collection of nine thousand tests has made."""

from __future__ import annotations

import gc


def pytest_configure() -> None:
    """Imports and items stay: a search among them finds nothing, again and again."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is looked for among what the tests make."""
    gc.freeze()
    gc.enable()
