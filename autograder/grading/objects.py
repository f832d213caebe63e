"""What a case did with objects, so that it can be done again when the worker that held them has died."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from autograder.model import Call
from autograder.sandbox import Answer, Died, Held, Raised, Refused, Session, Value

MAX_ARGUMENT_BYTES: Final = 64 << 20
"""Bytes of arguments that are kept to be sent again; the objects of a case that sends more are not."""

MOST: Final = 10_000
"""So many calls are made again at most."""

Ask = Callable[[Call, int], Answer]


class History:
    """The calls that made and changed the objects of one case, in order.

    Attributes:
        seed: of the next call: what is drawn in it depends on its place in the case alone.
    """

    def __init__(self) -> None:
        """Begin with no objects."""
        self._begin(None)

    def _begin(self, session: Session | None) -> None:
        self._calls: list[tuple[Call, int, str]] = []
        self._session = session
        self._room = MAX_ARGUMENT_BYTES
        self._whole = True
        self.seed = 1

    def restore(self, call: Call, session: Session, ask: Ask) -> list[Call] | None:
        """Bring a worker to where the objects are that a call needs.

        Args:
            call: what is asked next.
            session: the worker.
            ask: puts a call to it, with its seed.

        Returns:
            The calls that were answered otherwise than before; ``None`` where the objects are lost.
        """
        if call.made == 0:
            self._begin(session)
        if self._session is session:
            return []
        if not self._whole:
            return None
        different = []
        for earlier, seed, mark in self._calls:
            answer = ask(earlier, seed)
            if isinstance(answer, Died):
                self._whole = False
                return None
            if _mark(answer) != mark:
                different.append(earlier)
        self._session = session
        return different

    def note(self, call: Call, answer: Answer) -> None:
        """Remember a call; one that ended its worker is not made again."""
        if isinstance(answer, Died):
            return
        self._room -= len(call.arguments)
        self._whole = self._whole and self._room >= 0 and self.seed <= MOST
        if self._whole:
            self._calls.append((call, self.seed, _mark(answer)))
        else:
            self._calls.clear()
        self.seed += 1


def _mark(answer: Answer) -> str:
    """What tells one answer from another."""
    match answer:
        case Value():
            return hashlib.sha256(answer.body).hexdigest()
        case Raised(kind, text):
            return f"raised {kind}: {text}"
        case Refused(reason) | Held(reason):
            return f"no data: {reason}"
    return type(answer).__name__
