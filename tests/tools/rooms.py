"""The rooms of the program: how large each is, which imports which, and the walks from one to another.

    python -m tests.tools.rooms                      this tree
    python -m tests.tools.rooms --root /tmp/before   another checkout, such as one of `git worktree add`
    python -m tests.tools.rooms --walk A B           the shortest chain of imports from module A to B

A room is a module or a package directly below `autograder`. Imports inside functions and for type checkers
count; what is imported by a name in a string is counted apart, because no tool can see where it leads.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

import grimp

PACKAGE = "autograder"
_BY_NAME = re.compile(r"import_module\(")


def main(argv: list[str] | None = None) -> int:
    """Print the rooms, the arrows and the asked walk."""
    options = _arguments(argv)
    sys.path.insert(0, str(options.root))
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    if options.walk:
        chain = graph.find_shortest_chain(*options.walk)
        print("no import leads there" if chain is None else "\n".join(chain))
        return 0 if chain else 1
    folder = options.root / PACKAGE
    arrows = room_arrows(graph)
    rooms = sorted({room_of(module) for module in graph.modules if "." in module})
    print(f"{'room':<14}{'modules':>9}{'lines':>8}{'longest':>9}{'imports':>9}{'by':>5}")
    for room in rooms:
        files = python_files(folder, room)
        lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in files]
        out = sum(1 for one, _ in arrows if one == room)
        into = sum(1 for _, other in arrows if other == room)
        print(f"{room:<14}{len(files):>9}{sum(lines):>8}{max(lines):>9}{out:>9}{into:>5}")
    every = [path for path in folder.rglob("*.py") if "example" not in path.parts]
    texts = [path.read_text(encoding="utf-8") for path in every]
    hidden = sum(len(_BY_NAME.findall(text)) for text in texts)
    print(
        f"\n{len(rooms)} rooms, {len(every)} modules, {sum(map(len, map(str.splitlines, texts)))} lines; "
        f"{len(arrows)} arrows between rooms, {sum(arrows.values())} imports; "
        f"{len(mutual(arrows))} pairs of rooms import each other; "
        f"{hidden} imports by a name in a string"
    )
    for one, other in mutual(arrows):
        print(f"  {one} and {other}")
    print(f"rooms from top to bottom: {depth(arrows)}")
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        allow_abbrev=False, prog="python -m tests.tools.rooms", description=__doc__
    )
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--walk", nargs=2, metavar=("FROM", "TO"))
    return parser.parse_args(argv)


def room_of(module: str) -> str:
    """The room that a module lies in."""
    return module.split(".")[1]


def python_files(folder: Path, room: str) -> list[Path]:
    """The files of a room, without the example course, which is data."""
    if (folder / f"{room}.py").exists():
        return [folder / f"{room}.py"]
    return sorted(p for p in (folder / room).rglob("*.py") if "example" not in p.parts)


def room_arrows(graph: grimp.ImportGraph) -> Counter[tuple[str, str]]:
    """How many imports lead from one room to another."""
    found: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            if "." in module and "." in imported and room_of(module) != room_of(imported):
                found[room_of(module), room_of(imported)] += 1
    return found


def mutual(arrows: Counter[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs of rooms that import each other."""
    return sorted((one, other) for one, other in arrows if one < other and (other, one) in arrows)


def depth(arrows: Counter[tuple[str, str]]) -> str:
    """The longest chain of rooms each of which imports the next; "none" where there is a cycle."""
    below: dict[str, set[str]] = {}
    for one, other in arrows:
        below.setdefault(one, set()).add(other)

    def chain(room: str, above: tuple[str, ...]) -> tuple[str, ...]:
        if room in above:
            raise RecursionError
        rest = (chain(other, (*above, room)) for other in sorted(below.get(room, ())))
        return (room, *max(rest, key=len, default=()))

    try:
        return " > ".join(max((chain(room, ()) for room in below), key=len, default=()))
    except RecursionError:
        return "none, because of a cycle"


if __name__ == "__main__":
    sys.exit(main())
