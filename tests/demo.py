"""``make demo``: the Gradescope zip, and three notebooks graded: right, half-finished, hostile."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.support import handed_in

OUT = handed_in.ROOT / "demo"


def main() -> int:
    """Build, grade, show; 0 where everything came out as it must."""
    console = Console()
    OUT.mkdir(exist_ok=True)
    name = handed_in.ASSIGNMENT
    autograder(console, "bundle", name, "-o", str(OUT))
    whole = handed_in.assignment()
    notebooks = {
        "right": handed_in.right(whole),
        "half-finished": handed_in.half(whole),
        "hostile": handed_in.hostile(whole),
    }
    table = Table(title=f"{name}: three notebooks", title_justify="left")
    for column in ("notebook", "score", "of", "status", "results"):
        table.add_column(column)
    scores = []
    for kind, text in notebooks.items():
        path = OUT / f"{kind}.ipynb"
        path.write_text(text, encoding="utf-8")
        written = OUT / f"{kind}.json"
        console.print(f"\n[bold]{kind}[/]")
        status = autograder(console, "grade", str(path), "-a", name, "-o", str(written))
        found = json.loads(written.read_text(encoding="utf-8"))
        possible = sum(test.get("max_score", 0) for test in found["tests"])
        scores.append(found["score"] / possible)
        shown = str(written.relative_to(handed_in.ROOT))
        table.add_row(kind, f"{found['score']:g}", f"{possible:g}", str(status), shown)
    console.print()
    console.print(table)
    as_it_must = scores[0] == 1 and 0 < scores[1] < 1 and scores[2] == 0
    zipped = (OUT / f"{name}-gradescope.zip").relative_to(handed_in.ROOT)
    console.print(
        f"\nBuilt {zipped} (upload it to Gradescope) and graded three notebooks: full marks, some, "
        "none.\nThe notebooks and their results.json lie in demo/. Next: `make test`, or README.md."
        if as_it_must
        else f"\n[red]The scores are not as they must be: {scores}.[/]"
    )
    return 0 if as_it_must else 1


def autograder(console: Console, *arguments: str) -> int:
    """Run a command of ours as a user would, and show it."""
    console.print(f"[dim]$ autograder {' '.join(arguments)}[/]", highlight=False)
    command = [str(Path(sys.executable).with_name("autograder")), *arguments]
    return subprocess.run(command, cwd=handed_in.ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
