"""The filter, run by a small interpreter: every rule, on both machines, with and without processes."""

from __future__ import annotations

import errno
import itertools
import os
import struct
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox import seccomp
from tests.support import system_calls
from tests.support.system_calls import HONEST, JUDGED, MACHINES, PRETENDED, REFUSED, UNKNOWN, exist

ME, GRADER, ZYGOTE, STRANGER = 4_321, 1_234, 1_235, 77
ALLOW, KILL = 0x7FFF0000, 0x80000000
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
HIGH = 1 << 32  # what a filter of 32-bit words must not be deceived by


def refusal(code: int) -> int:
    return 0x00050000 | code


EPERM, ENOSYS, PRETENCE = refusal(errno.EPERM), refusal(errno.ENOSYS), refusal(0)


def interpret(program: seccomp.Program, number: int, arguments: tuple[int, ...], audit: int) -> int:
    """Run a classic BPF program over `struct seccomp_data`, as the kernel would."""
    words = [argument & (1 << 64) - 1 for argument in arguments] + [0] * 6
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, audit, 0, *words[:6])
    accumulator = place = 0
    for _ in range(len(program)):
        code, true, false, constant = program[place]
        place += 1
        match code:
            case 0x20:  # BPF_LD | BPF_W | BPF_ABS
                (accumulator,) = struct.unpack_from("<I", data, constant)
            case 0x54:  # BPF_ALU | BPF_AND | BPF_K
                accumulator &= constant
            case 0x15:  # BPF_JMP | BPF_JEQ | BPF_K
                place += true if accumulator == constant else false
            case 0x35:  # BPF_JMP | BPF_JGE | BPF_K
                place += true if accumulator >= constant else false
            case 0x45:  # BPF_JMP | BPF_JSET | BPF_K
                place += true if accumulator & constant else false
            case 0x06:  # BPF_RET | BPF_K
                return constant
            case _:
                raise AssertionError(f"an instruction that is not known: {code:#x}")
    raise AssertionError("the program does not end")


@pytest.fixture(scope="module")
def programs():
    """The filter's program by machine and by whether processes are permitted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "getpid", lambda: ME)
        found = {}
        for machine, processes in itertools.product(MACHINES, (False, True)):
            patch.setattr(os, "uname", lambda machine=machine: SimpleNamespace(machine=machine))
            found[machine, processes] = seccomp.program(processes, (GRADER, ZYGOTE))
        return found


@pytest.fixture(scope="module")
def answer(programs):
    """What the filter says to a call by name, or by number."""

    def ask(call, machine: str, *arguments: int, processes: bool = False) -> int:
        number = call if isinstance(call, int) else system_calls.number(call, machine)
        return interpret(programs[machine, processes], number, arguments, AUDIT[machine])

    return ask


ARGUMENTS = ((), (ME,) * 6, (0,) * 6, ((1 << 64) - 1,) * 6)
BOTH = pytest.mark.parametrize("processes", [False, True])
EACH = pytest.mark.parametrize("machine", MACHINES)


def each(*names: str):
    """The calls of these names that each machine has."""
    return pytest.mark.parametrize(
        ("name", "machine"), exist({name: JUDGED[name] for name in names})
    )


def test_programs_are_such_as_the_kernel_takes(programs):
    """At most 4,096 instructions, jumps that fit a byte and stay inside, an end on every path."""
    for program in programs.values():
        assert len(program) <= 4_096
        for place, (code, true, false, constant) in enumerate(program):
            assert 0 <= constant < 1 << 32
            assert 0 <= true < 256 and 0 <= false < 256
            if code in (0x15, 0x35, 0x45):
                assert place + 1 + max(true, false) < len(program)
            else:
                assert true == false == 0
        assert program[-1][0] == 0x06


@BOTH
@pytest.mark.parametrize(("name", "machine"), exist(REFUSED))
def test_refused_whatever_the_arguments(answer, name, machine, processes):
    for arguments in ARGUMENTS:
        assert answer(name, machine, *arguments, processes=processes) == EPERM


@BOTH
@pytest.mark.parametrize(("name", "machine"), exist(PRETENDED))
def test_pretended(answer, name, machine, processes):
    for arguments in ARGUMENTS:
        assert answer(name, machine, *arguments, processes=processes) == PRETENCE


@BOTH
@pytest.mark.parametrize(("name", "machine"), exist(UNKNOWN))
def test_flags_that_cannot_be_seen_are_unknown_calls(answer, name, machine, processes):
    for arguments in ARGUMENTS:
        assert answer(name, machine, *arguments, processes=processes) == ENOSYS


@BOTH
@EACH
def test_everything_else_is_allowed(answer, machine, processes):
    named = {
        system_calls.number(name, machine) for name in {**REFUSED, **PRETENDED, **UNKNOWN, **JUDGED}
    }
    for number in set(range(1_000)) - named:
        for arguments in ARGUMENTS:
            assert answer(number, machine, *arguments, processes=processes) == ALLOW


@BOTH
@pytest.mark.parametrize(("name", "machine"), exist(HONEST))
def test_what_honest_code_needs_is_allowed(answer, name, machine, processes):
    for arguments in ARGUMENTS:
        assert answer(name, machine, *arguments, processes=processes) == ALLOW


@BOTH
@EACH
def test_another_architecture_is_the_end(programs, machine, processes):
    for audit in {*AUDIT.values(), 0x40000003, 0} - {AUDIT[machine]}:
        assert interpret(programs[machine, processes], 0, (), audit) == KILL


@BOTH
@given(number=st.integers(0x40000000, 0xFFFFFFFF))
def test_the_second_table_of_x86_is_unknown(programs, processes, number):
    assert interpret(programs["x86_64", processes], number, (), AUDIT["x86_64"]) == ENOSYS


@BOTH
@EACH
@pytest.mark.parametrize("command", range(0, 40))
def test_fcntl_names_no_receiver_of_signals(answer, machine, processes, command):
    for word in (command, command | HIGH):
        expected = EPERM if command in (8, 15) else ALLOW  # F_SETOWN, F_SETOWN_EX
        assert answer("fcntl", machine, 3, word, STRANGER, processes=processes) == expected


@BOTH
@each("prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr")
def test_limits_and_scheduling_of_oneself_only(answer, name, machine, processes):
    for pid, expected in [(0, ALLOW), (ME, ALLOW), (GRADER, EPERM), (STRANGER, EPERM), (-1, EPERM)]:
        assert answer(name, machine, pid, processes=processes) == expected


@BOTH
@EACH
@pytest.mark.parametrize(("name", "process"), [("setpriority", 0), ("ioprio_set", 1)])
def test_priority_of_oneself_only(answer, name, process, machine, processes):
    for which, who in itertools.product(range(4), (0, ME, GRADER, STRANGER)):
        expected = ALLOW if which == process and who in (0, ME) else EPERM
        assert answer(name, machine, which, who, processes=processes) == expected


@BOTH
@each("open", "openat")
def test_a_file_that_is_not_written_is_not_truncated(answer, name, machine, processes):
    place = {"open": 1, "openat": 2}[name]
    others = (0, os.O_CREAT, os.O_CLOEXEC | os.O_APPEND, os.O_DIRECTORY, HIGH)
    for mode, truncated, other in itertools.product(range(4), (0, os.O_TRUNC), others):
        flags = mode | truncated | other
        arguments = (*[0] * place, flags, 0o600)
        writes = mode in (os.O_WRONLY, os.O_RDWR)
        expected = EPERM if truncated and not writes else ALLOW
        assert answer(name, machine, *arguments, processes=processes) == expected


CLONE_THREAD = 0x00010000
NAMESPACES = [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000]


class TestWithoutProcesses:
    @each("fork", "vfork", "tkill")
    def test_no_new_process(self, answer, name, machine):
        for arguments in ((0,), (1,), (2,), (ME,)):
            assert answer(name, machine, *arguments) == EPERM

    @EACH
    @given(flags=st.integers(0, (1 << 64) - 1))
    def test_clone_makes_threads_only(self, answer, machine, flags):
        assert answer("clone", machine, flags) == (ALLOW if flags & CLONE_THREAD else EPERM)

    @each("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
    def test_signals_to_oneself_only(self, answer, name, machine):
        assert answer(name, machine, ME, 9) == ALLOW
        for pid in (0, 1, -1, -ME, GRADER, -GRADER, STRANGER, ME + 1, ME - 1):
            assert answer(name, machine, pid, 9) == EPERM


class TestWithProcesses:
    @each("fork", "vfork")
    def test_forks(self, answer, name, machine):
        assert answer(name, machine, processes=True) == ALLOW

    @EACH
    def test_clone_makes_no_namespace(self, answer, machine):
        for flags in (0, CLONE_THREAD, 0x01200011, 17):  # as fork() and pthread_create() do
            assert answer("clone", machine, flags, processes=True) == ALLOW
            for namespace in NAMESPACES:
                assert answer("clone", machine, flags | namespace, processes=True) == EPERM

    @each("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
    def test_no_signal_names_the_protected_or_everyone(self, answer, name, machine):
        for pid in (GRADER, -GRADER, ZYGOTE, -ZYGOTE, -1, GRADER | HIGH):
            assert answer(name, machine, pid, 9, processes=True) == EPERM
        for pid in (ME, STRANGER, 0):
            assert answer(name, machine, pid, 9, processes=True) == ALLOW


def test_no_filter_where_the_architecture_is_unknown(monkeypatch):
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine="riscv64"))
    assert not seccomp.supported()
    assert seccomp.install() is False


def test_the_kernel_is_given_the_program(monkeypatch):
    """A pointer to the number of instructions and to the instructions, eight bytes each."""
    import ctypes

    given = []

    def prctl(option, mode, address):
        header = ctypes.string_at(address, 16)
        length, pointer = struct.unpack("=H6xQ", header)
        given.append((option, mode, ctypes.string_at(pointer, 8 * length)))

    monkeypatch.setattr(seccomp.kernel, "prctl", prctl)
    assert seccomp.install(processes=True, protect=(GRADER,)) is True
    ((option, mode, blob),) = given
    assert (option, mode) == (22, 2)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
    assert [*struct.iter_unpack("=HBBI", blob)] == seccomp.program(True, (GRADER,))
