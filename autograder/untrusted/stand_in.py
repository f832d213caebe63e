"""Stand-ins for `otter`, `autograder`, `grader` and `pip`, which do nothing while a submission is graded.

The grader runs the same cases itself. Otter's notebook class, and ours that is made of it, would
look for test files that are not there and cost a second to import. Whatever else a submission takes
from these packages (``from otter.export import export_notebook``, ``otter.__version__``) answers too,
and does nothing.
"""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any, Final

_PACKAGES: Final = ("otter", "autograder", "pip")
_VERSION: Final = "0"


class Nothing:
    """What a stand-in answers: it can be called, asked, looped over and shown, and is nothing."""

    def __call__(self, *_arguments: Any, **_keywords: Any) -> Nothing:
        """Nothing comes of it; a decorator leaves what it decorates as it is."""
        match _arguments:
            case [types.FunctionType() | type() as decorated] if not _keywords:
                return decorated  # type: ignore[return-value] # in this one case
        return self

    def __getattr__(self, name: str) -> Nothing:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def __repr__(self) -> str:
        return ""

    def _ipython_display_(self) -> None:
        """Show nothing."""


class Notebook(Nothing):
    """Takes every call of Otter's notebook class and does nothing."""

    def __init__(self, *_arguments: Any, **_keywords: Any) -> None:
        pass


class _Module(types.ModuleType):
    """A module that has every name."""

    __version__ = _VERSION

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()


class _Modules(Loader, MetaPathFinder):
    """A finder, asked last, and a loader: what is below a package that is stood in for."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        """Every module below `otter` and `pip`, and those of `autograder` that are not there."""
        top, _, rest = name.partition(".")
        return ModuleSpec(name, self, is_package=True) if top in _PACKAGES and rest else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """A module that has every name."""
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing is run."""


def install() -> None:
    """Put the stand-ins in their places.

    `grader` is a built-in name here: it is there also where the cell that makes it did not run.
    """
    otter = _Module("otter", __doc__)
    otter.__dict__.update(Notebook=Notebook, __path__=[])
    sys.modules["otter"] = otter
    pip = sys.modules["pip"] = _Module("pip", __doc__)
    pip.__path__ = []
    own = sys.modules["autograder"]
    own.__dict__.update(dict.fromkeys(own.__all__, Nothing()), Notebook=Notebook)
    sys.meta_path.append(_Modules())
    vars(builtins)["grader"] = Notebook()
