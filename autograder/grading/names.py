"""The student's names as the tests see them: what stands for a function, a class, an object of one.

A case calls a `Proxy` as it would call the function. A class makes a `StudentObject`, which lives where
the student's code does: its methods are called there, its attributes are read and set there, and only data
comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np

from autograder import wire
from autograder.grading.calls import Caller, new_call
from autograder.model import GraderError, Kind, Kinds

_OBJECTS = 1_000
_NO_KINDS: Kinds = {}


class Proxy:
    """A function of the student's namespace; calling it calls the function in the cage."""

    def __init__(self, caller: Caller, name: str) -> None:
        self._caller = caller
        self._name = name

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the student's function in the cage and return its value as data."""
        return self._caller.answer(new_call(self._name, None, arguments, keywords)).value

    def __autograder_via__(self, driver: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        """Run a driver in the cage, together with the functions among its arguments."""
        return _driven(self._caller, self._name, driver, arguments)

    def __autograder_reference__(self) -> wire.Name:
        """How it is sent as an argument."""
        return wire.Name(self._name)


class StudentObject:
    """A class of the student's, an object of one, or an attribute of either that is not data."""

    __slots__ = ("__caller", "__name", "__number", "__numbers", "__path")

    def __init__(
        self,
        caller: Caller,
        name: str,
        numbers: Iterator[int],
        number: int | None = None,
        path: tuple[str, ...] = (),
    ) -> None:
        """Stand for a class, or for what is found from there.

        Args:
            caller: who answers.
            name: the class's.
            numbers: what the objects of a case are numbered by.
            number: the object's; ``None`` for the class itself.
            path: the attributes that lead to what it stands for.
        """
        for key, value in (
            ("caller", caller),
            ("name", name),
            ("numbers", numbers),
            ("number", number),
            ("path", path),
        ):
            object.__setattr__(self, f"_StudentObject__{key}", value)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Make an object of the class, or call a method, or the object itself."""
        if self.__number is None and not self.__path:
            made = next(self.__numbers)
            if made >= _OBJECTS:
                raise GraderError(f"a case made more than {_OBJECTS} objects")
            self.__caller.answer(new_call(self.__name, None, arguments, keywords, made=made))
            return StudentObject(self.__caller, self.__name, self.__numbers, made)
        return self.__ask("call", self.__path, arguments, keywords)

    def __getattr__(self, attribute: str) -> Any:
        """The attribute as data; anything else stays with the student's code."""
        if attribute.startswith("__") and attribute.endswith("__"):  # Python's own questions
            raise AttributeError(attribute)
        return self.__ask("get", (*self.__path, attribute), (), {})

    def __setattr__(self, attribute: str, value: Any) -> None:
        """Set an attribute of the object."""
        if self.__number is None:
            raise GraderError(f"a case sets {attribute!r} of a class; set it on an object instead")
        self.__ask("set", (*self.__path, attribute), (value,), {})

    def __ask(
        self, op: str, path: tuple[str, ...], arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Any:
        call = new_call(
            self.__name, None, arguments, keywords, op=op, path=path, target=self.__number
        )
        heard = self.__caller.answer(call)
        if heard.itself:
            return StudentObject(self.__caller, self.__name, self.__numbers, self.__number)
        if not heard.held:
            return heard.value
        # A message about the type of a value names the student's, not this one.
        kind = type(heard.held, (StudentObject,), {"__slots__": ()})
        return kind(self.__caller, self.__name, self.__numbers, self.__number, path)

    def __autograder_via__(self, driver: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        """Run a driver in the cage, together with the classes and objects among its arguments."""
        return _driven(self.__caller, self.__name, driver, arguments)

    def __autograder_reference__(self) -> wire.Name | wire.Object:
        """How it is sent as an argument."""
        if self.__path:
            path = ".".join([self.__name, *self.__path])
            raise GraderError(f"a case passes {path} on, which is not data; pass the object itself")
        if self.__number is None:
            return wire.Name(self.__name)
        return wire.Object(self.__number, self.__name)


def _driven(caller: Caller, name: str, driver: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    module = driver.__module__.removeprefix("drivers.")
    return caller.answer(new_call(name, (module, driver.__name__), tuple(arguments), {})).value


class Namespace(dict[str, Any]):
    """What a case takes its parameters from.

    Every name stands for something of the student's, ``rng`` is the case's own, if any.
    """

    def __init__(
        self, caller: Caller, rng: np.random.Generator | None, kinds: Kinds = _NO_KINDS
    ) -> None:
        super().__init__({} if rng is None else {"rng": rng})
        self._caller = caller
        self._kinds = kinds
        self._numbers = count()

    def get(self, key: str, default: Any = None) -> Any:
        """The generator; a value of the student's, as data; or what stands for a name, defined or not.

        Raises:
            StudentError: there is no such value.
        """
        if key in self:
            return self[key]
        match self._kinds.get(key, Kind.FUNCTION):
            case Kind.VALUE:
                return self._caller.answer(new_call(key, None, (), {}, op="value")).value
            case Kind.CLASS:
                return StudentObject(self._caller, key, self._numbers)
            case _:
                return Proxy(self._caller, key)
