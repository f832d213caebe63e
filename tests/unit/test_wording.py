"""Nouns with their numbers, and lists in sentences."""

from autograder.model.wording import joined, plural


def test_only_one_of_a_thing_is_singular():
    assert [plural(count, "case") for count in (0, 1, 2, 0.5, 1.0)] == [
        "cases",
        "case",
        "cases",
        "cases",
        "case",
    ]
    assert (plural(1, "entry", "entries"), plural(3, "entry", "entries")) == ("entry", "entries")


def test_names_are_listed_as_a_sentence_lists_them():
    assert joined(["a"]) == "a"
    assert joined(["a", "b"]) == "a and b"
    assert joined(iter(["a", "b", "c"]), "or") == "a, b or c"
