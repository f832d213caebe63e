"""A valid results file whatever becomes of the grader, which here is a line of shell."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import supervisor
from autograder.supervisor import preliminary, unfinished, withheld, write

PART = {"name": "1.1 The mean", "score": 2, "max_score": 4, "status": "failed"}


@pytest.fixture
def results(tmp_path):
    return tmp_path / "results" / "results.json"


class TestWrite:
    def test_whole_and_readable_by_all(self, results):
        write(results, {"score": 1, "output": "Ω \ud800"})
        assert json.loads(results.read_bytes().decode("ascii"))["score"] == 1
        assert results.stat().st_mode & 0o777 == 0o644
        assert [path.name for path in results.parent.iterdir()] == ["results.json"]

    @pytest.mark.parametrize("bad", [float("nan"), float("inf"), object(), {"a": {1, 2}}])
    def test_not_at_all_where_it_is_no_json(self, results, bad):
        write(results, {"score": 1})
        with pytest.raises((ValueError, TypeError)):
            write(results, {"score": bad})
        assert json.loads(results.read_text()) == {"score": 1}
        assert [path.name for path in results.parent.iterdir()] == ["results.json"]

    def test_a_reader_never_sees_half_of_it(self, results):
        write(results, {"score": 0, "output": ""})
        stop, seen = threading.Event(), []

        def look():
            while not stop.is_set():
                found = json.loads(results.read_text())
                seen.append(len(found["output"]) == found["score"])

        reader = threading.Thread(target=look)
        reader.start()
        for length in range(0, 200_000, 1_000):
            write(results, {"score": length, "output": "x" * length})
        stop.set()
        reader.join()
        assert seen and all(seen)

    def test_a_folder_that_cannot_be_made(self, tmp_path):
        (tmp_path / "results").write_text("a file")
        with pytest.raises(OSError, match="results"):
            write(tmp_path / "results" / "results.json", {})


TESTS = st.lists(st.fixed_dictionaries({"name": st.text(), "score": st.integers(0, 9)}), max_size=3)
WRITTEN = st.fixed_dictionaries(
    {}, optional={"output": st.text(), "score": st.integers(), "tests": TESTS, "extra_data": TESTS}
)


class TestUnfinished:
    @given(WRITTEN, st.text(min_size=1))
    def test_what_was_written_stays_and_the_total_is_withheld(self, written, why):
        marked = unfinished(written, why)
        assert marked["tests"] == [*written.get("tests", []), withheld()]
        assert {**marked, "output": 0, "tests": 0} == {**written, "output": 0, "tests": 0}
        assert marked["output"].startswith(preliminary(why)["output"])
        assert marked["output"].endswith(written.get("output", "").strip() or "again.")

    @given(WRITTEN, st.text(min_size=1))
    def test_twice_is_once(self, written, why):
        once = unfinished(written, why)
        assert unfinished(once, why) == once

    def test_a_hidden_scored_test_keeps_the_total_from_students(self):
        for found in (preliminary("x"), unfinished({"tests": [PART]}, "x")):
            hidden = [test for test in found["tests"] if test.get("visibility") == "hidden"]
            assert hidden == [withheld()]
            assert "score" in hidden[0]
            json.dumps(found, allow_nan=False)

    def test_it_says_that_it_is_no_verdict(self):
        assert "not a verdict on your work" in preliminary("the grader died")["output"]
        assert "(the grader died)" in preliminary("the grader died")["output"]


class TestEnvironment:
    def test_only_what_says_how_to_print_is_passed_on(self, monkeypatch):
        for name in list(os.environ):
            monkeypatch.delenv(name)
        passed = {"AUTOGRADER_ROOT": "/p", "COLUMNS": "80", "LINES": "24", "NO_COLOR": "1",
                  "TERM": "dumb", "TMPDIR": "/t"}  # fmt: skip
        secret = {"GITHUB_TOKEN": "s", "AWS_SECRET": "s", "PYTHONPATH": "/e", "LD_PRELOAD": "/e",
                  "HOME": "/h", "PATH": "/e", "PYTHONSTARTUP": "/e"}  # fmt: skip
        for name, value in {**passed, **secret}.items():
            monkeypatch.setenv(name, value)
        found = supervisor.clean_environment({"PATH": "/usr/bin"}, "MARKER")
        assert found == {"PATH": "/usr/bin", **passed, "MARKER": "1"}


@pytest.fixture
def supervise(monkeypatch, tmp_path, results):
    """Supervise a line of shell in the grader's place; what was left, and the status."""
    handlers = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    monkeypatch.setattr(supervisor, "_GRACE_SECONDS", 0.0)

    def run(line: str, seconds: float = 60.0, written: Path | None = results):
        grader = tmp_path / "grader"
        grader.write_text(f"#!/bin/sh\nresults='{results}'\n{line}\n")
        grader.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(grader))
        status = supervisor.supervise(["grade", "hw"], {"PATH": "/usr/bin:/bin"}, written, seconds)
        found = json.loads(results.read_text()) if results.exists() else None
        return status, found

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


WRITE = f"echo '{json.dumps({'score': 2, 'output': 'so far', 'tests': [PART]})}' > $results"


class TestSupervise:
    @pytest.mark.parametrize("status", [0, 2, 3])
    def test_a_grader_that_ends_has_the_last_word(self, supervise, status):
        assert supervise(f"{WRITE}; exit {status}") == (
            status,
            {"score": 2, "output": "so far", "tests": [PART]},
        )

    def test_before_it_starts_there_are_results(self, supervise, results):
        status, found = supervise("cp $results $results.seen; exit 0")
        seen = json.loads(results.with_name("results.json.seen").read_text())
        assert seen == found == preliminary("it had only begun")
        assert status == 0

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("kill -9 $$", "the grader was ended by signal 9"),
            ("kill -SEGV $$", "the grader was ended by signal 11"),
            ("exit 1", "the grader broke down with status 1"),
            ("exit 120", "the grader broke down with status 120"),
        ],
    )
    def test_a_grader_that_dies_leaves_what_it_had_marked_as_unfinished(self, supervise, line, why):
        status, found = supervise(f"{WRITE}; {line}")
        assert status == 3
        assert found == unfinished({"score": 2, "output": "so far", "tests": [PART]}, why)

    def test_one_that_hangs_is_killed(self, supervise):
        status, found = supervise(f"{WRITE}; exec sleep 60", seconds=0.2)
        assert status == 3
        assert "(it took longer than 0.2 seconds)" in found["output"]
        assert found["tests"] == [PART, withheld()]

    @pytest.mark.parametrize("line", ["rm $results", "echo '{' > $results", "echo 7 > $results"])
    def test_results_that_are_lost(self, supervise, line):
        status, found = supervise(f"{line}; kill -9 $$")
        assert status == 3
        assert "the grader was ended by signal 9" in found["output"]
        assert "its results were lost" in found["output"]
        assert found["tests"] == [withheld()]

    def test_half_a_file_is_not_left(self, supervise, results):
        """A grader that is killed while it writes has a file under another name."""
        supervise(
            "echo '{' > $(dirname $results)/.results.json.x7; echo '{' > $results.y; kill -9 $$"
        )
        assert {path.name for path in results.parent.iterdir()} == {
            "results.json",
            "results.json.y",
        }

    def test_nothing_is_written_where_nothing_is_to_be(self, supervise, results):
        assert supervise("kill -9 $$", written=None) == (3, None)
        assert not results.parent.exists()

    def test_results_that_cannot_be_written(self, supervise, tmp_path):
        (tmp_path / "results").write_text("a file")
        with pytest.raises(OSError, match="results"):
            supervise("exit 0")

    def test_the_command_and_the_environment(self, supervise, tmp_path):
        supervise(f'echo "$@" > {tmp_path}/arguments; tr "\\0" "\\n" < /proc/$$/environ '
                  f"> {tmp_path}/environment")  # fmt: skip
        assert (tmp_path / "arguments").read_text() == "-I -m autograder grade hw\n"
        assert (tmp_path / "environment").read_text() == "PATH=/usr/bin:/bin\n"

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_told_to_stop_it_kills_the_grader_and_says_so(self, supervise, number):
        line = f"{WRITE}; kill -{number:d} {os.getpid()}; exec sleep 60"
        status, found = supervise(line)
        assert status == 128 + number
        assert f"(it was stopped by {number.name})" in found["output"]
        assert found["tests"] == [PART, withheld()]

    def test_told_to_stop_while_the_grader_is_started(self, supervise, monkeypatch):
        popen = supervisor.subprocess.Popen

        class Slow(popen):
            def __init__(self, *arguments, **keywords):
                super().__init__(*arguments, **keywords)
                os.kill(os.getpid(), signal.SIGTERM)

        monkeypatch.setattr(supervisor.subprocess, "Popen", Slow)
        status, found = supervise("exec sleep 60")
        assert status == 128 + signal.SIGTERM
        assert "(it was stopped by SIGTERM)" in found["output"]


@pytest.mark.parametrize(
    ("umask", "private", "mode"),
    [(0o022, False, 0o644), (0o077, False, 0o600), (0o022, True, 0o600)],
)
def test_who_may_read_a_file_is_for_the_umask_to_say(tmp_path, umask, private, mode):
    """But for what holds solutions, and also where a file of another mode is replaced."""
    path = tmp_path / "file"
    path.touch(0o666)
    before = os.umask(umask)
    try:
        with supervisor.atomic_write(path, private=private) as temporary:
            temporary.write_text("new")
    finally:
        os.umask(before)
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", mode)
