"""The modules that loading a bank and running a submission leave behind: forgotten, or put back."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

_PACKAGES = ("drivers", "reference", "toy")


@contextmanager
def forgotten() -> Iterator[None]:
    """Nothing is registered at first, and afterwards what was before.

    Which tests ran earlier in this process is nothing that a test may depend on.
    """
    before = _registered()
    for name in before:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in _registered():
            del sys.modules[name]
        sys.modules.update(before)


def last_loaded() -> list[ModuleType]:
    """The packages of the drivers and the solutions of the assignment that was loaded last."""
    return [sys.modules[name] for name in ("drivers", "reference")]


def put_back(packages: Sequence[ModuleType]) -> None:
    """Make packages that `last_loaded` returned once those of the assignment that was loaded last."""
    for package in packages:
        name = package.__name__
        if sys.modules.get(name) is package:
            continue
        for other in _registered():
            if other.partition(".")[0] == name:
                del sys.modules[other]
        sys.modules[name] = package
        for module in vars(package).values():
            if isinstance(module, ModuleType) and module.__name__.startswith(f"{name}."):
                sys.modules[module.__name__] = module


def _registered() -> dict[str, ModuleType]:
    return {
        name: module for name, module in sys.modules.items() if name.partition(".")[0] in _PACKAGES
    }
