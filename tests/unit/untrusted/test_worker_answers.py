"""The student's side of the line, run in this process: what each request does and what comes back."""

from __future__ import annotations

import builtins
import io
import itertools
import random  # noqa: TID251 # the generators that the worker seeds
import socket
import sys

import numpy as np
import pytest
import torch

import autograder
from autograder import wire
from autograder.untrusted import worker

DRIVERS = """\
import torch

def twice(function, x):
    return function(function(x))

def both(functions, x, *, scale=1):
    return [scale * function(x) for function in functions["list"]]
"""


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch, tmp_path):
    """In a folder of its own; what is registered and drawn there is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    before = dict(sys.modules)
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    yield
    for name in set(sys.modules) - set(before):
        del sys.modules[name]
    sys.modules.update(before)
    random.setstate(states[0])
    np.random.set_state(states[1])  # noqa: NPY002
    torch.set_rng_state(states[2])


_HELD = {"value": "value", "refused": "reason", "missing": "name"}


class Far:
    """A worker without its process, asked over the codec."""

    def __init__(self) -> None:
        self.student = worker.Student()
        self.seed = 1
        self.nonces = (number.to_bytes(wire.NONCE_BYTES, "big") for number in itertools.count())

    def ask(self, arguments=None, *, data=b"", **request):
        """What comes of a request, as a dict with its status."""
        nonce = next(self.nonces)
        data = data if arguments is None else wire.encode(arguments, names=True)
        try:
            body = worker.answer(self.student, wire.question(nonce, request, data))
        except BaseException as error:
            pytest.fail(f"the worker would have died of {object.__repr__(error)}")
        status, data = wire.read_answer(body, nonce)
        value = wire.decode(data)
        match status:
            case "done":
                assert value is None
                return {"status": status}
            case "raised":
                return {"status": status, **value}
        return {"status": status, _HELD[status]: value}

    def module(self, source: str, name: str = "toy"):
        return self.ask(op="module", name=name, file=f"{name}.py", source=source)

    def error(self, source: str, name: str = "toy"):
        """The one error that is told of a module."""
        heard = self.module(source, name)
        assert heard["status"] == "value"
        (error,) = heard["value"]["errors"]
        return error

    def call(self, name, *arguments, order=None, driver=None, **keywords):
        about = {"name": name, "driver": driver, "order": order or {}, "seed": self.seed}
        return self.ask(op="call", arguments=(arguments, keywords), **about)


@pytest.fixture
def far():
    return Far()


class TestModules:
    def test_it_is_run_and_its_names_are_called(self, far):
        assert far.module("def double(x):\n    return 2 * x\n") == {"status": "done"}
        assert far.call("double", 3) == {"status": "value", "value": 6}
        assert far.call("double", x=[1]) == {"status": "value", "value": [1, 1]}

    def test_values_are_data(self, far):
        far.module("import torch\ndef same(x):\n    return x\n")
        for value in (None, True, 2.5, 1j, "é", [1, (2,)], {"a": 1}, np.arange(3), torch.ones(2)):
            heard = far.call("same", value)
            assert heard["status"] == "value"
            assert type(heard["value"]) is type(value)

    @pytest.mark.parametrize("value", ["object()", "{1}", "lambda: 0", "(i for i in [1])", "print"])
    def test_what_is_no_data_is_refused(self, far, value):
        far.module(f"def f():\n    return {value}\n")
        heard = far.call("f")
        assert heard["status"] == "refused"
        assert heard["reason"]

    def test_a_name_that_is_not_there(self, far):
        far.module("x = 1\n")
        for name in ("f", "__builtins__x"):
            assert far.call(name) == {"status": "missing", "name": name}

    def test_a_name_that_holds_nothing_is_said(self, far):
        far.module("def timed(f):\n    pass\n@timed\ndef f():\n    return 1\n")
        answer = far.call("f")
        assert answer["status"] == "raised" and "`f` is None, not a function" in str(answer)

    @pytest.mark.parametrize(
        "source",
        [
            "def f(x: Later = 1) -> Later:\n    return x\n",
            "from no_such_package import Float\ndef f(x: Float['2'] = 1) -> 'Float':\n    return x\n",
            "class A:\n    x: Later = 1\n    def g(self, y: Later):\n        pass\nf = lambda: A.x\n",
            "count = 0\ndef g(x):\n    global count\n    count += 1\n    return x\n"
            "def f(x: Later = g(1)):\n    return x\n",
        ],
    )
    def test_annotations_need_not_be_evaluated(self, far, source):
        far.module(source)
        assert far.call("f") == {"status": "value", "value": 1}

    @pytest.mark.parametrize("what", ["@later\ndef f(x: int):", "def f(x: int = later):"])
    def test_what_is_needed_beside_them_is(self, far, what):
        error = far.error(f"{what}\n    return x\n")
        assert error["text"] == "name 'later' is not defined"
        assert far.call("f")["status"] == "missing"

    def test_they_are_registered_and_can_import_one_another(self, far):
        far.module("def one():\n    return 1\n", "first")
        far.module("from first import one\ndef two():\n    return 2 * one()\n", "second")
        assert far.call("two") == {"status": "value", "value": 2}

    def test_what_ran_before_an_error_is_there(self, far):
        error = far.error("def f():\n    return 1\nf() / 0\n")
        assert error["type"] == "ZeroDivisionError"
        assert far.call("f") == {"status": "value", "value": 1}


class TestTheOrderOfNamespaces:
    STUB = "def f():\n    raise NotImplementedError\n"

    @pytest.fixture
    def three(self, far):
        far.module(self.STUB, "first")
        far.module("def f():\n    return 2\n", "second")
        far.module("def f():\n    return 3\ng = f\n", "third")
        return far

    def test_it_is_that_in_which_they_ran(self, three):
        assert three.call("f")["type"] == "NotImplementedError"

    @pytest.mark.parametrize(("order", "value"), [(["second"], 2), (["third", "first"], 3)])
    def test_the_grader_may_know_better(self, three, order, value):
        assert three.call("f", order={"f": order}) == {"status": "value", "value": value}

    def test_one_that_has_no_such_name_is_passed_over(self, three):
        assert three.call("g", order={"g": ["second", "nowhere"]})["value"] == 3


class TestDrivers:
    @pytest.fixture
    def far(self):
        far = Far()
        assert far.ask(op="begin", folder="", drivers={"toy": DRIVERS, "empty": ""}) == {
            "status": "done"
        }
        far.module("def double(x):\n    return 2 * x\ndef triple(x):\n    return 3 * x\n")
        return far

    def test_functions_are_given_by_name(self, far):
        heard = far.call("double", wire.Name("double"), 5, driver=("toy", "twice"))
        assert heard == {"status": "value", "value": 20}

    def test_also_inside_what_is_given(self, far):
        names = {"list": [wire.Name("double"), wire.Name("triple")]}
        heard = far.call("double", names, 5, scale=2, driver=("toy", "both"))
        assert heard == {"status": "value", "value": [20, 30]}
        heard = far.call("double", (wire.Name("triple"),), driver=("toy", "twice"))
        assert heard["status"] == "raised"  # a tuple of a function is given as a tuple of it

    @pytest.mark.parametrize(
        "given", [wire.Name("gone"), [wire.Name("gone")], ({"a": wire.Name("gone")},)]
    )
    def test_one_that_is_not_there_is_named(self, far, given):
        heard = far.call("double", given, 5, driver=("toy", "twice"))
        assert heard == {"status": "missing", "name": "gone"}

    def test_a_students_module_imports_them(self, far):
        source = (
            "from drivers.toy import twice\nimport drivers\ndef f(x):\n    return twice(abs, x)\n"
        )
        assert far.module(source, "mine") == {"status": "done"}
        assert far.call("f", -2) == {"status": "value", "value": 2}

    def test_drivers_that_do_not_run(self, far):
        heard = far.ask(op="begin", folder="", drivers={"bad": "1 / 0"})
        assert (heard["status"], heard["type"]) == ("raised", "ZeroDivisionError")


class TestErrors:
    def test_type_text_and_the_students_own_lines(self, far):
        far.module("def f(x):\n    return g(x)\n\ndef g(x):\n    return 1 / x\n")
        assert far.call("f", 0) == {
            "status": "raised",
            "type": "ZeroDivisionError",
            "text": "division by zero",
            "frames": [
                ["toy.py", 2, "f", "return g(x)"],
                ["toy.py", 5, "g", "return 1 / x"],
            ],
        }

    def test_lines_of_libraries_are_left_out(self, far):
        far.module("import torch\ndef f():\n    return torch.ones(2) @ torch.ones(3)\n")
        heard = far.call("f")
        assert [frame[:3] for frame in heard["frames"]] == [["toy.py", 3, "f"]]

    def test_a_syntax_error_says_where(self, far):
        heard = far.error("x = 1\ndef f(:\n")
        assert heard["type"] == "SyntaxError"
        assert heard["frames"] == [["toy.py", 2, "", "def f(:\n"]]
        assert "(toy.py" not in heard["text"]

    def test_a_source_that_python_does_not_begin_to_read_says_why(self, far):
        heard = far.error("x = 1\0\n")
        assert "null bytes" in heard["text"]
        assert heard["frames"] == []

    @pytest.mark.parametrize("name", ["SystemExit", "KeyboardInterrupt", "GeneratorExit"])
    def test_what_would_end_a_program_is_an_answer(self, far, name):
        far.module(f"def f():\n    raise {name}('bye')\n")
        heard = far.call("f")
        assert (heard["status"], heard["type"], heard["text"]) == ("raised", name, "bye")

    def test_recursion_without_end(self, far):
        far.module("def f():\n    return f()\n")
        heard = far.call("f")
        assert heard["type"] == "RecursionError"
        assert len(heard["frames"]) == 12

    def test_texts_are_cut(self, far):
        far.module("def f():\n    raise ValueError('x' * 10**6)\n")
        assert far.call("f")["text"] == "x" * 4_000

    @pytest.mark.parametrize(
        "hostile",
        {
            "a str that raises": "class E(Exception):\n    def __str__(self):\n        raise SystemExit\n",
            "a str that is no text": "class E(Exception):\n    def __str__(self):\n        return 7\n",
            "a name that raises": (
                "class M(type):\n    __name__ = property(lambda cls: 1 / 0)\n"
                "class E(Exception, metaclass=M):\n    pass\n"
            ),
            "a name that is no text": (
                "class S:\n    def __str__(self):\n        raise KeyboardInterrupt\n"
                "class M(type):\n    __name__ = property(lambda cls: S())\n"
                "class E(Exception, metaclass=M):\n    pass\n"
            ),
            "a traceback that raises": (
                "class E(Exception):\n    __traceback__ = property(lambda self: 1 / 0)\n"
            ),
            "a message that raises": (
                "class E(SyntaxError):\n    msg = property(lambda self: 1 / 0)\n"
                "    filename = property(lambda self: 1 / 0)\n"
            ),
            "a text of a class of its own": (
                "class S(str):\n    def __getitem__(self, key):\n        raise ValueError\n"
                "    def __str__(self):\n        return self\n"
                "class E(Exception):\n    def __str__(self):\n        return S('text')\n"
            ),
        }.values(),
    )
    def test_hostile_exceptions_are_answers_too(self, far, hostile):
        far.module(f"{hostile}def f():\n    raise E\n")
        assert far.call("f")["status"] == "raised"


class TestSeeds:
    SOURCE = (
        "import random, numpy, torch\n"
        "def draw():\n"
        "    return [random.random(), numpy.random.rand(), torch.rand(1).item()]\n"
        "first = draw()\n"
        "def at_import():\n    return first\n"
    )

    def test_a_submission_draws_the_same_every_time(self):
        def drawn():
            far = Far()
            far.module(self.SOURCE)
            found = []
            for far.seed, name in enumerate(("at_import", "draw", "draw")):
                found.append(far.call(name)["value"])
            return found

        first, second = drawn(), drawn()
        assert first == second
        assert first[1] != first[2]

    def test_what_is_drawn_depends_on_the_seed_that_the_grader_gives_alone(self, far):
        far.module(self.SOURCE)
        one = far.call("draw")["value"]
        far.seed = 2
        other = far.call("draw")["value"]
        far.seed = 1
        assert far.call("draw")["value"] == one != other


class TestOutput:
    def test_it_is_flushed_before_the_answer(self, far, monkeypatch):
        printed = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(printed)))
        far.module("print('hello')\n")
        assert printed.getvalue() == b"hello\n"

    def test_a_student_may_have_replaced_it(self, far, monkeypatch):
        class Broken:
            def flush(self):
                raise SystemExit

        monkeypatch.setattr(sys, "stdout", Broken())
        monkeypatch.setattr(sys, "stderr", None)
        assert far.module("x = 1\n") == {"status": "done"}


@pytest.mark.parametrize("way", ["as a file", "as it is"])
class TestNotebook:
    @pytest.fixture
    def read(self, far, tmp_path, way):
        def read_content(content):
            if way == "as it is":
                return far.ask(op="notebook", data=content)
            path = tmp_path / "notebook"
            path.write_bytes(content)
            return far.ask(op="notebook", file=str(path))

        return read_content

    def test_its_cells(self, read):
        heard = read(b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}')
        assert heard["value"]["cells"] == ["x = 1"]

    @pytest.mark.parametrize("content", [b"", b" ", b"\xff"])
    def test_nothing_and_no_text(self, read, content):
        assert read(content)["type"] == "NotebookError"

    def test_what_is_none_is_said_in_its_own_words(self, read):
        heard = read(b"[]")
        assert (heard["type"], heard["text"]) == (
            "NotebookError",
            "this is JSON but not a notebook: it has no cells.",
        )


def test_a_whole_conversation(monkeypatch):
    """Hello first, then an answer to every question, until the grader closes."""
    monkeypatch.setitem(sys.modules, "otter", None)
    monkeypatch.setitem(vars(autograder), "Notebook", None)  # it is replaced for good in a worker
    monkeypatch.setitem(vars(builtins), "grader", None)
    near, far = socket.socketpair()
    requests = [
        (
            {
                "op": "module",
                "name": "toy",
                "file": "toy.py",
                "source": "import otter\ndef f(x):\n    return -x\n",
            },
            b"",
        ),
        ({"op": "call", "name": "f", "driver": None}, wire.encode(((2,), {}))),
    ]
    nonces = [b"first".ljust(wire.NONCE_BYTES), b"second".ljust(wire.NONCE_BYTES)]
    for nonce, (request, data) in zip(nonces, requests, strict=True):
        near.sendall(wire.frame(wire.question(nonce, request, data)))
    near.shutdown(socket.SHUT_WR)
    worker.main(far.detach(), {"layers": {}, "findings": []})
    frames, heard = wire.Frames(), []
    while chunk := near.recv(1 << 16):
        frames.feed(chunk)
    while (body := frames.take()) is not None:
        heard.append(body)
    near.close()
    assert heard == [
        wire.encode({"layers": {}, "findings": []}),
        wire.answer(nonces[0], "done", wire.encode(None)),
        wire.answer(nonces[1], "value", wire.encode(-2)),
    ]


def test_only_pythons_own_folders_stay_on_the_path(monkeypatch, tmp_path):
    kept = [path for path in sys.path if path.startswith((sys.prefix, sys.base_prefix))]
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), *kept, sys.prefix + "-other", "/"])
    worker.clean_paths()
    assert sys.path == kept
