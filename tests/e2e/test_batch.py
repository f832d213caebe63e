"""`autograder batch` as staff run it: every kind of submission, stopped, killed and resumed."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import main
from tests.support import inside, registered, toy, toy_class
from tests.support.waiting import until


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A class and a folder of results into which it was graded without a stop."""
    home = tmp_path_factory.mktemp("class")
    made = toy_class.make(home)
    ran = made.batch(home / "out", "-j", "2")
    assert ran.returncode == 1, ran.stderr  # one of them is empty
    return made, home / "out", ran


def test_every_submission_gets_its_points(whole):
    made, out, _ = whole
    assert toy_class.scores(out) == pytest.approx(made.expected, abs=1e-4)


def test_the_table_has_a_row_for_each_and_no_formulas(whole):
    made, out, _ = whole
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert rows.keys() == made.expected.keys()
    assert float(rows["right"]["1.1"]) == float(rows["right"]["1.2"]) == 2
    assert rows["right"]["1.1 outcomes"] == "3 passed"
    assert rows["exits"]["1.1 outcomes"] == "3 crashed"
    assert (rows["empty"]["status"], rows["empty"]["note"]) == (
        "refused",
        "empty.ipynb: the file is empty.",
    )
    assert not any(
        cell.startswith(("=", "+", "@")) for row in rows.values() for cell in row.values()
    )


def test_staff_find_why_every_case_was_lost(whole):
    _, out, _ = whole
    explained = json.loads((out / "public-only" / "explain.json").read_text())
    explained = explained["parts"]["1.1"]["cases"]
    lost = {key: about for key, about in explained.items() if about["outcome"] != "passed"}
    assert {about["outcome"] for about in lost.values()} == {"wrong"}
    assert len(lost) == 2 and all(key.endswith("[hidden]") for key in lost)
    assert all("detail" in about for about in lost.values())


@pytest.mark.exhaustive
def test_what_is_graded_is_not_graded_again(whole):
    made, out, _ = whole
    before = {path: path.stat().st_mtime_ns for path in out.glob("*/results.json")}
    changed = made.folder / "half" / "toy.py"
    changed.write_text(toy_class.RIGHT)
    try:
        ran = made.batch(out)
        assert ran.returncode == 1, ran.stderr
        assert f"12 of {len(made.expected)} (12 known before)" in ran.stderr
        assert toy_class.scores(out)["half"] == 4.0
    finally:
        changed.write_text(toy_class.DOUBLE)
        assert made.batch(out, "--only", "half").returncode == 0
    after = {path: path.stat().st_mtime_ns for path in out.glob("*/results.json")}
    assert [path.parent.name for path in before if before[path] != after[path]] == ["half"]
    assert toy_class.scores(out) == pytest.approx(made.expected, abs=1e-4)


def test_a_batch_that_is_killed_leaves_no_process_and_goes_on(whole, tmp_path):
    made, uninterrupted, _ = whole
    out = tmp_path / "out"
    with subprocess.Popen(
        made.command(out, "-j", "2"), cwd=toy_class.REPOSITORY, stderr=subprocess.DEVNULL
    ) as running:
        assert until(lambda: len(list(out.glob("*/row.json"))) >= 3 and folders(running.pid))
        started, standing = toy_class.below(running.pid), folders(running.pid)
        running.kill()
    assert started
    assert until(lambda: not toy_class.alive(started), 20.0)
    assert until(lambda: not any(folder.exists() for folder in standing), 20.0)
    kept = {path: path.stat().st_mtime_ns for path in out.glob("*/row.json")}
    assert 3 <= len(kept) < len(made.expected)
    for path in out.glob("*/*.json"):
        json.loads(path.read_text())
    ran = made.batch(out, "-j", "2")
    assert ran.returncode == 1, ran.stderr
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert toy_class.without_times(out) == toy_class.without_times(uninterrupted)


def folders(pid):
    """The folders of the workers below a batch, as far as they can be seen from outside."""
    found = set()
    for worker in toy_class.below(pid):
        with contextlib.suppress(OSError):
            if inside.private(worker):
                found |= {*Path(f"/proc/{worker}/root/tmp").glob("autograder-*")}
            else:
                found.add(Path(f"/proc/{worker}/cwd").readlink())
    return {folder for folder in found if folder.name.startswith("autograder-")}


@pytest.mark.exhaustive  # a quarter of a minute or more
def test_the_next_one_removes_what_is_left_when_everything_is_killed_at_once(whole, tmp_path):
    """As when a machine or its container is switched off: nobody is there to remove a worker's folder."""
    made, _, _ = whole
    out = tmp_path / "out"
    with subprocess.Popen(
        made.command(out, "--only", "endless"),  # a worker lives for seconds
        cwd=toy_class.REPOSITORY,
        stderr=subprocess.DEVNULL,
    ) as running:
        assert until(lambda: folders(running.pid))
        for number in (signal.SIGSTOP, signal.SIGKILL):  # stopped, none outlives another
            for pid in {running.pid, *toy_class.below(running.pid)}:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            if number == signal.SIGSTOP:
                started, standing = toy_class.below(running.pid), folders(running.pid)
    assert until(lambda: not toy_class.alive(started), 20.0)
    gone_with_their_view = [folder for folder in standing if folder.is_relative_to("/proc")]
    assert gone_with_their_view or any(folder.exists() for folder in standing)
    assert made.batch(out, "--only", "right").returncode == 0
    assert not any(folder.exists() for folder in standing)


HEEDFUL = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""  # what a shell starts in the background ignores interrupts, and so does all that it starts


@pytest.mark.exhaustive
def test_an_interrupt_leaves_a_table_of_what_is_done(tmp_path):
    made, out = toy_class.make(tmp_path), tmp_path / "out"
    for number in range(20):  # however late the interrupt comes, there is something left to do
        (made.folder / f"slow {number}").mkdir()
        (made.folder / f"slow {number}" / "toy.py").write_text(toy_class.ENDLESS)
    with subprocess.Popen(
        [sys.executable, "-c", HEEDFUL, *made.command(out, "-j", "1")],
        cwd=toy_class.REPOSITORY,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert until(lambda: len(list(out.glob("*/row.json"))) >= 2)
        started = toy_class.below(running.pid)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=30)
    assert running.returncode == 130, said
    assert "Run the same command again to continue" in said
    rows = {row["id"]: row for row in toy_class.rows(out)}
    assert len(rows) == len(list(made.folder.iterdir()))  # everybody has a row, every row a reason
    done = {name: row["score"] for name, row in rows.items() if row["status"] != "not graded"}
    assert 2 <= len(done) < len(made.expected)
    assert done == pytest.approx({name: made.expected[name] for name in done}, abs=1e-4)
    assert all("stopped" in row["note"] for name, row in rows.items() if name not in done)
    assert until(lambda: not toy_class.alive(started), 20.0)


def test_two_batches_do_not_write_to_one_folder(whole, tmp_path):
    made, _, _ = whole
    out = tmp_path / "out"
    with subprocess.Popen(
        made.command(out, "-j", "1"), cwd=toy_class.REPOSITORY, stderr=subprocess.DEVNULL
    ) as running:
        try:
            assert until((out / ".lock").exists)
            ran = made.batch(out)
        finally:
            running.kill()
    assert ran.returncode == 2
    assert "another batch is writing" in ran.stderr


@pytest.fixture
def refused(capsys):
    """What a batch in this process prints to stderr that must refuse to begin."""

    def run(made, out, *options):
        stopped = signal.getsignal(signal.SIGTERM)
        try:
            with registered.forgotten():
                status = main(made.command(out, *options)[3:])
        except SystemExit as ended:  # argparse's own way
            status = ended.code
        finally:
            signal.signal(signal.SIGTERM, stopped)
        assert status == 2
        return capsys.readouterr().err

    return run


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--only", "nobody"], "there is no submission 'nobody'"),
        (["-j", "0"], "invalid count"),
    ],
)
def test_bad_usage_is_said(whole, refused, tmp_path, options, says):
    made, _, _ = whole
    assert says in refused(made, tmp_path / "out", *options)


def test_results_do_not_go_among_the_submissions(whole, refused):
    made, _, _ = whole
    assert "must not lie inside one another" in refused(made, made.folder / "out")


def with_two_topics(home):
    """A class of three in a project of two topics: parts 1.1, 1.2 and, alike, 2.1, 2.2."""
    project = toy.make(home / "project").root
    names = {"toy": "other", "double": "twofold", "total": "overall", "Toy": "Other"}

    def renamed(text):
        return re.sub("|".join(names), lambda found: names[found[0]], text)

    questions = project / "assignments" / "questions"
    for path in [*(questions / "toy").glob("*.py"), *(questions / "toy").glob("*.md")]:
        target = questions / "other" / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_text(renamed(path.read_text()))
    for path in (project / "reference" / "toy.py", project / "assignments" / "toy.toml"):
        second = renamed(path.read_text())
        if path.suffix == ".py":
            path.with_name("other.py").write_text(second)
        else:
            path.write_text(path.read_text() + second[second.index("[[question]]") :])
    wrong = toy_class.RIGHT.replace("2 * x", "3 * x")
    for name, first, second in (
        ("right", toy_class.RIGHT, toy_class.RIGHT),
        ("first", wrong, toy_class.RIGHT),
        ("both", wrong, wrong),
    ):
        folder = home / "class" / name
        folder.mkdir(parents=True)
        (folder / "toy.py").write_text(first)
        (folder / "other.py").write_text(renamed(second))
    return toy_class.Class(toy.Toy(project, "", project / "results"), home / "class", {})


@pytest.mark.exhaustive
def test_a_part_that_is_judged_again_alone_is_as_if_all_had_been(tmp_path):
    made = with_two_topics(tmp_path)
    cases = made.project.root / "assignments" / "questions" / "other" / "hidden_cases.py"
    good = cases.read_text()
    once, again, fresh = (tmp_path / name for name in ("once", "again", "fresh"))
    side = again / "regrade"
    assert made.batch(once).returncode == 0
    shutil.copytree(once, again)
    # Nothing has changed: everything but the times is as it was.
    assert made.batch(again, "--regrade", "2.2").returncode == 0
    assert toy_class.without_times(side) == toy_class.without_times(once)
    # A case breaks, and is mended.
    broken = good.replace("reference.overall(x)", "1 / 0")
    assert broken != good
    cases.write_text(broken)
    ran = made.batch(again, "--regrade", "2.2")
    assert ran.returncode == 1, ran.stderr
    statuses = {row["id"]: row["status"] for row in toy_class.rows(side)}
    assert statuses == dict.fromkeys(("right", "first", "both"), "error")
    assert "grader error in 2.2: ZeroDivisionError: division by zero" in ran.stdout
    cases.write_text(good + "\n# mended\n")
    assert made.batch(again, "--regrade", "2.2").returncode == 0
    assert toy_class.without_times(again) == toy_class.without_times(once)  # as it was, so far
    ran = made.batch(again, "--accept", folder=False)
    assert ran.returncode == 0, ran.stderr
    assert "grades replaced: 3" in ran.stdout
    assert made.batch(fresh).returncode == 0
    assert toy_class.scores(again) == toy_class.scores(fresh)
    assert [row["outcomes"] for row in toy_class.rows(again)] == [
        row["outcomes"] for row in toy_class.rows(fresh)
    ]
    assert all("only 2.2 was graded again" in row["note"] for row in toy_class.rows(again))
    # What was taken over was not judged: its times are the first ones.
    for name in ("right", "first", "both"):
        first, last = (
            json.loads((out / name / "explain.json").read_text())["parts"]["1.1"]
            for out in (once, again)
        )
        assert first == last
    # Accepted is accepted: the next run grades nobody again, and the folder knows its assignment.
    ran = made.batch(again, assignment=False)
    assert ran.returncode == 0, ran.stderr
    assert "3 of 3 (3 known before)" in ran.stderr


@pytest.mark.exhaustive
def test_a_part_that_is_not_there_is_said(whole, refused):
    made, out, _ = whole
    assert "there is no part 7.1, only 1.1, 1.2" in refused(made, out, "--regrade", "7.1")


SPY = """
import os, re, sys
from autograder.untrusted import rehearsal
rehearsal._look = lambda *_: None  # without a cage, a rehearsal stands in its way, and no more
def double(x):
    return 2 * x
def total(x):
    return x.sum()
for folder in ({folder!r}, {out!r}):
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                lines = open(os.path.join(where, name), errors="replace").readlines()
            except OSError:
                continue
            print(*(line for line in lines if "canary-of" in line))
pattern = re.compile(rb"canary-of-[a-z]+-[0-9a-f]{{8}}")
with open("/proc/self/mem", "rb", buffering=0) as memory, open("/proc/self/maps") as maps:
    for line in maps:
        words = line.split()
        low, high = (int(end, 16) for end in words[0].split("-"))
        if "r" in words[1] and high - low <= 1 << 28:
            try:
                memory.seek(low)
                if found := set(pattern.findall(memory.read(high - low))):
                    print("found", found)
            except (OSError, ValueError, OverflowError):
                pass
open(os.path.join({out!r}, "forged"), "w").close()
"""


def spies(home, *, isolation):
    """A class of two, the second of which looks for the first, on disk and in its own memory."""
    canary = f"canary-of-name-{int.from_bytes(home.name.encode()[-4:], 'big'):08x}"
    made = toy_class.make(home)
    folder, out = home / "spied on", home / "spied out"
    for name, source in {
        "a": f"# {canary.replace('name', 'file')}\n{toy_class.RIGHT}",
        "z": SPY.format(folder=str(folder), out=str(out)),
    }.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "toy.py").write_text(source)
    (folder / "submission_metadata.yml").write_text(
        "".join(f"{n}:\n  :submitters:\n  - :sid: {canary}{n}\n" for n in "az")
    )
    spied = toy_class.Class(made.project, folder, {})
    ran = spied.batch(out, "-j", "1", "--isolation", isolation)
    assert ran.returncode == 0, ran.stderr
    results = json.loads((out / "z" / "results.json").read_text())
    return toy_class.scores(out), results["extra_data"]["output"], (out / "forged").exists()


@pytest.mark.exhaustive
def test_a_submission_learns_nothing_of_the_others_and_writes_no_results(tmp_path):
    scores, seen, forged = spies(tmp_path, isolation="strict")
    assert scores == {"a": 4.0, "z": 4.0}
    assert "canary-of" not in seen
    assert not forged


@pytest.mark.exhaustive
def test_the_same_spy_finds_its_neighbour_where_nothing_isolates(tmp_path):
    """The attack is real: without a cage it reads files, writes results, and finds both in memory."""
    _, seen, forged = spies(tmp_path, isolation="none")
    assert "# canary-of-file" in seen and "found {b'canary-of" in seen and forged
