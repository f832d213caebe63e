"""What only serves to refuse an argument is left alone, with all that it is made of."""

REQUIRE = """
    def require(condition, argument, rule):
        if not condition:
            raise ValueError(f"{argument} must {rule}")
"""


def lines(mutants):
    return {mutant.line for mutant in mutants}


def test_a_requirement_and_what_it_alone_uses(found):
    source = """
        from reference._domain import require

        LARGEST = 5
        SHIFT = 3

        def f(x):
            rule = "be small"
            size = len(x) + 1
            require(size < LARGEST, "x", rule)
            if x is not None:
                require(x > 0, "x", "be positive")
            return x + SHIFT
    """
    assert lines(found(source, domain=REQUIRE)) == {"SHIFT = 3", "return x + SHIFT"}


def test_a_function_that_only_checks_and_one_whose_value_is_thrown_away(found):
    source = """
        from reference._domain import require

        def check(x, least=1):
            require(x > least, "x", "be greater")

        def inverse(x):
            require(x != 0, "x", "not be 0")
            return 1 / x

        def f(x):
            check(x + 1, least=2)
            inverse(x - 1)
            return inverse(x)
    """
    assert lines(found(source, domain=REQUIRE)) == {"return 1 / x", "return inverse(x)"}


def test_an_argument_that_a_function_only_checks(found):
    source = """
        from reference._domain import require

        class Layer:
            @classmethod
            def checked(cls, value, of="layer", size=3):
                require(value != size, of, "differ")
                return value

        def number(value, argument, *axes):
            require(value > 0, argument, f"be positive {axes}")
            return value

        def f(x):
            first = Layer.checked(x, of="f" + "g", size=4)
            return first, number(2, "a" + "b", 1 + 1)
    """
    came = {mutant.change for mutant in found(source, domain=REQUIRE)}
    assert "2 → 3" in came
    assert not any(change.startswith("Layer.checked(x") and "→ L" in change for change in came)
    mentioned = {change.split(" → ")[0] for change in came}
    assert mentioned.isdisjoint({'"f" + "g"', "4", '"a" + "b"', "1 + 1", "1", "3", '"layer"'})


def test_a_parameter_of_a_public_function_counts_although_nothing_uses_it(found):
    came = {mutant.change for mutant in found("def f(x, unused=1):\n    return x\n")}
    assert "1 → 2" in came


def test_annotations_decorators_docstrings_and_aliases_of_types(found):
    source = '''
        from functools import lru_cache

        Number = int | float

        @lru_cache(maxsize=1 + 1)
        def f(x: "int | float" = None) -> Number:
            """One plus one."""
            y: Number = x
            return y
    '''
    assert lines(found(source)) == {"y: Number = x", "return y"}


def test_only_what_the_public_functions_reach_is_mutated(found):
    source = """
        from reference._helpers import used

        def f(x):
            return used(x)

        def g(x):
            return x + 1
    """
    helpers = "def used(x):\n    return x * 2\n\n\ndef unused(x):\n    return x * 3\n"
    came = found(source, helpers=helpers)
    assert {(m.module, m.function) for m in came} == {("topic", "f"), ("_helpers", "used")}
