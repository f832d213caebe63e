"""What the author of code that Python cannot parse reads besides Python's own words."""

import ast

import pytest

from autograder.grading.syntax import hints
from autograder.sandbox import Frame, Raised


def said(code):
    """The hints of the error that this Python raises for some code."""
    with pytest.raises(SyntaxError) as raised:
        ast.parse(code)
    error = raised.value
    frame = Frame("code cell 1", error.lineno, "", (error.text or "").rstrip("\n"))
    return " ".join(hints(Raised("SyntaxError", error.msg, (frame,)), "3.11"))


@pytest.mark.parametrize(
    ("code", "name", "advice"),
    [
        ("x =\u00a01", "U+00A0 (no-break space)", "with an ordinary space"),
        ("if x:\n\u00a0\u00a0\u00a0\u00a0y = 1", "U+00A0", "with an ordinary space"),
        ("x = 1\u202f000", "U+202F (narrow no-break space)", "with an ordinary space"),
        ("x = 1\u3000+ 1", "U+3000 (ideographic space)", "with an ordinary space"),
        ("x = \u200b1", "U+200B (zero width space)", "delete each"),
        ("x = 1\u200e", "U+200E (left-to-right mark)", "delete each"),
        ("x = 1\u00ad+ 1", "U+00AD (soft hyphen)", "delete each"),
        ("x = 1 + \ufeff1", "U+FEFF", "delete each"),
        ("x = 1\u2028y = 2", "U+2028 (line separator)", "delete each"),
        ("x = “a”", "U+201C (left double quotation mark)", "Python's `\"`: type that"),
        ("x = ‘a’", "U+2018 (left single quotation mark)", "Python's `'`: type that"),
        ("x = 'a’", "U+2019 (right single quotation mark)", "Python's `'`: type that"),
        ('x = f"a”', "U+201D (right double quotation mark)", "Python's `\"`: type that"),
        ("x = 3 − 2", "U+2212 (minus sign)", "Python's `-`: type that"),
        ("x = 3 – 2", "U+2013 (en dash)", "Python's `-`: type that"),
        ("x = 3 × 2", "U+00D7 (multiplication sign)", "Python's `*`: type that"),
        ("x = [1， 2]", "U+FF0C (fullwidth comma)", "Python's `,`: type that"),
        ("f（x）", "U+FF08 (fullwidth left parenthesis)", "Python's `(`: type that"),
        ("x = 3²", "U+00B2 (superscript two)", "Python's `**2`: type that"),
        ("x ≥ 2", "U+2265 (greater-than or equal to)", "Python's `>=`: type that"),
        ("x = 3€", "U+20AC (euro sign)", "only inside quotes and in comments"),
        ("x = ∞", "U+221E (infinity)", "only inside quotes and in comments"),
    ],
)
def test_a_pasted_character_is_named_with_what_to_type(code, name, advice):
    text = said(code)
    assert name in text and advice in text


@pytest.mark.parametrize("code", ["x = 'a", "def f(:", "x = = 1", "if x:\ny = 1", "x = 'don’t' +"])
def test_of_other_errors_nothing_is_said(code):
    assert said(code) == ""


@pytest.mark.parametrize("code", ["<<<<<<< HEAD", "=======", ">>>>>>> mine"])
def test_marks_of_a_merge_are_named(code):
    assert "merge conflict in git" in said(f"x = 1\n{code}\n")


@pytest.mark.parametrize(
    "text", ["invalid character (U+FFFFFF)", "invalid character (U+D800)", "U+00A0 U+00A0", ""]
)
def test_hostile_words_are_no_error(text):
    assert "U+FFFFFF" not in " ".join(hints(Raised("SyntaxError", text), ""))
