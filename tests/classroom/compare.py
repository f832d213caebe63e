"""Hold what a batch left against what a generated class is worth, and batches against one another.

    python -m tests.classroom.compare CLASS OUT [OUT...]

Exit status 0 where every submission has the points that the generator found in each of its parts, and
all batches left the same results but for times.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.toy_class import rows, without_times


def main() -> None:
    """Compare, and say what differs."""
    parser = argparse.ArgumentParser(allow_abbrev=False, prog="python -m tests.classroom.compare")
    parser.add_argument("made", type=Path, help="what tests.classroom made")
    parser.add_argument("out", type=Path, nargs="+", help="what autograder batch left")
    options = parser.parse_args()
    expected = {
        one["id"]: one
        for one in json.loads((options.made / "expected.json").read_text())["submissions"]
    }
    found = [problem for out in options.out for problem in _wrong(expected, out)]
    first, *others = options.out
    wanted = without_times(first) if others else {}
    for out in others:
        results = without_times(out)
        names = sorted(wanted.keys() | results.keys())
        differing = [name for name in names if wanted.get(name) != results.get(name)]
        found += [f"{name} is not the same in {first} and {out}" for name in differing]
    print("\n".join(found) or f"{len(expected)} submissions, each as expected in every batch")
    sys.exit(bool(found))


def _wrong(expected: dict[str, dict[str, Any]], out: Path) -> Iterator[str]:
    graded = {row["id"]: row for row in rows(out)}
    for name in sorted(expected.keys() | graded.keys()):
        wanted, row = expected.get(name), graded.get(name)
        if wanted is None or row is None:
            yield f"{name} is {'not in' if row is None else 'only in'} {out}"
        elif wanted["parts"] != row["parts"]:
            parts = dict(wanted["parts"])
            lost = {
                n: f"{row['parts'].get(n)} of {p}"
                for n, p in parts.items()
                if row["parts"].get(n) != p
            }
            yield f"{name} in {out} ({wanted['kind']}: {wanted['wrong']}), {row['status']}: {lost}"


if __name__ == "__main__":
    main()
