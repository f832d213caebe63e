"""The catalogue of attacks as a table: what was expected of each, and what came out, for each user.

python -m tests.sandbox.catalogue [NUMBER...]
"""

from __future__ import annotations

import json
import sys

from rich.console import Console
from rich.table import Table

from tests.support import hostile, users

ELSEWHERE = {
    24: "outliving a killed grader: tests/sandbox/test_survivors.py",
    54: "bits through scores over resubmissions: tests/sandbox/test_seeds.py",
    93: "calling a forbidden library: the harness gives no such advice yet",
}
_EXPECTED = ("expect", "hidden", "score", "prints", "notice", "refused", "staff")


def main(*numbers: str) -> int:
    """Grade the attacks with these numbers, or all, as every user that this machine can be."""
    chosen = [a for a in hostile.attacks() if not numbers or str(a.number) in numbers]
    names = [user for user in users.USERS if not users.why_not(user)]
    graded = {user: hostile.grade(chosen, user) for user in names}
    table = Table("attack", "expected", *names, title="What a submission does, and what comes out")
    failed = 0
    for attack in chosen:
        verdicts = [_verdict(attack, graded[user]) for user in names]
        failed += sum(verdict.startswith("FAILED") for verdict in verdicts)
        table.add_row(attack.title, _expected(attack), *verdicts)
    if not numbers:
        for number, where in ELSEWHERE.items():
            table.add_row(f"{number}.", where, *("" for _ in names))
    console = Console(width=None if sys.stdout.isatty() else 200, markup=False, emoji=False)
    console.print(table)
    for user in names:
        for left in graded[user].left:
            failed += 1
            console.print(f"left behind as {user}: {left}")
        if why := users.why_not(user):
            console.print(f"{user}: {why}")
    console.print(f"{len(chosen)} attacks, {len(names)} users, {failed} failed")
    return 1 if failed else 0


def _expected(attack: hostile.Attack) -> str:
    said = [(key, words) for key in _EXPECTED for words in attack.all(key)]
    return "\n".join(words if key == "expect" else f"{key}: {words}" for key, words in said)


def _verdict(attack: hostile.Attack, graded: hostile.Graded) -> str:
    record = graded.records[attack.name]
    wrong = attack.complaints(record)
    if any(canary in json.dumps(record) for canary in graded.canaries):
        wrong.append("a secret was learnt")
    if wrong:
        return "FAILED: " + "; ".join(wrong)
    found = hostile.outcomes(record)
    return ", ".join(f"{name} {'|'.join(sorted(found[name]))}" for name in sorted(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
