"""Honest submissions of a class keep their points beside attackers of the machine they share."""

from __future__ import annotations

import json
import re
import textwrap

import pytest

from tests.support import toy, toy_class

_SECONDS = 1.0
"""How long each of an attacker's three calls lasts: what starts with it is graded beside it."""
_HEAD = f"""
import fcntl, mmap, os, sys, threading, time

print("from", time.time())
held = []

def attempt(do):
    try:
        held.append(do())
    except Exception:
        time.sleep(0.01)

def until():
    return time.time() + {_SECONDS}

def total(x):
    return x.sum()
"""
ATTACKS = {
    "memory": """
        def double(x):
            end = until()
            while True:
                for kind in (mmap.MAP_PRIVATE, mmap.MAP_SHARED):
                    attempt(lambda: mmap.mmap(-1, 8 << 20, flags=kind | mmap.MAP_ANONYMOUS))
                    attempt(lambda: held[-1].write(b"x" * (8 << 20)))
                attempt(lambda: os.write(os.memfd_create("m"), bytes(8 << 20)))
                attempt(lambda: fcntl.fcntl(os.pipe()[1], 1031, 1 << 20))
                if time.time() > end:
                    return x + 1
        """,
    "disk": """
        def double(x):
            end = until()
            number = 0
            while time.time() < end:
                number += 1
                for folder in (".", "/tmp", "/var/tmp", "/dev/shm", "/run"):
                    name = f"{folder}/left-{os.getpid()}-{number}"
                    attempt(lambda: os.open(name, os.O_CREAT | os.O_RDWR))
                    attempt(lambda: os.write(held[-1], bytes(1 << 20)))
                    attempt(lambda: os.unlink(name))
            return x + 1
        """,
    "leases": """
        def double(x):
            end = until()
            for path in [m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", "")]:
                if time.time() < end:
                    attempt(lambda: held.append(os.open(path, os.O_RDONLY)))
                    for kind in (fcntl.F_RDLCK, fcntl.F_WRLCK):
                        attempt(lambda: fcntl.fcntl(held[-1], 1024, kind))
                        attempt(lambda: fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB))
            return x + 1
        """,
    "processor": """
        def spin(end):
            while time.time() < end:
                pass

        def double(x):
            end = until()
            attempt(lambda: os.nice(-10))
            for _ in range(60):
                attempt(lambda: threading.Thread(target=spin, args=(end,)).start())
            attempt(os.fork)
            spin(end)
            return x + 1
        """,
}
HONEST = """
import time

print("from", time.time())
import colorsys, tempfile
import numpy.polynomial.hermite_e

def double(x):
    with tempfile.TemporaryFile() as file:
        file.write(bytes(1 << 20))
    return 2 * x

def total(x):
    return (bytearray(100 << 20) and x.sum())
"""


TURNS = 20


@pytest.mark.exhaustive
def test_the_honest_lose_nothing(tmp_path):
    """Two are graded at a time, an attacker and an honest one in turns."""
    folder = tmp_path / "class"
    names = [f"{turn:02}-{attack}" for turn in range(TURNS) for attack in ATTACKS]
    for name in names:
        source = _HEAD + textwrap.dedent(ATTACKS[name.partition("-")[2]])
        for who, text in ((f"{name}-a", source), (f"{name}-b-honest", HONEST)):
            (folder / who).mkdir(parents=True)
            (folder / who / "toy.py").write_text(text)
    project = toy.make(
        tmp_path / "project", limits="memory_mb = 300; call_seconds = 30; total_seconds = 300"
    )
    made = toy_class.Class(project, folder, {})
    ran = made.batch(tmp_path / "out", "-j", "2", seconds=600 * TURNS)
    rows = {row["id"]: row for row in toy_class.rows(tmp_path / "out")}
    assert rows.keys() == {who.name for who in folder.iterdir()}, ran.stderr
    honest = {who: row for who, row in rows.items() if who.endswith("honest")}
    lost = {who: row for who, row in honest.items() if row["score"] != 4}
    assert not lost
    assert {row["status"] for row in rows.values()} == {"graded"}  # nothing is a fault of ours
    assert all(row["score"] <= 2 for who, row in rows.items() if who not in honest)
    attacking = [span(tmp_path / "out", rows[who]) for who in rows.keys() - honest.keys()]
    beside = [
        any(begin < until and since < end for since, until in attacking)
        for begin, end in (span(tmp_path / "out", row) for row in honest.values())
    ]
    assert sum(beside) >= len(beside) / 2  # how the turns fall is the pool's


def span(out, row):
    """When the code of a submission began to run, and when its grading had ended."""
    printed = json.loads((out / row["id"] / "results.json").read_text())
    since = float(re.search(r"from ([\d.]+)", printed["extra_data"]["output"])[1])
    return since, since + row["seconds"]
