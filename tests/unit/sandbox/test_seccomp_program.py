"""The filter, run by a small interpreter: every rule, on both machines, with and without processes."""

from __future__ import annotations

import errno
import itertools
import os
import re
import struct
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox import calls, seccomp
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


HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}
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
def test_everything_else_is_unknown(answer, machine, processes):
    """Also what no kernel has yet."""
    named = {numbers[MACHINES.index(machine)] for numbers in calls.NUMBERS.values()}
    for number in set(range(1_000)) - named:
        for arguments in ARGUMENTS:
            assert answer(number, machine, *arguments, processes=processes) == ENOSYS


def test_every_name_has_numbers_and_one_rule():
    for processes in (False, True):
        names = [name for name, _ in seccomp._rules(processes, (GRADER,))]
        assert len(set(names)) == len(names)
        assert set(names) <= calls.NUMBERS.keys()


@pytest.mark.parametrize("machine", MACHINES)
def test_numbers_are_those_of_the_headers_of_linux(machine):
    """A name that is newer than the headers of this machine is left out."""
    path = Path(HEADERS[machine])
    if not path.is_file():
        pytest.skip(f"{path} is not installed")
    lines = path.read_text(encoding="utf-8")
    found = {
        name: int(at) for name, at in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", lines)
    }
    renamed = {"newfstatat": "fstatat"} if "newfstatat" not in found else {}
    for name, numbers in calls.NUMBERS.items():
        number = numbers[MACHINES.index(machine)]
        known = found.get(renamed.get(name, name))
        if known is not None:
            assert number == known, name
        elif number >= 0:
            assert number > max(found.values()), name


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
@pytest.mark.parametrize(
    ("name", "place", "allowed", "some", "otherwise"),
    [
        # Not F_SETOWN (8), F_SETOWN_EX (15), F_SETLEASE (1024), F_NOTIFY (1026), F_SETPIPE_SZ (1031).
        ("fcntl", 1, {0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032, 1034}, range(1_050), EPERM),
        # Not FS_IOC_SETFLAGS, TIOCSTI, TIOCLINUX, and what else there is.
        (
            *("ioctl", 1, {0x5401, 0x540F, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451}),
            *([*range(0x5400, 0x5460), 0x40086602, 0x40087602, 0], refusal(errno.ENOTTY)),
        ),
        # Not PR_SET_PDEATHSIG (1), PR_SET_DUMPABLE (4), PR_SET_CHILD_SUBREAPER (36), PR_SET_MM (35).
        ("prctl", 0, {3, 15, 16, 23, 39, 0x53564D41}, range(80), EPERM),
        # Not MADV_REMOVE (9), MADV_MERGEABLE (12), MADV_COLLAPSE (25), MADV_HWPOISON (100).
        ("madvise", 2, {0, 1, 2, 3, 4, 8, *range(14, 24)}, range(110), EPERM),
    ],
    ids=["fcntl", "ioctl", "prctl", "madvise"],
)
def test_commands_by_list(answer, machine, processes, name, place, allowed, some, otherwise):
    for command in {*some, *allowed}:
        for word in (command, command | HIGH):
            arguments = [STRANGER] * 5
            arguments[place] = word
            expected = ALLOW if command in allowed else otherwise
            assert answer(name, machine, *arguments, processes=processes) == expected


@BOTH
@EACH
def test_memory_is_such_as_is_counted(answer, machine, processes):
    private, shared, anonymous, fixed = 2, 1, 0x20, 0x10
    for flags in (private, shared, private | anonymous, shared | anonymous, private | fixed):
        assert answer("mmap", machine, 0, 1, 3, flags, processes=processes) == ALLOW
        for other in (0x2000, 0x40000):  # MAP_LOCKED, MAP_HUGETLB
            assert answer("mmap", machine, 0, 1, 3, flags | other, processes=processes) == EPERM


@BOTH
@EACH
def test_a_pair_of_sockets_is_of_streams(answer, machine, processes):
    close_on_exec, non_blocking = 0o2000000, 0o4000
    for family, kind, flags in itertools.product(
        range(20), range(6), (0, close_on_exec, non_blocking)
    ):
        expected = ALLOW if (family, kind) == (1, 1) else EPERM
        assert answer("socketpair", machine, family, kind | flags, processes=processes) == expected


@BOTH
@EACH
def test_nothing_is_sent_to_an_address(answer, machine, processes):
    for address in (0, 1, HIGH, HIGH | 1, 0x7F00_0000_1000):
        expected = EPERM if address else ALLOW
        assert answer("sendto", machine, 3, 1, 5, 0, address, 16, processes=processes) == expected


@BOTH
@each("prlimit64", "sched_setaffinity")
def test_limits_and_scheduling_of_oneself_only(answer, name, machine, processes):
    for pid, expected in [(0, ALLOW), (ME, ALLOW), (GRADER, EPERM), (STRANGER, EPERM), (-1, EPERM)]:
        assert answer(name, machine, pid, processes=processes) == expected


@BOTH
@EACH
def test_priority_of_oneself_only(answer, machine, processes):
    for which, who in itertools.product(range(4), (0, ME, GRADER, STRANGER)):
        expected = ALLOW if which == 0 and who in (0, ME) else EPERM
        assert answer("setpriority", machine, which, who, processes=processes) == expected


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
    @each("fork", "vfork", "tkill", "execve", "setpgid", "setsid")
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
    @each("fork", "vfork", "execve", "setpgid", "setsid")
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
