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


def test_other_forms_of_a_mistake_have_its_name_and_sentence():
    @misconception("A constant is added.", caught_by=("part: case",), also=(1.0, 2.0))
    def shifted(by=0.5):
        return {"f": lambda x: x + by}

    forms = list(shifted.forms())
    assert [form.build()["f"](0) for form in forms] == [0.5, 1.0, 2.0]
    assert {(form.name, form.sentence) for form in forms} == {("shifted", "A constant is added.")}
    assert all(list(form.forms()) == [form] for form in forms)
