"""A bare Ubuntu in a folder, and commands in it: as root of a container, held to a size."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SUITES = {"jammy": "22.04", "noble": "24.04"}
"""Ubuntu's code names of Gradescope's base images, and their versions."""

MIRROR = "http://archive.ubuntu.com/ubuntu"

# What a container of Docker's may still do (its default list of capabilities).
CAPABILITIES = (
    "chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw "
    "sys_chroot mknod audit_write setfcap"
)
_SCRIPTS = Path("/usr/share/debootstrap/scripts")
_GROUPS = Path("/sys/fs/cgroup")
_PERIOD = 100_000
_MEGABYTE = 1 << 20
_POLL_SECONDS = 0.2


class Impossible(Exception):
    """This machine cannot do it; the text says what is missing."""


@dataclass(frozen=True)
class Ran:
    """A command in the root that has ended.

    Attributes:
        status: its exit status.
        seconds: wall-clock time.
        peak_mb: the most memory of its group, page cache included, where it was held to a size.
        output: what it said.
    """

    status: int
    seconds: float
    peak_mb: float
    output: str


def bootstrap(root: Path, keyring: Path | None, mirror: str, suite: str) -> None:
    """Make a bare root, as debootstrap's minbase variant has it."""
    if os.geteuid() != 0:
        raise Impossible("a root file system can only be made by root")
    if shutil.which("debootstrap") is None:
        raise Impossible("debootstrap is not installed (apt-get install debootstrap)")
    trust = [f"--keyring={keyring}"] if keyring else []
    # A debootstrap that is older than a suite lacks its name; the script is the same for all since gutsy.
    script = [] if (_SCRIPTS / suite).exists() else [str(_SCRIPTS / "gutsy")]
    done = subprocess.run(
        [
            *("debootstrap", *trust, "--variant=minbase", "--components=main,universe"),
            *(suite, str(root), mirror, *script),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Impossible(f"debootstrap failed: {(done.stdout + done.stderr)[-600:]}")


def prepare(root: Path, mirror: str, suite: str, wheels: Path | None, certificates: Path) -> None:
    """What a container's network and package sources need, and nothing of the project."""
    lines = [f"deb {mirror} {suite}{kind} main universe" for kind in ("", "-updates", "-security")]
    (root / "etc/apt/sources.list").write_text("\n".join(lines) + "\n")
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    if certificates.is_file():
        (root / "etc/ssl/certs").mkdir(parents=True, exist_ok=True)
        shutil.copy(certificates, root / "etc/ssl/certs/of-the-machine.crt")
    if wheels is not None:
        shutil.copytree(wheels, root / "opt/wheels", dirs_exist_ok=True)


def size_mb(folder: Path) -> float:
    """What a folder takes on disk, in MB of 2²⁰ bytes."""
    told = subprocess.run(["du", "-skx", str(folder)], capture_output=True, text=True, check=True)
    return int(told.stdout.split()[0]) / 1024


def run(
    root: Path,
    command: str,
    environment: Mapping[str, str],
    *,
    cores: float | None = None,
    memory_mb: int | None = None,
    limit_seconds: float = 3600.0,
) -> Ran:
    """Run a command of the shell in the root, with namespaces and capabilities as in a container.

    Args:
        root: the file system.
        command: for ``/bin/bash -c``.
        environment: all of it.
        cores: how much of a core it gets, by the kernel's quota; all where ``None``.
        memory_mb: its memory; more ends in the kernel's out-of-memory killer. All where ``None``.
        limit_seconds: when it is killed.
    """
    drop = ",".join(f"+{name}" for name in CAPABILITIES.split())
    inside = (
        f"mount -t proc proc {root}/proc && mount --rbind /dev {root}/dev && "
        f"exec chroot {root} setpriv --bounding-set=-all,{drop} --inh-caps=-all /bin/bash -c "
        '"$COMMAND"'
    )
    with _group(cores, memory_mb) as (join, peak):
        begin = time.monotonic()
        process = subprocess.Popen(
            [
                *("unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"),
                *("/bin/sh", "-c", inside),
            ],
            env={**environment, "COMMAND": command},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=join,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=limit_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
        return Ran(process.returncode, time.monotonic() - begin, peak(), output)


@contextlib.contextmanager
def _group(cores: float | None, memory_mb: int | None) -> Iterator:
    """Control groups of the first version, in which a process can be born."""
    if cores is None and memory_mb is None:
        yield None, lambda: 0.0
        return
    folders = {kind: _GROUPS / kind / f"grading-{os.getpid()}" for kind in ("cpu", "memory")}
    try:
        for folder in folders.values():
            folder.mkdir()
        if cores is not None:
            (folders["cpu"] / "cpu.cfs_period_us").write_text(str(_PERIOD))
            (folders["cpu"] / "cpu.cfs_quota_us").write_text(str(int(cores * _PERIOD)))
        if memory_mb is not None:
            for name in ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"):
                (folders["memory"] / name).write_text(str(memory_mb * _MEGABYTE))
    except OSError as error:
        raise Impossible(f"no control group could be made: {error}") from error

    def join() -> None:
        for folder in folders.values():
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    def peak() -> float:
        return int((folders["memory"] / "memory.max_usage_in_bytes").read_text()) / _MEGABYTE

    try:
        yield join, peak
    finally:
        for folder in folders.values():
            while (folder / "cgroup.procs").read_text().strip():
                time.sleep(_POLL_SECONDS)
            folder.rmdir()
