"""A private view: what is in it, what it costs the caller, and how a machine that has none goes on."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox import private
from tests.support import users

USER = users.PRESENT
SCRIPT = """
import json, os, sys
from autograder.sandbox import private
private.enter()
def tried(do):
    try:
        return do() or 0
    except OSError as error:
        return error.errno
work = "/tmp/a/work"
handle = private.work_folder(work, 1, 9, None) if private.inside() else -1
found = {
    "inside": private.inside(),
    "pid": os.getpid(),
    "root": sorted(os.listdir("/")),
    "processes": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
    "writes": {p: tried(lambda: open(p + "/x", "w").close())
               for p in ("/", "/usr", os.path.dirname(os.__file__))},
    "null": tried(lambda: open("/dev/null", "w").close()),
    "full": tried(lambda: open(work + "/x", "wb", buffering=0).write(bytes(2 << 20)) and 0),
    "then": tried(lambda: open(work + "/y", "wb", buffering=0).write(b"x") and 0),
    "seen": os.path.exists(os.path.join(f"/proc/self/fd/{handle}", "x")),
    "outside": [p for p in sys.argv[1:] if os.path.lexists(p)],
}
import colorsys, sqlite3
print(json.dumps(found))
"""


def run(user, *arguments):
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        home = Path(name)
        users.give(home, user)
        ran = users.run(
            user,
            [sys.executable, "-c", SCRIPT, str(home), *arguments],
            home=home,
            PYTHONPATH=str(Path(__file__).parents[3]),
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)


def none_for_users():
    """Why ordinary users may not have namespaces here, or nothing."""
    for name, refused in (
        ("user/max_user_namespaces", "0"),
        ("kernel/unprivileged_userns_clone", "0"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1"),
    ):
        setting = Path("/proc/sys", name)
        if setting.exists() and setting.read_text().strip() == refused:
            return f"{setting} is {refused}"
    return ""


@pytest.mark.parametrize("user", [USER, users.OPEN])
def test_what_is_in_it(user):
    if why := users.why_not(user) or private.why_not() or (user != "root" and none_for_users()):
        pytest.skip(why)
    found = run(user, "/etc/passwd", "/home", "/root/.bashrc", "/var", "/sys/class", "/dev/pts")
    assert found["inside"] and found["pid"] == 1 and found["processes"] == [1]
    assert set(found["root"]) >= {"proc", "dev", "usr", "tmp"}
    assert not set(found["root"]) & {"home", "var", "boot", ".old", "srv"}
    assert set(found["writes"].values()) == {30}  # a read-only file system
    assert found["null"] == 0
    assert (found["full"], found["then"]) == (0, 28)  # a short write; then no space is left
    assert found["seen"]
    assert found["outside"] == []


def _children() -> set[str]:
    """The processes that the caller has started and not waited for."""
    return set(Path("/proc/thread-self/children").read_text().split())


def test_the_caller_goes_on_where_there_is_none(monkeypatch):
    def refused():
        raise PermissionError(1, "unshare: Operation not permitted")

    monkeypatch.setattr(private, "_unshare", refused)
    before, children = set(os.listdir("/proc/self/fd")), _children()  # noqa: PTH208
    assert "unshare: Operation not permitted" in private.why_not()
    private.enter()
    assert not private.inside()
    assert set(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
    assert _children() == children


def test_whatever_breaks_it_is_a_reason(monkeypatch):
    def broken(_folders):
        raise LookupError("unknown encoding: ascii")

    monkeypatch.setattr(private, "_build", broken)
    assert "unknown encoding" in private.why_not() or users.why_not("root")


def test_in_a_container_there_is_none():
    if why := users.why_not(users.CONTAINER):
        pytest.skip(why)
    assert not run(users.CONTAINER)["inside"]
