"""The student's side of the wire: runs cells and modules, answers calls, holds no secret.

Everything here shares a process with hostile code and may be rewritten by it. It imports the
codec and nothing else of the program, knows no expected value, and decides nothing: what it sends
is only a claim, which the grader reads as data.

A request is a dict with ``op``; what comes of it is a status and data:

    op        request                             status, data
    drivers   {topic: source}                     done, None | raised, {type, text, frames}
    cell      label, source                       done | raised
    module    name, source                        done | raised
    notebook  file, or its content as data        value, sources | raised
    uses      units, functions, forbidden         value, what was found | raised
    call      name or driver, [skip]; arguments   value | raised | refused, reason | missing, name
"""

from __future__ import annotations

import linecache
import os
import socket
import sys
import traceback
import types
from collections.abc import Mapping
from typing import Any

from autograder import wire
from autograder.untrusted import forbidden, notebook, stand_in

_TEXT = 4_000
_FRAMES = 12
_CHUNK = 1 << 18

Answer = tuple[str, Any]
_DONE: Answer = ("done", None)


def main(handle: int, hello: dict[str, Any]) -> None:
    """Say hello, then answer requests on the socket until it closes.

    Args:
        handle: the descriptor of a connected stream socket.
        hello: sent first, before any of the student's code exists.
    """
    stand_in.install()
    student = Student()
    frames, room = wire.Frames(), memoryview(bytearray(_CHUNK))
    with socket.socket(fileno=handle) as line:
        line.sendall(wire.frame(wire.encode(hello)))
        while True:
            body = frames.take()
            if body is None:
                count = line.recv_into(room)
                if not count:
                    return
                frames.feed(room[:count])
                continue
            line.sendall(wire.frame(answer(student, body)))


def answer(student: Student, body: bytes | bytearray) -> bytes:
    """Carry out one request and encode what came of it."""
    nonce, request, data = wire.read_question(body)
    try:
        status, value = student.carry_out(request, data)
    except BaseException as error:  # SystemExit and KeyboardInterrupt are answers too
        status, value = raised(error)
    _flush()
    try:
        return wire.answer(nonce, status, wire.encode(value))
    except wire.Refused as refusal:
        return wire.answer(nonce, "refused", wire.encode(str(refusal)))


class Student:
    """The namespaces that a submission makes, and the drivers beside them."""

    def __init__(self) -> None:
        self._shell: Any = None
        self._modules: dict[str, types.ModuleType] = {}
        self._calls = 0

    def carry_out(self, request: Mapping[str, Any], data: memoryview) -> Answer:
        """Dispatch one request; whatever the student's code raises comes out of here."""
        match request["op"]:
            case "drivers":
                return self._define_drivers(request["drivers"])
            case "cell":
                return self._run_cell(request["label"], request["source"])
            case "module":
                return self._run_module(request["name"], request["source"])
            case "notebook":
                if "file" in request:
                    return "value", notebook.read_cells(request["file"])
                return "value", notebook.code_cells(bytes(data))
            case "uses":
                found = forbidden.uses(*(request[k] for k in ("units", "functions", "forbidden")))
                return "value", found
            case _:
                return self._call(request, wire.decode(data, names=True))

    def _define_drivers(self, sources: Mapping[str, str]) -> Answer:
        package = types.ModuleType("drivers")
        package.__path__ = []
        sys.modules["drivers"] = package
        for topic, source in sources.items():
            module = _execute(types.ModuleType(f"drivers.{topic}"), f"drivers/{topic}.py", source)
            setattr(package, topic, module)
        return _DONE

    def _run_cell(self, label: str, source: str) -> Answer:
        if self._shell is None:
            from autograder.untrusted.shell import make_shell

            self._shell = make_shell()
        seed(0)
        self._shell.compile.label = label
        result = self._shell.run_cell(source, store_history=False)
        error = result.error_before_exec or result.error_in_exec
        return _DONE if error is None else raised(error)

    def _run_module(self, name: str, source: str) -> Answer:
        seed(0)
        module = self._modules[name] = types.ModuleType(name)
        _execute(module, f"{name}.py", source)
        return _DONE

    def _call(self, request: Mapping[str, Any], arguments: Any) -> Answer:
        self._calls += 1
        skip = request.get("skip", {})
        driver = request["driver"]
        names = [name.name for name in _names(arguments)]
        wanted = [request["name"], *names] if driver is None else names
        for name in wanted:
            if self._find(name, skip) is None:
                return "missing", name
        if driver is None:
            function = self._find(request["name"], skip)
        else:
            function = getattr(sys.modules[f"drivers.{driver[0]}"], driver[1])
        positional, keywords = arguments
        if names:
            positional, keywords = self._resolve((positional, keywords), skip)
        seed(self._calls)
        return "value", function(*positional, **keywords)

    def _find(self, name: str, skip: Mapping[str, list[str]]) -> Any:
        spaces = {"": self._shell.user_ns} if self._shell is not None else {}
        spaces |= {key: vars(module) for key, module in self._modules.items()}
        for space, names in spaces.items():
            if name in names and name not in skip.get(space, ()):
                return names[name]
        for names in spaces.values():
            if name in names:
                return names[name]
        return None

    def _resolve(self, value: Any, skip: Mapping[str, list[str]]) -> Any:
        if type(value) is wire.Name:
            return self._find(value.name, skip)
        if type(value) in (list, tuple):
            return type(value)(self._resolve(item, skip) for item in value)
        if type(value) is dict:
            return {key: self._resolve(item, skip) for key, item in value.items()}
        return value


def seed(number: int) -> None:
    """Seed every global generator, so that the same submission gives the same values."""
    for name in ("random", "numpy.random"):
        if module := sys.modules.get(name):
            module.seed(number)
    if torch := sys.modules.get("torch"):
        # Without a device, torch.manual_seed puts its traceback aside for each device that may come.
        if torch.cuda.is_initialized() or torch.backends.mps.is_available():
            torch.manual_seed(number)
        else:
            torch.default_generator.manual_seed(number)


def raised(error: BaseException) -> Answer:
    """What an exception says: its type, its text, and the frames of the student's own code."""
    kind = type.__dict__["__name__"].__get__(type(error))  # a metaclass may have a name of its own
    frames = []
    try:
        for entry in traceback.extract_tb(error.__traceback__)[-200:]:
            name = entry.filename.removeprefix(os.getcwd() + os.sep)
            if not name.startswith(("/", "<")):
                frames.append([name, entry.lineno or 0, entry.name, entry.line or ""])
        if isinstance(error, SyntaxError) and error.filename:  # a NUL is found before any line is
            frames.append([str(error.filename), error.lineno or 0, "", error.text or ""])
    except BaseException:  # hostile exceptions raise while they are read
        frames = []
    return "raised", {
        "type": _plain(kind)[:80],
        "text": _text(error),
        "frames": [[_plain(item) for item in frame] for frame in frames[-_FRAMES:]],
    }


def _text(error: BaseException) -> str:
    try:
        return _cut(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException:  # a __str__ of the student's
        return "(the exception has no text that can be read)"


def _plain(item: Any) -> Any:
    return item if type(item) is int else _cut(item)


def _cut(item: object) -> str:
    text: str = str.__str__(str(item))
    return text[:_TEXT]


def _names(value: Any) -> list[wire.Name]:
    if type(value) is wire.Name:
        return [value]
    if type(value) in (list, tuple):
        return [name for item in value for name in _names(item)]
    if type(value) is dict:
        return [name for item in value.values() for name in _names(item)]
    return []


def _execute(module: types.ModuleType, filename: str, source: str) -> types.ModuleType:
    sys.modules[module.__name__] = module
    module.__file__ = filename
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), vars(module))  # noqa: S102 - this is the place for it
    return module


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # noqa: S112 - the student may have replaced it
            continue


def readable_paths() -> list[str]:
    """Those of the import path's folders that are Python's own, and so readable in a cage."""
    inside = tuple(os.path.realpath(path) + os.sep for path in (sys.prefix, sys.base_prefix))
    return [path for path in sys.path if os.path.realpath(path).startswith(inside)]


def clean_paths() -> None:
    """Leave Python's own folders on the import path; the student's comes after them: torch is torch."""
    sys.path[:] = readable_paths()
