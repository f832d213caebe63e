"""One submission and its workers, one after the other: what is run again, left out, and said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder import wire
from autograder.grading import environment
from autograder.grading.calls import new_call
from autograder.grading.environment import Environment
from autograder.grading.names import Namespace, Proxy
from autograder.grading.ran import describe
from autograder.grading.seeds import generator
from autograder.grading.submission import Submission, Unit
from autograder.model import (
    Assignment,
    GraderError,
    Limits,
    Outcome,
    Permits,
    Question,
    StudentError,
)
from autograder.sandbox import (
    Died,
    Done,
    Frame,
    Missing,
    Raised,
    Refused,
    Secrets,
    SubmissionWorkers,
    Value,
)
from autograder.testing import via
from tests.support.fake_sandbox import Clock, FakeSandbox, short

SECRET = "4.2531"
CELLS = ("cell 1", "cell 2", "cell 3")
TIME = Died("time", "It did not end within 10 seconds.")
CRASH = Died("crash", "The process crashed (SIGSEGV).")
KILLED = Died("killed", "The process crashed (SIGKILL).")
SECRETS = Secrets(unreadable=(Path("/a/reference"),))
ASSIGNMENT = Assignment(
    name="small",
    title="Small",
    questions=(Question("toy", 1, "Toy", Path("toy"), (), ("f", "g")),),
    limits=Limits(cell_seconds=60, call_seconds=10, total_seconds=480),
    permits=Permits(processes=True),
    manifest=Path("small.toml"),
    digest="d1",
)

Script = Mapping[str, object]


class World:
    """A submission of three cells and a module, and workers that follow a script.

    A script gives the answer to a request by its short name: an answer, an exception to raise, or a
    function of the worker's number. Everything else is done, and every call has the value 1.
    """

    def __init__(self, clock: Clock, script: Script, units: tuple[Unit, ...] | None = None) -> None:
        self.clock = clock
        self.script = script
        self.costs: dict[str, float] = {}
        self.sandbox = FakeSandbox(self._worker)
        self.submission = Submission(
            "a notebook",
            units
            or (
                *(Unit("", label, f"# {label}") for label in CELLS),
                Unit("toy", "toy.py", "# module"),
            ),
            files={"data.csv": b"1,2"},
            stubs={"toy": ("g",)},
            order={"g": ("",)},
        )
        self.crew = SubmissionWorkers(self.sandbox, ASSIGNMENT, SECRETS)  # type: ignore[arg-type]
        self.crew.lay_out(self.submission.files)
        self.environment = Environment(
            self.submission,
            ASSIGNMENT,
            {"toy": "def twice(f, x): ..."},
            self.crew,
            clock.now + ASSIGNMENT.limits.total_seconds,
        )

    def _worker(self, number: int) -> Callable:
        def answer(request):
            name = short(request)
            found = self.script.get(name, Value(1.0) if request["op"] == "call" else Done())
            found = found(number) if callable(found) else found
            limit = self.sandbox.opened[number].asked[-1][1]
            timed_out = isinstance(found, Died) and found.why == "time"
            self.clock.now += limit if timed_out else self.costs.get(name, 0.0)
            if isinstance(found, Exception):
                raise found
            return found

        return answer

    def start(self) -> list[tuple[int, int, str]]:
        return [*self.environment.start()]

    def call(self, name: str = "f", *arguments):
        return ask(self.environment, name, None, arguments, {})

    def outcome(self, name: str = "f") -> Outcome:
        with pytest.raises(StudentError) as caught:
            self.call(name)
        return caught.value.outcome

    def asked(self, number: int) -> list[str]:
        return self.sandbox.asked(number)


@pytest.fixture
def world(monkeypatch):
    """Make a world whose clock is the environment's."""
    clock = Clock()
    monkeypatch.setattr(environment, "time", clock)
    opened = []

    def make(script: Script | None = None, **options) -> World:
        opened.append(World(clock, script or {}, **options))
        return opened[-1]

    yield make
    for one in opened:
        one.crew.close_worker()
        assert one.sandbox.closed == len(one.sandbox.opened)


def ask(one: Environment, *call):
    return one.answer(new_call(*call)).value


def sent(request):
    return wire.decode(request["arguments"], names=True)


class TestTheFirstRun:
    def test_drivers_then_units_in_order_in_one_worker(self, world):
        one = world()
        assert one.start() == [
            (0, 4, "cell 1"),
            (1, 4, "cell 2"),
            (2, 4, "cell 3"),
            (3, 4, "toy.py"),
        ]
        assert one.asked(0) == ["begin", *CELLS, "toy.py"]
        assert one.call() == 1.0
        assert len(one.sandbox.opened) == 1
        assert one.environment.notices == []

    def test_a_worker_is_opened_with_the_assignments_rules(self, world):
        one = world()
        one.start()
        assert one.sandbox.given == [
            {
                "limits": ASSIGNMENT.limits,
                "permits": ASSIGNMENT.permits,
                "secrets": SECRETS,
                "files": {"data.csv": b"1,2"},
            }
        ]

    def test_the_worker_that_read_the_notebook_runs_it(self, world):
        one = world({"notebook": Value([])})
        assert one.crew.ask_untouched({"op": "notebook"}, 1.0) == Value([])
        one.start()
        assert one.asked(0) == ["notebook", "begin", *CELLS, "toy.py"]
        assert one.call() == 1.0
        assert len(one.sandbox.opened) == 1

    def test_one_that_died_reading_runs_nothing(self, world):
        one = world({"notebook": CRASH})
        assert one.crew.ask_untouched({"op": "notebook"}, 1.0) == CRASH
        one.start()
        assert one.asked(1) == ["begin", *CELLS, "toy.py"]

    def test_what_is_sent_of_a_unit(self, world):
        one = world()
        one.start()
        requests = [request for request, _ in one.sandbox.opened[0].asked]
        assert requests[0] == {
            "op": "begin",
            "folder": "",
            "drivers": {"toy": "def twice(f, x): ..."},
            "processes": True,
            "libraries": (),
        }
        assert requests[1] == {"op": "cell", "label": "cell 1", "source": "# cell 1"}
        assert requests[4] == {
            "op": "module",
            "name": "toy",
            "file": "toy.py",
            "source": "# module",
        }

    def test_a_cell_may_take_its_limit_or_what_is_left(self, world):
        one = world()
        one.costs = {"cell 1": 440.0}
        one.start()
        assert [seconds for _, seconds in one.sandbox.opened[0].asked][1:] == [60, 40, 40, 40]

    def test_drivers_that_do_not_run_are_our_fault(self, world):
        one = world({"begin": Raised("SyntaxError", "bad")})
        with pytest.raises(GraderError, match=r"drivers of toy failed.*SyntaxError"):
            one.start()

    def test_a_cell_that_fails_is_explained_and_the_rest_is_run(self, world):
        error = Raised("ValueError", "too small", (Frame("cell 2", 3, "<module>", "g()"),))
        one = world({"cell 2": error})
        one.start()
        assert one.asked(0) == ["begin", *CELLS, "toy.py"]
        assert one.environment.notices == [
            "cell 2 failed: ValueError: too small\n    cell 2, line 3\n        g()"
        ]

    @pytest.mark.parametrize(
        ("died", "words"),
        [
            (TIME, "did not end within 10 seconds."),
            (Died("memory", "It used more."), "used more memory than the limit of 512 MB."),
            (Died("disk", "It wrote more."), "wrote more to disk than the limit of 64 MB."),
            (CRASH, f"ended the process it ran in. {CRASH.sentence}"),
            (
                Died("protocol", "Two answers."),
                "sent a reply that the grader cannot read. Two answers.",
            ),
        ],
    )
    def test_a_cell_that_kills_is_left_out_of_a_fresh_worker(self, world, died, words):
        one = world({"cell 2": died})
        one.start()
        assert one.asked(0) == ["begin", "cell 1", "cell 2"]
        assert one.asked(1) == ["begin", "cell 1", "cell 3", "toy.py"]
        (notice,) = one.environment.notices
        assert notice == f"cell 2 was skipped: it {words} The rest ran without it."
        assert one.call() == 1.0
        assert len(one.sandbox.opened) == 2

    def test_what_failed_before_one_that_kills_is_told_of_once(self, world):
        error = Raised("ValueError", "")
        one = world({"cell 1": error, "cell 2": TIME, "toy.py": error})
        one.start()
        first, killed, last = one.environment.notices
        assert first.startswith("cell 1 failed: ValueError")
        assert killed.startswith("cell 2 was skipped: it did not end")
        assert last.startswith("toy.py failed: ValueError")

    def test_a_cell_that_was_killed_once_is_run_again(self, world):
        """It may have come from outside; nothing is lost and there is nothing to tell."""
        one = world({"cell 2": lambda number: Done() if number else KILLED})
        one.start()
        assert one.asked(1) == ["begin", *CELLS, "toy.py"]
        assert one.environment.notices == []

    def test_a_cell_that_is_killed_again_is_left_out(self, world):
        one = world({"cell 2": KILLED})
        one.start()
        assert [one.asked(number)[-1] for number in range(3)] == ["cell 2", "cell 2", "toy.py"]
        (notice,) = one.environment.notices
        assert notice.startswith(
            "cell 2 was skipped: it was killed, or killed the process it ran in"
        )

    def test_only_the_first_of_a_submission_is_run_again(self, world):
        one = world(dict.fromkeys(CELLS, KILLED))
        one.start()
        assert len(one.sandbox.opened) == 1 + 1 + len(CELLS)

    def test_every_cell_may_kill(self, world):
        one = world(dict.fromkeys([*CELLS, "toy.py"], CRASH))
        one.start()
        assert len(one.environment.notices) == 4
        assert one.asked(4) == ["begin"]
        assert one.call() == 1.0

    def test_output_is_of_the_worker_that_ran_it_all(self, world):
        one = world({"cell 2": CRASH})
        walk = one.environment.start()
        next(walk)
        one.sandbox.opened[0].printed = "partly"
        next(walk)
        next(walk)
        one.sandbox.opened[1].printed = "wholly"
        for _ in walk:
            pass
        assert one.environment.output == "wholly"


class TestTheDeadline:
    def test_cells_that_are_not_reached_are_named(self, world):
        one = world()
        one.costs = {"cell 2": 500.0}
        one.start()
        assert one.environment.notices == ["Not run, because the time ran out: cell 3, toy.py."]
        assert one.outcome() is Outcome.SKIPPED
        assert one.asked(0) == ["begin", "cell 1", "cell 2"]

    def test_a_cell_that_the_deadline_stops_is_not_blamed_and_nothing_is_begun_again(self, world):
        one = world({"cell 2": TIME})
        one.costs = {"cell 1": 450.0}
        one.start()
        assert one.environment.notices == [
            "cell 2 was stopped: the time for the whole submission ran out.",
            "Not run, because the time ran out: cell 3, toy.py.",
        ]
        assert len(one.sandbox.opened) == 1
        assert one.outcome() is Outcome.SKIPPED
        assert len(one.sandbox.opened) == 1

    def test_the_last_cell_stopped_leaves_nothing_to_name(self, world):
        one = world({"cell 1": TIME}, units=(Unit("", "cell 1", ""),))
        one.clock.now += 450
        one.start()
        assert one.environment.notices == [
            "cell 1 was stopped: the time for the whole submission ran out."
        ]

    def test_a_call_after_it_is_not_made(self, world):
        one = world()
        one.start()
        one.clock.now += 480
        with pytest.raises(
            StudentError, match=r"not reached: .* \(480 s\) ran out before `f`"
        ) as it:
            one.call()
        assert it.value.outcome is Outcome.SKIPPED
        assert one.asked(0) == ["begin", *CELLS, "toy.py"]

    def test_a_call_that_it_stops_is_not_reached_and_no_strike(self, world):
        one = world({"f()": TIME})
        one.start()
        one.clock.now += 475
        assert one.outcome() is Outcome.SKIPPED
        assert one.sandbox.opened[0].asked[-1][1] == 5

    def test_it_may_pass_while_a_worker_is_made_ready(self, world):
        one = world({"f()": CRASH})
        one.start()
        one.costs = {"cell 3": 479.0}
        assert one.outcome() is Outcome.CRASHED
        one.clock.now += 2
        assert one.outcome("g") is Outcome.SKIPPED
        assert one.asked(1) == ["begin", *CELLS]

    def test_it_may_stop_a_cell_that_is_run_again(self, world):
        one = world({"f()": CRASH, "cell 3": lambda number: TIME if number else Done()})
        one.start()
        assert one.outcome() is Outcome.CRASHED
        one.clock.now += 470
        assert one.outcome("g") is Outcome.SKIPPED
        assert len(one.sandbox.opened) == 2
        one.clock.now += 1
        assert one.outcome("g") is Outcome.SKIPPED
        assert len(one.sandbox.opened) == 2


class TestCalls:
    def test_what_is_sent_of_a_call(self, world):
        one = world()
        one.start()
        ask(one.environment, "f", None, (1, [2]), {"size": 3})
        assert one.sandbox.opened[0].asked[-1] == (
            {
                "op": "call",
                "name": "f",
                "driver": None,
                "arguments": wire.encode(((1, [2]), {"size": 3})),
                "seed": 1,
                "order": {"g": [""]},
            },
            10,
        )

    def test_calls_are_seeded_by_their_number_whichever_worker_answers(self, world):
        one = world({"f()": lambda number: CRASH if number == 0 else Value(2.0)})
        one.start()
        assert one.outcome() is Outcome.CRASHED
        one.call()
        one.call()
        seeds = [
            request["seed"]
            for worker in one.sandbox.opened
            for request, _ in worker.asked
            if request["op"] == "call"
        ]
        assert seeds == [1, 2, 3]

    def test_a_worker_that_dies_costs_one_call(self, world):
        one = world({"f()": lambda number: CRASH if number == 0 else Value(2.0)})
        one.start()
        assert one.outcome() is Outcome.CRASHED
        assert len(one.sandbox.opened) == 1  # a fresh worker only for a call that needs it
        assert one.call() == 2.0
        assert one.asked(1) == ["begin", *CELLS, "toy.py", "f()"]

    def test_a_cell_that_failed_is_run_again_and_told_of_once(self, world):
        one = world({"cell 2": Raised("ValueError", ""), "f()": CRASH, "g()": Missing("g")})
        one.start()
        for _ in range(3):
            assert one.outcome() is Outcome.CRASHED
        assert len(one.environment.notices) == 1
        with pytest.raises(StudentError) as caught:
            one.call("g")
        assert caught.value.public == (
            "`g` is not defined in the submission. cell 2 did not run to the end and may be the "
            "cause."
        )

    def test_a_cell_that_kills_only_when_run_again_is_left_out_then(self, world):
        one = world({"f()": CRASH, "cell 1": lambda number: CRASH if number else Done()})
        one.start()
        assert one.outcome() is Outcome.CRASHED
        assert one.outcome() is Outcome.CRASHED
        assert one.asked(1) == ["begin", "cell 1"]
        assert one.asked(2) == ["begin", "cell 2", "cell 3", "toy.py", "f()"]
        assert len(one.environment.notices) == 1

    def test_what_is_noticed_once_hidden_inputs_are_sent_is_for_staff(self, world):
        one = world({"f()": CRASH, "cell 1": lambda number: CRASH if number else Done()})
        one.start()
        one.environment.keep_secret()
        assert one.outcome() is Outcome.CRASHED
        assert one.outcome() is Outcome.CRASHED
        assert one.asked(1) == ["begin", "cell 1"]
        assert one.asked(2) == ["begin", "cell 2", "cell 3", "toy.py", "f()"]
        assert one.environment.notices == []
        (notice,) = one.environment.late_notices
        assert notice

    def test_a_call_that_was_killed_once_is_made_again(self, world):
        """It may have come from outside: nobody pays for a neighbour who took all memory."""
        one = world({"f()": lambda number: Value(1.0, b"") if number else KILLED})
        one.start()
        assert one.call() == 1.0
        assert one.asked(1) == ["begin", *CELLS, "toy.py", "f()"]

    def test_a_call_that_is_killed_again_is_the_submissions_own(self, world):
        one = world({"f()": KILLED})
        one.start()
        assert one.outcome() is Outcome.CRASHED
        assert one.outcome() is Outcome.CRASHED
        assert [one.asked(number)[-1] for number in range(3)] == ["f()", "f()", "f()"]

    def test_who_does_not_end_twice_is_not_called_again(self, world):
        one = world({"f()": TIME})
        one.start()
        assert [one.outcome() for _ in range(4)] == [Outcome.TIMED_OUT] * 4
        assert sum(one.asked(number).count("f()") for number in range(2)) == 2
        assert len(one.sandbox.opened) == 2
        assert one.call("g") == 1.0
        with pytest.raises(StudentError, match=r"`f` was not called again: .* in 2 earlier calls"):
            one.call()

    def test_a_cage_that_is_lost_costs_one_case_and_is_our_fault(self, world):
        lost = GraderError("a cage was lost")
        one = world({"f()": lambda number: lost if number == 0 else Value(2.0)})
        one.start()
        with pytest.raises(GraderError, match="a cage was lost"):
            one.call()
        assert one.sandbox.closed == 1
        assert one.call() == 2.0

    def test_a_worker_that_cannot_be_had_is_our_fault_every_time(self, world):
        one = world({"f()": CRASH, "begin": lambda number: Raised("E", "") if number else Done()})
        one.start()
        assert one.outcome() is Outcome.CRASHED
        for _ in range(2):
            with pytest.raises(GraderError, match="drivers of toy failed"):
                one.call("g")

    def test_arguments_that_are_no_data_are_our_fault_and_cost_no_worker(self, world):
        one = world()
        one.start()
        with pytest.raises(GraderError, match="a case passes an argument that is not data"):
            one.call("f", object())
        assert one.call() == 1.0
        assert len(one.sandbox.opened) == 1


ANSWERS = {
    "raised": (Raised("ValueError", SECRET, (Frame("c", 1, "f", SECRET),)), Outcome.RAISED),
    "a class of the student's": (Raised(f"E{SECRET}", SECRET), Outcome.RAISED),
    "not filled in": (Raised("NotImplementedError", SECRET), Outcome.RAISED),
    "out of memory": (Raised("MemoryError", SECRET), Outcome.OUT_OF_MEMORY),
    "torch out of memory": (
        Raised("RuntimeError", f"can't allocate memory {SECRET}"),
        Outcome.OUT_OF_MEMORY,
    ),
    "no data": (Refused(f"a Class{SECRET}"), Outcome.BAD_VALUE),
    "missing": (Missing(SECRET), Outcome.MISSING),
    "no answer": (Done(), Outcome.BAD_VALUE),
    "time": (Died("time", SECRET), Outcome.TIMED_OUT),
    "memory": (Died("memory", SECRET), Outcome.OUT_OF_MEMORY),
    "disk": (Died("disk", SECRET), Outcome.CRASHED),
    "crash": (Died("crash", SECRET), Outcome.CRASHED),
    "killed": (Died("killed", SECRET), Outcome.CRASHED),
    "protocol": (Died("protocol", SECRET), Outcome.BAD_VALUE),
}


@pytest.mark.parametrize(("answer", "outcome"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_without_a_value_has_an_outcome_and_a_sentence_for_anyone(
    world, answer, outcome
):
    """What a worker says may hold a hidden input: it stays out of the public sentence."""
    one = world({"f()": answer})
    one.start()
    with pytest.raises(StudentError) as caught:
        one.call()
    assert caught.value.outcome is outcome
    assert SECRET not in caught.value.public
    assert "`f`" in caught.value.public
    assert caught.value.public.endswith(".")


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        (
            "a tensor of layout sparse_coo",
            "returned a sparse tensor. Convert it with `.to_dense()`.",
        ),
        ("a value of type map", "returned a `map`. Convert it with `list(...)`."),
        (
            "a value of type generator",
            "returned a `generator`. Write `return` in place of `yield`, or convert it with `list(...)`.",
        ),
        ("a value of type DataFrame", "returned a `DataFrame`. Convert it with `.to_numpy()`."),
        ("a value of type builtin_function_or_method", "Are the parentheses of a call missing?"),
    ],
)
def test_a_value_that_cannot_be_read_is_told_with_what_to_return(world, reason, says):
    one = world({"f()": Refused(reason)})
    one.start()
    with pytest.raises(StudentError) as caught:
        one.call()
    assert caught.value.detail.endswith(says)


@pytest.mark.parametrize(
    ("died", "says"),
    [
        (TIME, "`f` did not end within 10 seconds."),
        (
            Died("memory", "It used more memory than the assignment allows."),
            "`f` used more memory than the limit of 512 MB.",
        ),
        (CRASH, f"`f` ended the process it ran in. {CRASH.sentence}"),
    ],
)
def test_how_a_worker_ended_is_said_once(world, died, says):
    one = world({"f()": died})
    one.start()
    with pytest.raises(StudentError) as caught:
        one.call()
    assert caught.value.detail == says


@pytest.mark.parametrize(
    "text", ["[Errno 27] File too large", "[Errno 28] No space left on device"]
)
def test_who_finds_no_room_on_disk_reads_the_limit(world, text):
    one = world({"f()": Raised("OSError", text)})
    one.start()
    with pytest.raises(StudentError) as caught:
        one.call()
    assert caught.value.detail.endswith("The limit is 64 MB on disk.")
    assert "64" not in caught.value.public


def test_who_asks_for_too_much_memory_at_once_reads_the_limit(world):
    one = world({"f()": Raised("MemoryError", "Unable to allocate 1.56 GiB")})
    one.start()
    with pytest.raises(StudentError) as caught:
        one.call()
    assert caught.value.outcome is Outcome.OUT_OF_MEMORY
    assert caught.value.detail.endswith("The limit is 512 MB of memory.")
    assert "512" not in caught.value.public


@pytest.mark.parametrize(
    ("barred", "says"),
    [("processes", "use `num_workers=0`"), ("network", "There is no network"), ("else", "")],
)
def test_what_a_cage_refuses_is_told_with_what_to_do(world, barred, says):
    one = world({"f()": Raised("PermissionError", "[Errno 1]", barred=barred)})
    one.start()
    with pytest.raises(StudentError) as caught:
        one.call()
    assert says in caught.value.detail
    assert (caught.value.detail == "`f` raised PermissionError: [Errno 1]") is (not says)


@pytest.mark.parametrize("answer", ["raised", "no data", "time", "crash"])
def test_details_say_what_the_worker_said(world, answer):
    one = world({"f()": ANSWERS[answer][0]})
    one.start()
    with pytest.raises(StudentError) as caught:
        one.call()
    assert SECRET in caught.value.detail


def test_which_exception_it_was_is_not_in_what_hidden_cases_show(world):
    one = world({"f()": Raised("KeyError", ""), "g()": Raised("MyError", "")})
    one.start()
    for name, says in (("f", "`f` raised an exception."), ("g", "`g` raised an exception.")):
        with pytest.raises(StudentError) as caught:
            one.call(name)
        assert caught.value.public == says


def test_a_stub_is_not_filled_in_rather_than_broken(world):
    one = world(dict.fromkeys(["f()", "g()"], Raised("NotImplementedError", "")))
    one.start()
    assert one.outcome("g") is Outcome.MISSING  # g is a stub of the submission
    assert one.outcome("f") is Outcome.RAISED  # f is not: the student raises it


def test_a_name_of_the_assignment_that_a_driver_lacks_is_told(world):
    one = world({"f()": Missing("g")})
    one.start()
    with pytest.raises(StudentError, match=r"^`g` is not defined"):
        one.call("f")


class TestProxies:
    @pytest.fixture
    def one(self, world):
        one = world()
        one.start()
        return one

    @pytest.fixture
    def names(self, one):
        return Namespace(one.environment, np.random.default_rng(0))

    def test_calling_a_proxy_calls_the_function(self, one, names):
        assert names.get("f")(1, size=2) == 1.0
        request = one.sandbox.opened[0].asked[-1][0]
        assert (request["name"], sent(request)) == ("f", ((1,), {"size": 2}))

    def test_every_name_has_a_proxy_and_rng_is_the_cases_own(self, names):
        assert names.get("rng") is names["rng"]
        assert type(names.get("nowhere", 7)) is Proxy
        assert "nowhere" not in names

    def test_a_driver_is_named_and_functions_inside_its_arguments_too(self, one, names):
        def twice(): ...

        twice.__module__ = "drivers.toy"
        f, g = names.get("f"), names.get("g")
        assert via(twice, 3, f, [g, (f,)], {"k": g, "n": None}) == 1.0
        request = one.sandbox.opened[0].asked[-1][0]
        assert request["name"] in ("f", "g")
        assert request["driver"] == ("toy", "twice")
        f, g = wire.Name("f"), wire.Name("g")
        assert sent(request) == ((3, f, [g, (f,)], {"k": g, "n": None}), {})


class TestADriverWithSeveralFunctions:
    """Which of them is to blame, only a traceback tells; else none of them is blamed alone."""

    @pytest.fixture
    def drive(self, world):
        def make(answer, *names):
            one = world({"f()": answer, "g()": answer})
            one.start()

            def call():
                with pytest.raises(StudentError) as caught:
                    ask(
                        one.environment,
                        names[-1],
                        ("toy", "twice"),
                        ([wire.Name(name) for name in names],),
                        {},
                    )
                return caught.value

            return call

        return make

    @pytest.mark.parametrize("answer", ["time", "crash", "no data", "raised by nobody", "missing"])
    def test_all_are_named(self, drive, answer):
        answers = {**ANSWERS, "raised by nobody": (Raised("ValueError", SECRET), None)}
        error = drive(answers[answer][0], "f", "g", "f")()
        assert error.public.startswith("`f` or `g` ")

    @pytest.mark.parametrize(
        ("functions", "says"),
        [
            (["on_ones", "f"], "`f` raised an exception."),
            (["on_ones", "g", "helper"], "`g` raised an exception."),
            (["f", "on_ones", "g"], "`g` raised an exception."),
            (["on_ones"], "`f` or `g` raised an exception."),
            ([SECRET], "`f` or `g` raised an exception."),
        ],
    )
    def test_the_innermost_of_them_in_the_traceback_raised(self, drive, functions, says):
        frames = tuple(Frame("cell 1", 1, function, "") for function in functions)
        assert drive(Raised("ValueError", "", frames), "f", "g")().public == says

    @pytest.mark.parametrize("frames", [(), (Frame("drivers/toy.py", 3, "twice", "x.sum()"),)])
    def test_what_a_helper_raises_is_not_blamed_on_them(self, drive, frames):
        error = drive(Raised("AttributeError", "'list' has no 'sum'", frames), "f")()
        assert error.outcome is Outcome.BAD_VALUE
        assert error.public == "`f` returned a value of the wrong type or form."
        assert error.detail == f"{error.public} (AttributeError: 'list' has no 'sum')"

    @pytest.mark.parametrize(
        "differentiate",
        [
            lambda x: torch.autograd.grad((3 * x).sum(), torch.ones(2, requires_grad=True)),
            lambda x: torch.autograd.grad(
                torch.ones(2, requires_grad=True).sum(), torch.ones(2, requires_grad=True)
            ),
        ],
    )
    def test_a_gradient_that_does_not_flow_is_said_so(self, drive, differentiate):
        """In the words of the torch that is installed."""
        with pytest.raises(RuntimeError) as caught:
            differentiate(torch.ones(2))
        error = drive(Raised("RuntimeError", str(caught.value)), "f")()
        assert error.outcome is Outcome.BAD_VALUE
        assert error.public == "No gradient flows through `f`."
        assert error.detail.endswith(
            "Is its result detached, computed with NumPy or `.item()`, or independent of the input?"
        )

    def test_only_the_one_that_is_a_stub_is_not_filled_in(self, drive):
        error = drive(Raised("NotImplementedError", ""), "f", "g")()
        assert error.outcome is Outcome.MISSING
        assert error.public.startswith("`g` is not filled in yet")

    def test_together_they_strike_together(self, world):
        one = world(dict.fromkeys(["f()", "g()"], TIME))
        one.start()

        def together():
            return ask(one.environment, "g", ("toy", "twice"), (wire.Name("f"), wire.Name("g")), {})

        for says in ("did not end", "did not end", "was not called again"):
            with pytest.raises(StudentError, match=f"^`f` or `g` {says}"):
                together()
        with pytest.raises(StudentError, match=r"^`f` did not end"):
            one.call("f")  # alone it was never waited for
        with pytest.raises(StudentError, match=r"^`f` did not end"):
            one.call("f")
        with pytest.raises(StudentError, match=r"^`f` was not called again"):
            one.call("f")

    def test_who_does_not_end_alone_is_not_called_with_others(self, world):
        one = world({"f()": TIME})
        one.start()
        assert [one.outcome("f"), one.outcome("f")] == [Outcome.TIMED_OUT] * 2
        with pytest.raises(StudentError, match="was not called again"):
            ask(one.environment, "g", ("toy", "twice"), (wire.Name("f"), wire.Name("g")), {})


class TestGenerator:
    def test_the_same_for_the_same_seed_and_case(self):
        assert np.array_equal(generator("s", "k").random(5), generator("s", "k").random(5))

    @given(
        st.lists(
            st.tuples(st.text("0123456789abcdef", max_size=3), st.text(max_size=5)),
            min_size=2,
            max_size=2,
            unique=True,
        )
    )
    def test_unlike_any_other(self, pairs):
        (first, second) = (generator(*pair).integers(1 << 62, size=2).tolist() for pair in pairs)
        assert first != second


class TestDescribe:
    def test_type_text_and_places(self):
        frames = (
            Frame("cell 3", 2, "<module>", "f(0)"),
            Frame("toy.py", 7, "f", ""),
            Frame("toy.py", 9, "", "1 / x"),
        )
        assert describe(Raised("ZeroDivisionError", "division by zero", frames)) == (
            "ZeroDivisionError: division by zero\n"
            "    cell 3, line 2\n        f(0)\n"
            "    toy.py, line 7, in f\n"
            "    toy.py, line 9\n        1 / x"
        )

    def test_no_text(self):
        assert describe(Raised("StopIteration", "")) == "StopIteration"

    def test_a_huge_text_is_cut(self):
        assert len(describe(Raised("E", "x" * 100_000))) < 1_000


class TestTheWorkersOfASubmission:
    def test_its_end_is_the_last_workers(self, world):
        one = world()
        with one.crew:
            one.start()
            assert one.sandbox.closed == 0
        assert one.sandbox.closed == 1

    def test_its_end_is_that_of_one_that_only_read(self, world):
        one = world({"notebook": Value([])})
        with one.crew:
            one.crew.ask_untouched({"op": "notebook"}, 1.0)
        assert one.sandbox.closed == 1

    def test_other_files_are_another_workers(self, world):
        one = world({"notebook": Value([])})
        one.crew.ask_untouched({"op": "notebook"}, 1.0)
        one.crew.lay_out({"other.csv": b""})
        assert one.sandbox.closed == 1
        one.crew.fresh()
        assert [given["files"] for given in one.sandbox.given] == [
            {"data.csv": b"1,2"},
            {"other.csv": b""},
        ]

    def test_a_fresh_one_is_the_only_one(self, world):
        one = world()
        assert one.crew.fresh() is not one.crew.fresh()
        assert one.sandbox.closed == 1

    def test_one_apart_has_its_own_rules_and_does_not_disturb(self, world):
        one = world({"notebook": Value([])})
        session = one.crew.fresh()
        with one.crew.separate_worker(Limits(disk_mb=1), {"a": b"1"}):
            assert one.sandbox.given[1] == {
                "limits": Limits(disk_mb=1),
                "permits": Permits(),
                "secrets": SECRETS,
                "files": {"a": b"1"},
            }
        assert session.ask({"op": "notebook"}, 1.0) == Value([])
