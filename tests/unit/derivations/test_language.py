"""The language of derivations: what can be read, how it is understood, and what is said where it cannot."""

import pytest

from autograder import check_derivation
from autograder.course.bank.derivations import derivation
from autograder.derivations.lines import read_answer, read_line
from autograder.derivations.tree import walk
from autograder.derivations.writing import latex, text

FIRST = "E(log(p_x_given_z * p_z))"
LAST = "~ log(p_x) - KL(q, p_z_given_x)"
ECLL = "vae.ecll_derivation"


def refusal(line, name=ECLL, before=(FIRST,)):
    verdict = check_derivation(name, [*before, line, LAST])
    assert verdict.first_false is None
    index, message = verdict.refused
    assert index == len(before)
    assert verdict.lines[index].explanation == message
    return message


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("= -log(p_x)**2", "-log(p_x)**2"),
        ("= (-log(p_x))**2", "(-log(p_x))**2"),
        ("= 2**-1 * p_x", "2**-1 * p_x"),
        ("= 2**3**2", "2**3**2"),
        ("= (2**3)**2", "(2**3)**2"),
        ("= q - p_z - q", "q - p_z - q"),
        ("= q - (p_z - q)", "q - (p_z - q)"),
        ("= q / p_z * q", "q / p_z * q"),
        ("= E[log(p_x)]", "E(log(p_x))"),
        ("=½·π", "1 / 2 * pi"),
        ("= q²", "q**2"),
        ("= q⁻¹ − 1.5e-1", "q**-1 - 0.15"),
        ("= .5 × q ÷ 2.", "0.5 * q / 2"),
        ("≥ +q", "q"),
    ],
)
def test_formulas_are_read_with_the_precedence_of_python(written, understood):
    line = read_line(derivation(ECLL), written)
    assert text(line.formula) == understood
    again = read_line(derivation(ECLL), f"= {understood}")
    assert again.formula == line.formula


@pytest.mark.parametrize("signs", ["+", "-", "*", "/", "@", "+-", "*/", "*@", "+*", "-/"])
def test_many_operators_one_after_the_other_are_not_nested(signs):
    several = "".join(f"q{sign}" for sign in signs)
    written = f"{several * (800 // len(signs))}p_x"
    line = read_line(derivation(ECLL), f"= {written}")
    assert text(line.formula).replace(" ", "") == written
    shown = latex(line.formula, derivation(ECLL))
    assert shown.count("q(z") == written.count("q") == 800
    count = sum(one.head == "symbol" for _, one in walk(line.formula))
    assert count == 801 and line.formula.depth < 5


def test_a_long_sum_is_judged_and_its_false_terms_are_found():
    terms = [f"{n} * log(q)" for n in range(1, 101)]
    lines = [" + ".join(terms), "= " + " + ".join(reversed(terms)), "= 5050 * log(q)"]
    verdict = check_derivation(ECLL, lines)
    assert verdict.first_false is None and verdict.refused is None
    verdict = check_derivation(ECLL, [*lines, "= " + " + ".join(terms[1:])])
    assert verdict.first_false == 3


@pytest.mark.parametrize(
    "deep",
    [
        "(" * 101 + "q" + ")" * 101,
        "q-(" * 101 + "q" + ")" * 101,
        "-" * 101 + "q",
        "log(" * 101 + "q" + ")" * 101,
        "q" + ".T" * 101,
        "q" + "**q" * 101,
    ],
)
def test_what_is_nested_is_refused(deep):
    assert "nested more than 100 levels deep" in refusal(f"= {deep}")


def test_abbreviations_count_as_nested_where_they_are():
    chain = ["let a0 = q + q", *(f"let a{n + 1} = a{n} + q" for n in range(50))]
    assert check_derivation(ECLL, [*chain, f"{'a50 + ' * 3}q", "= 157 * q"]).refused is None
    inside = ["let a0 = q + q", *(f"let a{n + 1} = q + a{n}" for n in range(50))]
    assert check_derivation(ECLL, [*inside, "a50", "= 52 * q"]).refused is None


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("= E(log(p_w))", 9, "no symbol p_w; did you mean p_"),
        ("= E(log(p_x)", 4, "never closed"),
        ("= E(log(p_x)))", 14, "never opened"),
        ("= 2 q", 5, "no sign between"),
        ("= q p_z", 5, "no sign between"),
        ("= q(p_z)", 4, "is a symbol and not an operator"),
        ("= E", 3, "is an operator: write E(f)"),
        ("= E()", 5, "expected here"),
        ("= E(q, q)", 3, "more than 1 argument; write E(f)"),
        ("= KL(q)", 3, "fewer than 2 arguments; write KL(a, b)"),
        ("= log(p_x) = 3", 12, "one relation"),
        ("= E(q = 1)", 7, "inside a bracket"),
        ("= q^2", 4, "write ** for a power"),
        ("= \\log q", 3, "not LaTeX"),
        ("= |q|", 3, "write abs(a)"),
        ("= q # by Bayes", 5, "written answer"),
        ("== q", 1, "write ="),
        ("< q", 1, "write <="),
        ("q", 1, "begins with its relation"),
        ("= ", 3, "ends where"),
        ("= q +", 6, "ends where"),
        ("= 1e999", 3, "too large"),
        ("= р_z", 3, "CYRILLIC SMALL LETTER ER"),
        ("= 𝛼", 3, "write alpha"),
        ("= q\u200b", 4, "U+200B"),
        ("= q.x", 4, "write .T"),
        ("= lambda q: q", 11, "an abbreviation"),
        ("= __import__(q)", 3, "no operator __import__"),
        ("= grad(q, q)", 3, "no operator grad"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_column(line, column, words):
    message = refusal(line)
    assert f"line 2, column {column}:" in message or "|" in words
    assert any(word in message for word in words.split("|")), message


def test_a_product_of_matrices_written_with_a_star_is_a_matter_of_typing():
    verdict = check_derivation(
        "simsiam.trace_derivation", ["E(norm2(Wp @ f1 - f2)) / 2", "= E(norm2(Wp * f1 - f2)) / 2"]
    )
    assert verdict.first_false is None
    assert verdict.refused[0] == 1
    assert "column 14" in verdict.refused[1]
    assert "write @" in verdict.refused[1]


def test_shapes_that_do_not_fit_are_a_false_line():
    lines = ["E(norm2(Wp @ f1 - f2)) / 2", "= E(tr(Wp.T @ Wp @ f1.T @ f1)) / 2"]
    verdict = check_derivation("simsiam.trace_derivation", lines)
    assert verdict.first_false == 1
    assert verdict.refused is None
    assert "(3, 3) @ (1, 3)" in verdict.lines[1].explanation


def test_a_literal_zero_may_be_added_to_anything():
    lines = ["-(Wp @ F1) + F12.T", "= 0 - Wp @ F1 + F12.T + 0"]
    assert check_derivation("simsiam.predictor_derivation", lines).holds
    lines[1] = "= -(Wp @ F1) + F12.T + 1"
    assert check_derivation("simsiam.predictor_derivation", lines).first_false == 1


def test_a_number_is_divided_by_a_column_where_products_are_entry_by_entry():
    name, last = "reparameterization.diagonal_derivation", "N(z, mu, diag(sigma**2))"
    lines = [
        last,
        "= N(z, mu, inv(diag(1 / sigma**2)))",
        "= N(mu + z0 / (1 / sigma), mu, diag(sigma) @ diag(sigma))",
    ]
    assert check_derivation(name, lines).holds
    lines = ["inv(Wp) @ W", "= 1 / Wp @ W"]
    assert "/ divides by" in check_derivation("simsiam.vec_derivation", lines).refused[1]


def test_a_number_in_a_sum_with_a_matrix_is_told_what_to_write():
    lines = ["E(norm2((X * R - p * X) @ w))", "= E(norm2((X * (R - p)) @ w))"]
    verdict = check_derivation("regularization.expected_derivation", lines)
    assert verdict.first_false == 1
    assert "multiply the bracket out" in verdict.lines[1].explanation


def test_an_earlier_false_line_is_told_beside_a_later_one_that_cannot_be_read():
    verdict = check_derivation(ECLL, [FIRST, "= log(p_x)", "= log(p_y)"])
    assert verdict.first_false == 1
    assert verdict.refused[0] == 2


def test_abbreviations_are_written_out_and_counted_as_lines():
    lines = ["let A = p_x_given_z * p_z", "E(log(A))", "let B = p_z_given_x * p_x", "= E(log(B))"]
    verdict = check_derivation(ECLL, [*lines, LAST])
    assert verdict.complete
    false = check_derivation(ECLL, [*lines, "= log(B)"])
    assert false.first_false == 4


@pytest.mark.parametrize(
    "line", ["let p_x = q", "let E = q", "let A = q", "let grad = q", "let pi = 3"]
)
def test_an_abbreviation_takes_no_name_that_has_a_meaning(line):
    verdict = check_derivation(ECLL, ["let A = q", line, FIRST, LAST])
    assert verdict.refused[0] == 1
    assert "already" in verdict.refused[1]


@pytest.mark.parametrize(
    ("greek", "spelled"),
    [
        ("α", "alpha"),
        ("√", None),
        ("ᾱ", "abar"),
        ("α\u0304", "abar"),
        ("ᾱ1", "abar1"),
        ("ᾱ₁", "abar1"),
        ("ε", "eps"),
        ("ϵ", "eps"),
        ("epsilon", "eps"),
        ("x₀", "x0"),
        ("xₜ", "xt"),
    ],
)
def test_greek_may_be_typed_or_spelled(greek, spelled):
    one = derivation("ddpm.mean_derivation")
    answer = read_answer(one, [f"{greek} * beta"])
    if spelled is None:
        assert answer.refused
    else:
        assert text(answer.steps[0].formula) == f"{spelled} * beta"


@pytest.mark.parametrize("answer", [None, 3, "E(q)", [], {}, [None], [["= q"]], [b"= q"], object()])
def test_whatever_is_no_list_of_strings_is_refused(answer):
    verdict = check_derivation(ECLL, answer)
    assert verdict.refused
    assert verdict.first_false is None
    assert not verdict.ends


def test_a_derivation_has_at_most_sixty_lines():
    verdict = check_derivation(ECLL, [FIRST, *[f"= {FIRST}"] * 60])
    assert verdict.refused[0] == 60


def test_a_formula_is_typeset_with_the_question_s_symbols():
    one = derivation(ECLL)
    shown = latex(read_line(one, "~ log(p_x) - KL(q, p_z_given_x)").formula, one)
    assert shown == (r"\log p(x) - \mathrm{KL}\left(q(z \mid x) \,\|\, p(z \mid x)\right)")
    fraction = latex(read_line(one, "= E(log(q / (p_x * p_z)))").formula, one)
    assert r"\log \frac{q(z \mid x)}{p(x) \, p(z)}" in fraction


@pytest.mark.parametrize(
    ("name", "written", "typeset"),
    [
        (
            "simsiam.vec_derivation",
            "kron(X, Xp) @ vec(W)",
            r"(X \otimes X') \, \operatorname{vec}(W)",
        ),
        ("simsiam.vec_derivation", "-W @ X + W", r"-W \, X + W"),
        ("simsiam.vec_derivation", "W - -W @ X", r"W - (-W \, X)"),
        ("simsiam.vec_derivation", "inv(Wp) @ W", r"{W_p}^{-1} \, W"),
        (ECLL, "log(p_x) * sum(q)", r"(\log p(x)) \, \sum_z q(z \mid x)"),
        (ECLL, "sum(q * log(p_x))", r"\sum_z (q(z \mid x) \, \log p(x))"),
        (ECLL, "-log(p_x) * p_x", r"(-\log p(x)) \, p(x)"),
        ("regularization.expected_derivation", "(X * R) @ w", r"(X \odot R) \, w"),
        ("regularization.expected_derivation", "p * X @ w", r"p \, X \, w"),
    ],
)
def test_no_factor_seems_to_be_inside_what_stands_before_it(name, written, typeset):
    found = derivation(name)
    shown = latex(read_line(found, f"= {written}").formula, found)
    assert shown.replace(r"\left", "").replace(r"\right", "") == typeset


@pytest.mark.parametrize(
    ("written", "typeset"),
    [
        ("q / p_z * p_xz / p_x", r"\frac{q(z \mid x)}{p(z)} \, \frac{p(x, z)}{p(x)}"),
        ("q * p_z / p_x", r"\frac{q(z \mid x) \, p(z)}{p(x)}"),
        ("-q / p_x", r"-\frac{q(z \mid x)}{p(x)}"),
        ("2 - -q / p_x", r"2 - (-\frac{q(z \mid x)}{p(x)})"),
        ("(-q / p_x)**2", r"{(-\frac{q(z \mid x)}{p(x)})}^{2}"),
    ],
)
def test_fractions_are_typeset_as_by_hand(written, typeset):
    found = derivation(ECLL)
    shown = latex(read_line(found, f"= {written}").formula, found)
    assert shown.replace(r"\left", "").replace(r"\right", "") == typeset
