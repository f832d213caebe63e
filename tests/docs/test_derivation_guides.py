"""The pages about derivations, for students and for authors: they show what the program says."""

import ast
import re

from autograder.course.bank.derivations import derivations
from autograder.course.project import project_root
from autograder.derivations import check
from autograder.derivations.slips import SlipOutcome
from autograder.staff.validate.derivations import prove
from tests.unit.derivations.test_proving import DECLARED, GUIDE, PROOFS, STRONG, WEAK

PROOF = project_root() / "docs" / "check-your-proof.md"


def plain(text):
    return re.sub(r"\s+", " ", text)


def question(folder, declared):
    found = folder / "moments"
    found.mkdir()
    (found / "derivations.py").write_text(declared, encoding="utf-8")
    (found / "proofs.py").write_text(PROOFS, encoding="utf-8")
    return found


def test_the_first_attempt_has_the_fault_that_the_guide_shows(tmp_path):
    (found,) = prove(question(tmp_path, DECLARED.replace(STRONG, WEAK)), instances=20)
    (problem,) = found.problems
    assert plain(f"✗ {problem}") in plain(GUIDE.read_text(encoding="utf-8"))


def test_the_second_attempt_has_the_figures_that_the_guide_shows(tmp_path):
    (found,) = prove(question(tmp_path, DECLARED), instances=20)
    slips, equal = sum(found.fates.values()), found.fates[SlipOutcome.EQUAL]
    guide = plain(GUIDE.read_text(encoding="utf-8"))
    row = f"{found.proofs} │ {found.wrong} │ {slips} │ {equal} │ {found.located:.1%} │"
    assert f"│ variance_derivation │ {row}" in guide
    assert f"of {slips} mechanical slips" in guide
    assert f"{found.fates[SlipOutcome.LOCATED]} change the line's value" in guide


def test_the_students_page_shows_what_its_derivation_is_told(tmp_path):
    page = PROOF.read_text(encoding="utf-8")
    start = page.index("    def variance_derivation():\n        return [")
    example = page[start : page.index("]", page.index("return [", start)) + 1]
    lines = ast.literal_eval(example[example.index("[") :])
    folder = question(tmp_path, DECLARED)
    declared = derivations(folder / "derivations.py", "moments")["variance_derivation"]
    verdict = check(declared, lines)
    assert verdict.first_false == 2  # "Line 3 is false, and the difference is twice μ²"
    assert "exactly twice `mu**2`" in verdict.lines[2].explanation
    mended = [line.replace("mu**2 - mu**2", "mu**2 + mu**2") for line in lines]
    assert check(declared, mended).complete  # "With `+ mu**2` every line holds"


def test_each_sentence_that_the_students_page_explains_is_one_of_the_programs(tmp_path):
    folder = question(tmp_path, DECLARED)
    declared = derivations(folder / "derivations.py", "moments")["variance_derivation"]
    first = "E((x - mu)**2)"

    def said(*lines):
        return " ".join(line.explanation for line in check(declared, [first, *lines]).lines)

    page = plain(PROOF.read_text(encoding="utf-8"))
    assert "is larger than line 1 by exactly `mu**2`" in said("= E((x - mu)**2) + mu**2")
    assert "by exactly `H(q)`" in page
    told = said("= E(x**2) - 2 * mu**2", "= E(x**2) - mu**2")
    assert "Line 3 is right again: it follows from line 1" in told
    assert "Line 3 is right again: it follows from line 1" in page
    told = said("= E(x**2) * E(x**2) + mu * mu * mu")
    sentence = "None of the usual slips (a sign, a term, a factor, a symbol) alone explains line {}"
    assert sentence.format(2) in told
    assert sentence.format(3) in page
