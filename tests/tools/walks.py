"""The longest walks through the program: which modules a grading crosses, in order, and how many functions.

    python -m tests.tools.walks                      this tree
    python -m tests.tools.walks --root /tmp/before   another checkout, such as one of `git worktree add`
    python -m tests.tools.walks --functions          names the functions too

The toy submission is graded once by `grade` and once by `batch`, in new processes that note each function
of the program when it is first called. Only the trusted processes are followed: what zygote, cage and
worker do is not counted.

- *grade*: what the supervisor and the grader call.
- *case*: what is on the stack when the file of cases is executed and when a case begins, and what is called
  until that case ends.
- *value*: what that case calls until the student's function has returned its first value.
- *batch*: what the batch, its warm process and its grader call and `grade` does not.
"""

from __future__ import annotations

import inspect
import os
import runpy
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

_CASE = "public_double"  # of the toy
_CASES = "public_cases.py"
_SUBMISSION = "def double(x):\n    return 2 * x\ndef total(x):\n    return x.sum()\n"
_MAKE = "import sys; from pathlib import Path; from tests.support import toy; toy.make(Path(sys.argv[1]))"
_SHELL = '#!/bin/sh\nexec "{python}" "{here}" --record "{wrapper}" "{root}" "{notes}" "$@"\n'

Step = tuple[str, str]  # module, function


class _Recorder:
    """Notes in a file what is called in this process: walk, module and function, each when first called."""

    def __init__(self, root: str, notes: str, followed_forks: int) -> None:
        self._package = f"{root}/autograder/"
        self._notes = notes
        self._forks = followed_forks
        self._seen: set[tuple[str, CodeType]] = set()
        self._within: dict[str, FrameType] = {}
        self._begun: set[str] = set()
        os.register_at_fork(after_in_child=self._forked)

    def begin(self) -> None:
        threading.setprofile(self)
        sys.setprofile(self)

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "return":
            self._within = {name: top for name, top in self._within.items() if top is not frame}
        if event != "call":
            return
        code, caller = frame.f_code, frame.f_back
        if code.co_name == _CASE or (
            code.co_name == "<module>" and code.co_filename.endswith(f"/{_CASES}")
        ):
            self._note_stack(caller)
        if code.co_name == _CASE:
            self._start("case", frame)
        if not self._ours(code):
            return
        if caller is not None and caller.f_code.co_name == _CASE:
            self._start("value", frame)
        for walk in ("all", *self._within):
            self._note(walk, code)

    def _start(self, walk: str, frame: FrameType) -> None:
        if walk not in self._begun:
            self._begun.add(walk)
            self._within[walk] = frame

    def _note_stack(self, frame: FrameType | None) -> None:
        codes = []
        while frame is not None:
            codes.append(frame.f_code)
            frame = frame.f_back
        for code in reversed(codes):
            if self._ours(code) and "case" not in self._begun:
                self._note("case", code)

    def _ours(self, code: CodeType) -> bool:
        """Whether it is a function of the program, and not the body of a module or of a class."""
        named = bool(code.co_flags & inspect.CO_OPTIMIZED) and not code.co_name.startswith("<")
        return named and code.co_filename.startswith(self._package)

    def _note(self, walk: str, code: CodeType) -> None:
        if (walk, code) in self._seen:
            return
        self._seen.add((walk, code))
        module = code.co_filename.removeprefix(self._package)
        with Path(self._notes, str(os.getpid())).open("a", encoding="utf-8") as file:
            file.write(f"{walk}\t{module}\t{code.co_qualname}\n")

    def _forked(self) -> None:
        if not self._forks:
            sys.setprofile(None)
            threading.setprofile(None)
        self._forks -= 1


def record(wrapper: str, root: str, notes: str, *command: str) -> None:
    """Be the interpreter that the program starts: run a command as Python does, and note what it calls.

    Args:
        wrapper: the program that calls this; what the command starts is run by it too.
        root: the checkout.
        notes: the folder of notes.
        command: the interpreter's arguments.
    """
    sys.path[0] = root
    sys.executable = wrapper
    flag = next(place for place, word in enumerate(command) if word in ("-c", "-m"))
    text, sys.argv = command[flag + 1], list(command[flag:])
    if command[flag] == "-m" and text == "autograder":
        _Recorder(root, notes, 0).begin()
    elif "warm" in text:
        _Recorder(root, notes, 1).begin()  # its forks are graders
    if command[flag] == "-m":
        sys.argv = list(command[flag + 1 :])
        runpy.run_module(text, run_name="__main__", alter_sys=True)
    else:
        sys.argv = ["-c", *command[flag + 2 :]]
        exec(compile(text, "<string>", "exec"), {"__name__": "__main__"})


def followed(root: Path) -> dict[str, list[Step]]:
    """The four walks through the program of a checkout."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)
        project = home / "project"
        (home / "class").mkdir()
        (home / "class" / "toy.py").write_text(_SUBMISSION)
        subprocess.run([sys.executable, "-c", _MAKE, project], cwd=root, check=True)
        graded = _run(root, home, project, "grade", "class/toy.py", "-a", "toy", "-o", "r.json")
        batch = _run(root, home, project, "batch", "class", "-a", "toy", "-o", "graded")
    known = set(graded["all"])
    return {
        "a submission through grade": graded["all"],
        "a case from its file to its verdict": graded["case"],
        "a value through wire, out and back": graded["value"],
        "a job through batch, beyond grade": [step for step in batch["all"] if step not in known],
    }


def _run(
    root: Path, home: Path, project: Path, command: str, *options: str
) -> dict[str, list[Step]]:
    notes = home / f"notes-{command}"
    notes.mkdir()
    wrapper = home / f"python-{command}"
    names = {"python": sys.executable, "here": Path(__file__).resolve(), "wrapper": wrapper}
    wrapper.write_text(_SHELL.format(**names, root=root, notes=notes))
    wrapper.chmod(0o755)
    done = subprocess.run(
        [wrapper, "-m", "autograder", command, *options],
        cwd=home,
        env={**os.environ, "AUTOGRADER_ROOT": str(project)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"autograder {command} ended with status {done.returncode}:\n{done.stderr}")
    walks: dict[str, dict[Step, None]] = {}
    for path in sorted(notes.iterdir(), key=lambda path: int(path.name)):
        for line in path.read_text(encoding="utf-8").splitlines():
            walk, module, function = line.split("\t")
            walks.setdefault(walk, {})[module, function] = None
    return {walk: list(steps) for walk, steps in walks.items()}


def main(argv: list[str] | None = None) -> int:
    """Print the walks."""
    import argparse

    parser = argparse.ArgumentParser(
        allow_abbrev=False, prog="python -m tests.tools.walks", description=__doc__
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--functions", action="store_true", help="name the functions too")
    options = parser.parse_args(argv)
    for title, steps in followed(options.root.resolve()).items():
        functions: dict[str, list[str]] = {}
        for module, function in steps:
            functions.setdefault(module, []).append(function)
        rooms = {Path(module).parts[0].removesuffix(".py") for module in functions}
        print(f"{title}: {len(rooms)} rooms, {len(functions)} modules, {len(steps)} functions")
        for module, names in functions.items():
            listed = ": " + ", ".join(names) if options.functions else f" {len(names)}"
            print(f"  {module}{listed}")
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--record"]:
        record(*sys.argv[2:])
    else:
        sys.exit(main())
