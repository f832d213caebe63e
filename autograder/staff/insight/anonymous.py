"""The same class without the names of people: for a page that leaves the course's staff."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace

from autograder.model import UsageError
from autograder.staff.insight.model import BrokenResults, Class, GradedSubmission, State

_SHORTEST = 5


def without_names(whole: Class) -> Class:
    """Replace ids by labels, and leave out files, people and whatever sentence may name either.

    A label is a keyed hash of the id: the same in every page of one assignment, and nothing that a list
    of students can be held against, because the key is the assignment's digest, which is a hash of hidden
    cases too. No page shows that digest whole.

    Args:
        whole: the class with names.

    Returns:
        The class sorted by its labels.

    Raises:
        UsageError: the batch does not say which assignment it graded: there is no key.
    """
    if not whole.digest:
        raise UsageError(
            "batch.json has no digest, without which labels could be guessed; run autograder batch again"
        )
    ids = {one.id for one in whole.submissions} | {one.id for one in whole.broken}
    label = _labels(ids, whole.digest)
    users = _labels({user for one in whole.submissions for user in one.users}, whole.digest)
    submissions = (_without(one, label[one.id], users) for one in whole.submissions)
    broken = (BrokenResults(label[one.id], "", one.why) for one in whole.broken)
    return replace(
        whole,
        named=False,
        submissions=tuple(sorted(submissions, key=lambda one: one.id)),
        broken=tuple(sorted(broken, key=lambda one: one.id)),
    )


def _without(one: GradedSubmission, label: str, users: Mapping[str, str]) -> GradedSubmission:
    refused = "the reason may name files, and is left out" if one.state is State.REFUSED else ""
    people = tuple(users[user] for user in one.users)
    return replace(one, id=label, file="", users=people, names=(), refused=refused, note="")


def _labels(ids: Iterable[str], key: str) -> dict[str, str]:
    """A short label for each id; longer ones where two would be the same."""
    hashes = {
        name: base64.b32encode(hmac.digest(key.encode(), name.encode(), hashlib.sha256)).decode()
        for name in ids
    }
    for length in itertools.count(_SHORTEST):
        labels = {name: f"S-{text[:length]}" for name, text in hashes.items()}
        if len(set(labels.values())) == len(labels):
            return labels
    raise AssertionError("hashes of different ids are different")
