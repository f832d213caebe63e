"""The catalogue of attacks as a table: what was expected of each, and what came out, for each user.

python -m tests.sandbox.catalogue [--without LAYER|CALL] [--user USER...] [NUMBER...]

With a layer missing (landlock, seccomp), the table shows which attacks it held back: they are marked
"through". Without private views, or on a kernel that lacks a system call, all must come out the same.
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.table import Table

from tests.sandbox import layers
from tests.support import hostile, old_kernel, users

ALL = ",".join([*old_kernel.NEWER, old_kernel.COLLAPSE])
CARRYING = "landlock_create_ruleset"
"""The one of these calls without which an ordinary user has no strict grading."""
ALL_BUT_ONE = ALL.replace(f"{CARRYING},", "")
USERS = (
    *users.USERS,
    users.OPEN,
    users.CONTAINER,
    f"{users.OLDER}{ALL}",
    f"{users.OLDER_ORDINARY}{ALL_BUT_ONE}",
)
ELSEWHERE = {
    24: "outliving a killed grader: tests/sandbox/test_survivors.py",
    54: "bits through scores over resubmissions: tests/sandbox/test_seeds.py",
}
_TITLE = "What a submission does, and what comes out"
_EXPECTED = ("expect", "hidden", "score", "prints", "notice", "refused", "staff")


def main(*arguments: str) -> int:
    """Grade the attacks with these numbers, or all, as every user that this machine can be."""
    options = argparse.ArgumentParser(allow_abbrev=False, prog="catalogue", description=__doc__)
    missing = (*layers.LAYERS, "private", *old_kernel.NEWER, old_kernel.COLLAPSE)
    options.add_argument("--without", choices=missing, default="", metavar="LAYER|CALL")
    options.add_argument(
        "--user", action="append", choices=USERS, help="all, where it is not given"
    )
    options.add_argument("numbers", nargs="*", type=int)
    given = options.parse_args(arguments)
    weakened = given.without in layers.LAYERS
    every = layers.informative(hostile.attacks()) if weakened else hostile.attacks()
    chosen = [a for a in every if not given.numbers or a.number in given.numbers]
    if not chosen:
        options.error("none of these attacks is graded so; without a number all are")
    everybody, without = given.user or USERS, given.without
    if without not in ("", *layers.LAYERS, "private"):
        both = ["root", *(["ordinary"] if without != CARRYING else [])]
        everybody = [f"{user} without {without}" for user in given.user or both]
        if not {*everybody} <= {
            f"{older}{without}" for older in (users.OLDER, users.OLDER_ORDINARY)
        }:
            options.error("without a system call, --user is root or ordinary")
        without = ""
    names = [user for user in everybody if not users.why_not(user)]
    graded = {user: hostile.grade(chosen, user, without) for user in names}
    title = f"What comes out without {given.without}" if given.without else _TITLE
    table = Table("attack", "expected", *map(_short, names), title=title)
    wrong = dict.fromkeys(names, 0)
    for attack in chosen:
        verdicts = [_verdict(attack, graded[user], without) for user in names]
        for user, verdict in zip(names, verdicts, strict=True):
            wrong[user] += verdict.startswith(("FAILED", "through"))
        table.add_row(attack.title, _expected(attack), *verdicts)
    if not (given.numbers or given.without or given.user):
        for number, where in ELSEWHERE.items():
            table.add_row(f"{number}.", where, *("" for _ in names))
    console = Console(width=None if sys.stdout.isatty() else 200, markup=False, emoji=False)
    console.print(table)
    for user in everybody:
        if why := users.why_not(user):
            console.print(f"{_short(user)}: {why}")
    for user in names:
        seen = [
            record["isolation"] for record in graded[user].records.values() if "error" not in record
        ]
        private = sum(bool(at.get("private")) for at in seen)
        console.print(
            f"{_short(user)}: {len(chosen) - wrong[user]} of {len(chosen)} as expected, "
            f"{len(graded[user].left)} left behind, {private} of {len(seen)} in a private view"
        )
    for user in names:
        for left in graded[user].left:
            console.print(f"left behind as {_short(user)}: {left}")
    failed = sum(wrong.values()) + sum(len(graded[user].left) for user in names)
    word = "through" if weakened else "failed"
    console.print(f"{len(chosen)} attacks, {len(names)} users, {failed} {word}")
    return 1 if failed and not weakened else 0


def _short(user: str) -> str:
    """A user's name with the long lists of system calls put into words."""
    return user.replace(ALL, "newer calls").replace(ALL_BUT_ONE, "newer calls but Landlock's")


def _expected(attack: hostile.Attack) -> str:
    said = [(key, words) for key in _EXPECTED for words in attack.all(key)]
    return "\n".join(words if key == "expect" else f"{key}: {words}" for key, words in said)


def _verdict(attack: hostile.Attack, graded: hostile.Graded, without: str) -> str:
    record = graded.records[attack.name]
    wrong = (
        layers.complaints(attack, graded) if without in layers.LAYERS else graded.complaints(attack)
    )
    if wrong:
        return ("through: " if without in layers.LAYERS else "FAILED: ") + "; ".join(wrong)
    found = hostile.outcomes(record)
    return ", ".join(f"{name} {'|'.join(sorted(found[name]))}" for name in sorted(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
