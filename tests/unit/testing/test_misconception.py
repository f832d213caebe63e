"""`misconception`: a declaration keeps what it was given and builds its functions when asked."""

from autograder.testing import misconception


def test_a_declaration_is_named_after_its_function_and_builds_late():
    built = []

    @misconception("Look at the sign.", caught_by=("part: case",))
    def sign_lost():
        built.append(True)
        return {"f": abs}

    assert (sign_lost.name, sign_lost.sentence) == ("sign_lost", "Look at the sign.")
    assert sign_lost.caught_by == ("part: case",)
    assert built == []
    assert sign_lost.build()["f"](-2) == 2
