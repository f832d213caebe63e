"""The student's side of the wire: runs cells and modules, answers calls, holds no secret.

Everything here shares a process with hostile code and may be rewritten by it. It imports the
codec and nothing else of the program, knows no expected value, and decides nothing: what it sends
is only a claim, which the grader reads as data.

A request is a dict with ``op``; what comes of it is a status and data:

    op        request                             status, data
    begin     folder, drivers by topic, …         done, None | raised, {type, text, frames, barred}
    cell      label, source                       done | value, the record of what happened
    module    name, file, source                  done | value, the record of what happened
    notebook  file, or its content as data        value, what matters of it | raised
    uses      units, functions, forbidden         value, what was found | raised
    written   notebook, handout, names, plain     value, the written answers | raised
    picture   number                              value, its bytes
    call      name or driver, [order]; arguments   value | raised | refused, reason | missing, name
    value     name, [order]                       the same
    get, set  name, path, target; arguments       the same | held, type | done

The random generators are seeded with a call's `seed`, which counts the calls of a submission, whichever
worker answers them. A call may be of an object or make one, and has then `path`, `target`, `made` and
`objects` too, see `objects`. An attribute that is not data stays here; its type is sent.
"""

from __future__ import annotations

import builtins
import contextlib
import json
import linecache
import os
import socket
import sys
import types
from collections.abc import Mapping
from typing import Any

from autograder import wire
from autograder.untrusted import forbidden, layout, notebook, reach, rehearsal, script, stand_in
from autograder.untrusted.errors import raised
from autograder.untrusted.objects import Itself, Objects, names_in
from autograder.untrusted.unit_report import UnitReport

_CHUNK = 1 << 18

Answer = tuple[str, Any]
_DONE: Answer = ("done", None)


def main(handle: int, hello: dict[str, Any], *, rehearses: bool = False) -> None:
    """Say hello, then answer requests on the socket until it closes.

    Args:
        handle: the descriptor of a connected stream socket.
        hello: sent first, before any of the student's code exists.
        rehearses: whether to refuse what a cage would, because there is none.
    """
    stand_in.install()
    student = Student(rehearses=rehearses)
    frames, room = wire.Frames(), memoryview(bytearray(_CHUNK))
    with reach.settled(os.getcwd()), socket.socket(fileno=handle) as line:
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
    """Carry out one request and encode its outcome."""
    nonce, request, data = wire.read_question(body)
    try:
        status, value = student.carry_out(request, data)
    except BaseException as error:  # SystemExit and KeyboardInterrupt are answers too
        status, value = "raised", raised(error, student.folders)
    _flush()
    try:
        return wire.answer(nonce, status, wire.encode(value, libraries=student.libraries))
    except wire.WireError as refusal:
        held = request["op"] == "get" and not wire.is_data(value, libraries=student.libraries)
        return wire.answer(nonce, "held" if held else "refused", wire.encode(str(refusal)))


class Student:
    """The namespaces that a submission makes, and the drivers.

    Attributes:
        folders: where its files lie, the innermost first.
        libraries: the packages that the assignment permits, whose tables and figures are data.
    """

    def __init__(self, *, rehearses: bool = False) -> None:
        """Begin with no namespace.

        Args:
            rehearses: whether to refuse what a cage would, because there is none.
        """
        self._rehearses = rehearses
        self.folders: tuple[str, ...] = (os.getcwd(),)
        self.libraries: tuple[str, ...] = ()
        self._shell: Any = None
        self._lacking: dict[str, str] = {}
        self._modules: dict[str, types.ModuleType] = {}
        self._objects = Objects()
        self._written: Any = None

    def carry_out(self, request: Mapping[str, Any], data: memoryview) -> Answer:
        """Dispatch one request; whatever the student's code raises comes out of here."""
        match request["op"]:
            case "begin":
                self.folders = layout.enter(request["folder"])
                self.libraries = tuple(request.get("libraries", ()))
                if self._rehearses:
                    rehearsal.begin(processes=request["processes"])
                return self._define_drivers(request["drivers"])
            case "cell":
                return self._run_cell(request["label"], request["source"])
            case "module":
                return self._run_module(*(request[key] for key in ("name", "file", "source")))
            case "notebook":
                if "file" in request:
                    return "value", notebook.read(request["file"])
                return "value", notebook.contents(bytes(data))
            case "written":
                return "value", self._answers(request)
            case "picture":
                return "value", self._written.picture(request["number"])
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

    def _answers(self, request: Mapping[str, Any]) -> Any:
        from autograder.untrusted.written.answers import (
            AnswerReader,
        )  # only `export` needs what it imports

        self._written = AnswerReader()
        with open(request["handout"], encoding="utf-8") as file:
            handout = json.load(file)
        wanted = (request["notebook"], handout, request["names"], request["plain"])
        return self._written.answers(*wanted)

    def _run_cell(self, label: str, source: str) -> Answer:
        seed(0)
        report = UnitReport(self.folders, self._lacking)
        self._made_shell().run_unit(label, source, report)
        return _answer(report)

    def _run_module(self, name: str, file: str, source: str) -> Answer:
        seed(0)
        report = UnitReport(self.folders, self._lacking)
        if name not in self._modules:
            self._modules[name] = self._made_module(name, file)

        with contextlib.ExitStack() as inside:

            def as_python(text: str) -> str:
                shell = self._made_shell()
                inside.enter_context(shell.inside(self._modules[name], f"a cell of {file}", report))
                python: str = shell.transform_cell(text)
                return python

            if "get_ipython" in source:  # a notebook that was saved as a script
                as_python("")
            script.run(self._modules[name], file, source, report, as_python)
        return _answer(report)

    def _made_module(self, name: str, file: str) -> types.ModuleType:
        """A module that others can import by its name, also as one of a package `modules`."""
        module = types.ModuleType(name)
        module.__file__, module.__package__ = layout.place_of(file), layout.PACKAGE
        sys.modules[name] = sys.modules[f"{layout.PACKAGE}.{name}"] = module
        return module

    def _made_shell(self) -> Any:
        if self._shell is None:
            from autograder.untrusted.shell import make_shell

            self._shell = make_shell()
            vars(builtins)["get_ipython"] = self._shell.get_ipython
        return self._shell

    def _call(self, request: Mapping[str, Any], arguments: Any) -> Answer:
        order = request.get("order", {})
        driver = request["driver"]
        names = names_in(arguments)
        target, made = request.get("target"), request.get("made")
        wanted = [request["name"], *names] if driver is None and target is None else names
        for name in wanted:
            if self._find(name, order) is None:
                if request["op"] == "call" and self._is_bound(name):
                    raise TypeError(
                        f"`{name}` is None, not a function. If it has a decorator, does that return one?"
                    )
                return "missing", name

        def find(name: str) -> Any:
            return self._find(name, order)

        self._objects.begin(made)
        if driver is None:
            subject = self._objects.subject(request["name"], target, find)
        else:
            subject = getattr(sys.modules[f"drivers.{driver[0]}"], driver[1])
        op, path = request["op"], request.get("path", ())
        if (
            op == "call"
            and driver is None
            and target is None
            and not path
            and not callable(subject)
        ):
            kind = type(subject).__name__
            raise TypeError(f"`{request['name']}` is now a value of type `{kind}`, not a function")
        positional, keywords = arguments
        if names or "objects" in request:
            positional, keywords = self._objects.resolved((positional, keywords), find)
        seed(request.get("seed", 0))
        value = self._objects.carry_out(op, subject, path, made, positional, keywords)
        silent = op == "set" or made is not None or value is Itself
        return _DONE if silent else ("value", value)

    def _spaces(self) -> dict[str, dict[str, Any]]:
        """The notebook's namespace, if there is one, and those of the modules."""
        spaces = {"": self._shell.user_ns} if self._shell is not None else {}
        return spaces | {key: vars(module) for key, module in self._modules.items()}

    def _is_bound(self, name: str) -> bool:
        return any(name in space for space in self._spaces().values())

    def _find(self, name: str, order: Mapping[str, list[str]]) -> Any:
        """What a name stands for in the first namespace that has it; `order` has the first ones to ask."""
        spaces = self._spaces()
        for space in dict.fromkeys([*order.get(name, ()), *spaces]):
            if name in spaces.get(space, {}):
                return spaces[space][name]
        return None


def _answer(report: UnitReport) -> Answer:
    record = report.record()
    return ("value", record) if record else _DONE


def seed(number: int) -> None:
    """Seed every global generator, so that the same submission gives the same values."""
    if random := sys.modules.get("random"):
        random.seed(number)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(number)
    if torch := sys.modules.get("torch"):
        # Without a device, torch.manual_seed puts its traceback aside for each device that may come.
        if torch.cuda.is_initialized() or torch.backends.mps.is_available():
            torch.manual_seed(number)
        else:
            torch.default_generator.manual_seed(number)


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
