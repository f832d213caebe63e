"""Calls that Python has no name for: what the kernel refuses is an OSError that says so."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.sandbox import kernel


def status(key: str) -> str:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{key}:"))


def test_a_property_that_is_set():
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 0)


def test_a_property_that_there_is_not():
    with pytest.raises(OSError, match="prctl 9999: Invalid argument") as caught:
        kernel.prctl(9_999)
    assert caught.value.errno == errno.EINVAL


def test_a_system_call():
    number = {"x86_64": 39, "aarch64": 172}[os.uname().machine]
    assert kernel.syscall(number) == os.getpid()


def test_a_system_call_that_there_is_not():
    with pytest.raises(OSError, match="system call 999: Function not implemented"):
        kernel.syscall(999)


def test_memory_is_laid_into_huge_pages_and_stays_what_it_was():
    code = """
import re
from autograder.sandbox import kernel
data = bytearray(range(256)) * (64 << 10)
gathered = kernel.gather()
rollup = open("/proc/self/smaps_rollup").read()
print(gathered, 1024 * int(re.search(r"AnonHugePages: +([0-9]+)", rollup)[1]))
assert data == bytearray(range(256)) * (64 << 10)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    gathered, huge = map(int, ran.stdout.split())
    if not gathered:
        pytest.skip("this kernel lays nothing into huge pages when it is asked to")
    assert huge >= gathered >= 12 << 20


def test_where_there_are_no_huge_pages_nothing_is_gathered(monkeypatch):
    monkeypatch.setattr(kernel, "_MADV_COLLAPSE", 9_999)
    assert kernel.gather() == 0


def test_capabilities_are_those_of_the_kernel():
    assert kernel.capabilities() == int(status("CapPrm"), 16)


def test_capabilities_cannot_be_dropped_where_the_call_is_unknown(monkeypatch):
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine="riscv64"))
    with pytest.raises(OSError, match="capset: unknown on riscv64"):
        kernel.keep_capabilities(0)


@pytest.mark.parametrize("kept", [0, 1 << kernel.CAP_DAC_READ_SEARCH])
def test_only_those_asked_for_are_kept(kept):
    """In a process of its own; one that has none keeps none, and may not take any."""
    if kernel.capabilities() & kept != kept:
        pytest.skip("this user has not the capability that is to be kept")
    code = (
        "from autograder.sandbox import kernel\n"
        f"kernel.keep_capabilities({kept})\n"
        "print(kernel.capabilities(), open('/proc/self/status').read())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    found, _, rest = ran.stdout.partition(" ")
    assert int(found) == kept
    for line in ("CapPrm", "CapEff"):
        assert f"{line}:\t{kept:016x}" in rest
    assert "CapInh:\t" + "0" * 16 in rest


def test_a_capability_that_one_has_not_cannot_be_kept():
    code = (
        "from autograder.sandbox import kernel\n"
        "kernel.keep_capabilities(0)\n"
        "try:\n    kernel.keep_capabilities(4)\n"
        "except OSError as error:\n    print(error)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "Operation not permitted" in ran.stdout
