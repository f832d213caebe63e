"""Is every misconception that was planted in a class on its page, with the right count?

    python -m tests.classroom.planted CLASS/expected.json OUT/insight.html

What the page says is read from the page, what was planted from the class; only submissions that the page
lists are counted. Exit status 1 where a count differs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

Counts = Counter[tuple[str, str]]


def main() -> int:
    """Print what differs, and how much does not."""
    parser = argparse.ArgumentParser(
        allow_abbrev=False, prog="python -m tests.classroom.planted", description=__doc__
    )
    parser.add_argument("expected", type=Path)
    parser.add_argument("page", type=Path)
    options = parser.parse_args()
    expected = json.loads(options.expected.read_text("utf-8"))["submissions"]
    counted, listed = on_page(options.page.read_text("utf-8"))
    wanted = planted([one for one in expected if one["id"] in listed])
    differ = differences(wanted, counted)
    print("\n".join(differ))
    print(
        f"{len(listed)} submissions: of {len(wanted)} misconceptions planted "
        f"{sum(counted[key] == count for key, count in wanted.items())} have the right count"
    )
    return 1 if differ else 0


def planted(expected: list[dict[str, Any]]) -> Counts:
    """How many submissions have each misconception, by its question and name."""
    words = (str(what).split(": misconception ") for one in expected for what in one["wrong"])
    return Counter((pair[0], pair[1]) for pair in words if len(pair) == 2)


def on_page(page: str) -> tuple[Counts, set[str]]:
    """The students' count of each misconception on a page, and the submissions that it lists."""
    soup = BeautifulSoup(page, "html.parser")
    counts: Counts = Counter()
    for row in soup.select("#known tbody tr"):
        cells = row.select("td")
        (count,), (name,) = cells[0].select("button"), cells[3].select("code")
        counts[cells[4].get_text(), name.get_text()] = int(count.get_text())
    listed = {heading.get_text() for heading in soup.select("#every tbody th")}
    return counts, listed


def differences(wanted: Counts, counted: Counts) -> list[str]:
    """A line for each misconception whose counts differ."""
    return [
        f"{topic}: {name}: planted {wanted[topic, name]}, on the page {counted[topic, name]}"
        for topic, name in sorted(wanted.keys() | counted.keys())
        if wanted[topic, name] != counted[topic, name]
    ]


if __name__ == "__main__":
    sys.exit(main())
