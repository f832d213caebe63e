"""``make image``: setup.sh and run_autograder in a bare Ubuntu, as Gradescope runs them.

Needs root, debootstrap and Ubuntu's archive. The folder is kept, so that a second run need not
make it again; nothing in it is mounted once the command has ended.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.gradescope.bundle import build
from tests.image import root as ubuntu
from tests.support import handed_in

_CERTIFICATES = "/etc/ssl/certs/of-the-machine.crt"
_BOMB = "bomb = []\nwhile True:\n    bomb.append(bytearray(b'x' * (16 << 20)))"


def main() -> int:
    """Make the image, grade in it, print what it took; 0 where every score is what it must be."""
    options = _options()
    console = Console()
    try:
        root = _root(options, console)
        built = _set_up(root, ubuntu.SUITES[options.suite], console)
        return _grade(root, built, options, console)
    except ubuntu.Impossible as reason:
        console.print(f"make image: {reason}")
        return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        allow_abbrev=False, prog="python -m tests.image", description=__doc__
    )
    parser.add_argument("--root", type=Path, help="folder of the image (default: a temporary one)")
    parser.add_argument("--mirror", default=ubuntu.MIRROR)
    parser.add_argument(
        "--suite", choices=ubuntu.SUITES, default="jammy", help="22.04 (jammy) or 24.04 (noble)"
    )
    parser.add_argument("--keyring", type=Path, help="keys of the archive, where not installed")
    parser.add_argument(
        "--wheels",
        type=Path,
        help="a folder with torch's CPU wheel, where its index is out of reach",
    )
    parser.add_argument("--cores", type=float, default=0.5)
    parser.add_argument("--memory", type=int, default=768, metavar="MB")
    return parser.parse_args()


def _root(options: argparse.Namespace, console: Console) -> Path:
    root = options.root or Path(tempfile.mkdtemp(prefix="image-"))
    if not (root / "bin/bash").exists():
        console.print(f"making a bare {options.suite} in {root}")
        ubuntu.bootstrap(root, options.keyring, options.mirror, options.suite)
    root.chmod(0o755)  # a temporary folder is closed, and no other user would get past this root
    certificates = Path("/etc/ssl/certs/ca-certificates.crt")
    ubuntu.prepare(root, options.mirror, options.suite, options.wheels, certificates)
    return root


def _environment(*, wheels: bool) -> dict[str, str]:
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "PIP_CERT": _CERTIFICATES,
        "PIP_ROOT_USER_ACTION": "ignore",
        **({"PIP_FIND_LINKS": "/opt/wheels"} if wheels else {}),
    }


def _set_up(root: Path, version: str, console: Console) -> dict[str, float]:
    home = root / "autograder"
    shutil.rmtree(home, ignore_errors=True)
    for name in ("source", "submission", "results"):
        (home / name).mkdir(parents=True)
    packed = home / "autograder.zip"
    build(handed_in.assignment(), packed, version)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(home / "source")
    shutil.copy(home / "source/run_autograder", home / "run_autograder")
    (home / "run_autograder").chmod(0o755)
    before = ubuntu.size_mb(root)
    console.print("running setup.sh")
    ran = ubuntu.run(
        root,
        "cd /autograder && bash source/setup.sh",
        _environment(wheels=(root / "opt/wheels").is_dir()),
    )
    if ran.status:
        raise ubuntu.Impossible(f"setup.sh failed with status {ran.status}:\n{ran.output[-3000:]}")
    return {
        "zip MB": packed.stat().st_size / 2**20,
        "bare root MB": before,
        "root after setup.sh MB": ubuntu.size_mb(root),
        "setup.sh seconds": ran.seconds,
    }


def _grade(
    root: Path, built: dict[str, float], options: argparse.Namespace, console: Console
) -> int:
    whole = handed_in.assignment()
    half = handed_in.half(whole)
    kinds = {
        "right": (handed_in.right(whole), 1.0),
        "half-finished": (half, None),
        "hostile": (handed_in.hostile(whole), 0.0),
        "endless memory in a cell": (handed_in.with_cell(half, _BOMB), None),
    }
    table = Table(
        title=f"run_autograder at {options.cores:g} core, {options.memory} MB", title_justify="left"
    )
    for column in ("submission", "score", "of", "seconds", "peak MB (page cache too)"):
        table.add_column(column, justify="right")
    wrong: list[str] = []
    scores = {}
    for kind, (text, share) in kinds.items():
        (root / "autograder/submission/work.ipynb").write_text(text, encoding="utf-8")
        ran = ubuntu.run(
            root,
            "cd /autograder && ./run_autograder",
            _environment(wheels=False),
            cores=options.cores,
            memory_mb=options.memory,
        )
        written = root / "autograder/results/results.json"
        if ran.status or not written.exists():
            wrong.append(f"{kind}: status {ran.status}\n{ran.output[-1500:]}")
            continue
        results = json.loads(written.read_text(encoding="utf-8"))
        possible = sum(test.get("max_score", 0) for test in results["tests"])
        scores[kind] = results["score"]
        if share is not None and abs(results["score"] - share * possible) > 1e-6:
            wrong.append(f"{kind}: {results['score']} of {possible}\n{results['output'][:1500]}")
        table.add_row(
            kind,
            f"{results['score']:g}",
            f"{possible:g}",
            f"{ran.seconds:.1f}",
            f"{ran.peak_mb:.0f}",
        )
    if scores.get("endless memory in a cell") != scores.get("half-finished"):
        wrong.append(f"a cell that was killed cost points: {scores}")
    for name, value in built.items():
        console.print(f"{name}: {value:.1f}")
    console.print(table)
    for sentence in wrong:
        console.print(f"[red]{sentence}[/]")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
