"""The modules that loading a bank and running a submission leave behind, and how to forget them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_PACKAGES = ("drivers", "reference", "toy")


@contextmanager
def forgotten() -> Iterator[None]:
    """What is registered inside, also in the place of another bank's, is as before afterwards."""
    before = _registered()
    try:
        yield
    finally:
        for name in _registered():
            del sys.modules[name]
        sys.modules.update(before)


def _registered() -> dict[str, ModuleType]:
    return {
        name: module for name, module in sys.modules.items() if name.partition(".")[0] in _PACKAGES
    }
