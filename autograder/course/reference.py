"""The solutions of the project that was loaded last, by topic.

Nothing of the bank is imported here, so that a process from which zygotes are forked may import it (see
`sandbox.zygote`).
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any


def reference_module(topic: str) -> ModuleType:
    """The module with the solutions of a topic, of the project that was loaded last.

    Raises:
        ImportError: there is none, as in a student's copy.
    """
    return importlib.import_module(f"reference.{topic}")  # which topics there are, the project says


def reference_functions(topic: str) -> dict[str, Any]:
    """The solutions of a topic by name: functions, classes and values.

    Raises:
        ImportError: there is none, as in a student's copy.
    """
    return {
        name: item
        for name, item in vars(reference_module(topic)).items()
        if callable(item) or not (name.startswith("_") or isinstance(item, ModuleType))
    }
