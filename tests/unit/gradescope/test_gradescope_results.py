"""`results`: what each reader of Gradescope's page gets to see, and what nobody does."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from gradescope_reports import case, judged, part, report, texts
from hypothesis import given
from hypothesis import strategies as st

from autograder import supervisor
from autograder.gradescope import results
from autograder.model import CaseResult, Diagnosis, Feedback, Outcome, Report, Use, Visibility
from autograder.verdicts import VERDICTS

FAILED = [one for one in Outcome if one not in (Outcome.PASSED, Outcome.GRADER_ERROR)]
WITHHELD = supervisor.withheld()
NAME = "The mean"
HIDDEN = "The mean (hidden cases)"


def entry(found: dict[str, Any], name: str, number: str = "1.1") -> dict[str, Any]:
    [only] = [t for t in found["tests"] if (t.get("number"), t["name"]) == (number, name)]
    return only


def shown(found: dict[str, Any]) -> str:
    """What a student can see once everything is published."""
    return "\n".join(texts({key: item for key, item in found.items() if key != "extra_data"}))


# --- entries and scores ---


def test_a_part_has_a_public_and_a_hidden_entry_that_share_its_points() -> None:
    whole = part(case(), case("c", hidden=True, weight=3), visibility=Visibility.AFTER_DUE_DATE)
    found = results(report(judged(whole, Outcome.PASSED, Outcome.WRONG)))
    assert [test["name"] for test in found["tests"]] == [NAME, HIDDEN]
    public, hidden = found["tests"]
    assert public["number"] == hidden["number"] == "1.1"
    assert public["output_format"] == hidden["output_format"] == "md"
    assert (public["score"], public["max_score"], public["status"]) == (1.0, 1.0, "passed")
    assert (hidden["score"], hidden["max_score"], hidden["status"]) == (0.0, 3.0, "failed")
    assert (public["visibility"], hidden["visibility"]) == ("visible", "after_due_date")
    assert found["score"] == 1.0


def test_a_score_earns_a_share_of_its_case_and_says_so() -> None:
    """Weights 1 and 3 of 4 points: the hidden case has 3, of which half is earned."""
    whole = part(case(), case("c", hidden=True, weight=3))
    short = CaseResult(whole.cases[1], Outcome.WRONG, "The score is low.", share=0.5)
    found = results(report(judged(whole, Outcome.PASSED, short)))
    hidden = entry(found, HIDDEN)
    assert (hidden["score"], hidden["max_score"], hidden["status"]) == (1.5, 3.0, "failed")
    assert "Case 1 earns 50% of its points." in hidden["output"]
    assert found["score"] == 2.5


def test_a_score_that_is_followed_earns_its_share_and_what_following_gives_of_the_rest() -> None:
    whole = replace(part(case("c", hidden=True)), follow_share=0.5)
    short = CaseResult(whole.cases[0], Outcome.WRONG, share=0.5, followed=True)
    assert judged(whole, short).score() == 2 + 0.5 * 2


def test_what_the_page_as_a_whole_is_told() -> None:
    found = results(report(judged(part(case()), Outcome.PASSED), seconds=1.23456))
    assert list(found) == [
        "score",
        "execution_time",
        "output",
        "output_format",
        "visibility",
        "stdout_visibility",
        "tests",
        "extra_data",
    ]
    assert found["execution_time"] == 1.235
    assert found["output_format"] == "md"
    assert (found["visibility"], found["stdout_visibility"]) == ("visible", "hidden")


def test_parts_without_public_or_without_hidden_cases_have_one_entry() -> None:
    found = results(
        report(
            judged(part(case()), Outcome.PASSED),
            judged(part(case(hidden=True), number="1.2"), Outcome.PASSED),
        )
    )
    assert [test["name"] for test in found["tests"]] == [NAME, "The mean (hidden cases)"]


weights = st.lists(
    st.tuples(st.floats(0.1, 10), st.booleans(), st.sampled_from(Outcome)), min_size=1
)


@given(weights, st.integers(0, 10**7))
def test_scores_are_round_and_never_above_what_the_part_is_worth(drawn: Any, points: int) -> None:
    cases = [case(str(i), weight=w, hidden=h) for i, (w, h, _) in enumerate(drawn)]
    whole = part(*cases, points=points / 100)
    result = judged(whole, *(outcome for _, _, outcome in drawn))
    found = results(report(result))
    scored = [test for test in found["tests"] if "score" in test and test != WITHHELD]
    for test in scored:
        assert 0 <= test["score"] <= test["max_score"]
        assert round(test["score"], 2) == test["score"]
        assert round(test["max_score"], 2) == test["max_score"]
        assert (test["status"] == "passed") <= (test["score"] == test["max_score"])
    assert found["score"] == pytest.approx(sum(test["score"] for test in scored), abs=2e-5)
    if WITHHELD not in found["tests"]:
        assert found["score"] == round(result.score(), 5)
        assert sum(test["max_score"] for test in scored) == pytest.approx(points / 100, abs=2e-5)


def test_thirds_of_a_point_are_round_and_add_up_as_they_are_shown() -> None:
    thirds = [
        judged(part(case(), case("b"), case("c"), number=f"1.{n}", points=1.0),
               Outcome.PASSED, Outcome.WRONG, Outcome.WRONG)
        for n in range(3)
    ]  # fmt: skip
    found = results(report(*thirds))
    assert [test["score"] for test in found["tests"]] == [0.33] * 3
    assert found["score"] == 0.99


def test_bonus_parts_say_so_and_count() -> None:
    found = results(
        report(judged(part(case(), case("c", hidden=True), bonus=True), *[Outcome.PASSED] * 2))
    )
    assert [test["name"] for test in found["tests"]] == [
        "The mean (bonus)",
        "The mean (bonus) (hidden cases)",
    ]
    assert found["score"] == 4.0


@pytest.mark.parametrize(("points", "said"), [(1.0, "1 point,"), (2.5, "2.5 points,")])
def test_written_parts_have_an_entry_that_claims_no_score(points: float, said: str) -> None:
    found = results(report(judged(part(case(), written=points), Outcome.PASSED)))
    written = entry(found, "Written answer: graded by a person")
    assert not {"score", "max_score", "status"} & written.keys()
    assert written["output"].startswith(said)
    assert (written["number"], written["visibility"]) == ("1.1", "visible")
    assert len(found["tests"]) == 2


def test_a_part_that_is_only_written_has_only_that_entry() -> None:
    found = results(report(judged(part(written=3.0, points=0.0))))
    assert [test["name"] for test in found["tests"]] == ["Written answer: graded by a person"]


def test_a_part_worth_nothing_still_has_an_entry() -> None:
    found = results(report(judged(part(points=0.0))))
    assert [test["name"] for test in found["tests"]] == [NAME]
    assert "score" not in found["tests"][0]


# --- public cases ---


def test_public_cases_passed_stand_in_one_line() -> None:
    cases = part(case("two rows"), case("a_b"))
    found = results(report(judged(cases, Outcome.PASSED, Outcome.PASSED)))
    assert found["tests"][0]["output"] == "2 of 2 cases passed: two rows; a\\_b."


@pytest.mark.parametrize("outcome", FAILED)
def test_a_failed_public_case_is_explained(outcome: Outcome) -> None:
    cases = part(case("rows"), case("ones"))
    explained = CaseResult(cases.cases[1], outcome, "public", "it is *2*\n\n    1  2", "staff")
    found = results(report(judged(cases, Outcome.PASSED, explained)))
    assert found["tests"][0]["output"] == (
        f"1 of 2 cases passed: rows.\n\n**ones**: {VERDICTS[outcome].word}\n\nit is \\*2\\*\n\n    1  2"
    )


def test_a_case_without_a_long_explanation_says_its_sentence() -> None:
    cases = part(case("ones"))
    found = results(report(judged(cases, CaseResult(cases.cases[0], Outcome.WRONG, "So it is."))))
    assert found["tests"][0]["output"] == "0 of 1 case passed.\n\n**ones**: wrong\n\nSo it is."


def test_cases_that_fail_alike_are_explained_once() -> None:
    cases = part(case("a"), case("b"), case("c"))
    same = [CaseResult(one, Outcome.MISSING, "`f` is missing.") for one in cases.cases]
    other = CaseResult(cases.cases[1], Outcome.RAISED, "`f` is missing.")
    found = results(report(judged(cases, same[0], other, same[2])))
    output = found["tests"][0]["output"]
    assert output.count("**a; c**: missing") == output.count("**b**: raised") == 1
    assert output.count("is missing") == 2


# --- hidden cases ---

SECRETS = {"name": "SECRETNAME", "detail": "SECRETDETAIL\n    SECRETTABLE", "staff": "SECRETSTAFF"}
DIFF = "SECRETDIFF\n    SECRETTABLE"


def secret(feedback: Feedback, outcome: Outcome, *, after: Feedback = Feedback.NONE) -> Report:
    whole = part(case(), case(SECRETS["name"], hidden=True), feedback=feedback, after=after)
    verdict = CaseResult(
        whole.cases[1], outcome, "A sentence.", SECRETS["detail"], SECRETS["staff"], 123.456,
        hint="A pattern.", diff=DIFF if outcome is Outcome.WRONG else "",
    )  # fmt: skip
    return report(judged(whole, Outcome.PASSED, verdict), staff=("SECRETWORD",), output="SECRETOUT",
                  seed="SECRETSEED", finished=True)  # fmt: skip


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("feedback", [Feedback.NONE, Feedback.OUTCOME, Feedback.HINT])
def test_of_a_hidden_case_no_name_no_detail_and_nothing_of_staff_is_shown(
    feedback: Feedback, outcome: Outcome
) -> None:
    found = results(secret(feedback, outcome))
    assert "SECRET" not in shown(found)
    assert "columns/mean" not in shown(found)


@pytest.mark.parametrize("outcome", FAILED)
@pytest.mark.parametrize(
    ("feedback", "said"),
    [(Feedback.OUTCOME, "A sentence."), (Feedback.HINT, "A sentence. A pattern.")],
)
def test_below_diff_only_sentences_without_numbers_leave(
    feedback: Feedback, said: str, outcome: Outcome
) -> None:
    found = results(secret(feedback, outcome))
    assert entry(found, HIDDEN)["output"] == (f"0 of 1 hidden case passed.\n\nCase 1: {said}")


@pytest.mark.parametrize("outcome", FAILED)
def test_at_none_every_outcome_reads_alike(outcome: Outcome) -> None:
    found = results(secret(Feedback.NONE, outcome))
    assert entry(found, HIDDEN)["output"] == "This part has hidden cases."


@pytest.mark.parametrize("outcome", FAILED)
def test_at_diff_what_is_expected_is_shown_and_nothing_that_a_submission_wrote(
    outcome: Outcome,
) -> None:
    """The detail of an exception is its text, which may hold the inputs of the call."""
    found = results(secret(Feedback.DIFF, outcome))
    said = "SECRETDIFF\n\n    SECRETTABLE" if outcome is Outcome.WRONG else "A sentence."
    assert entry(found, HIDDEN)["output"] == (
        f"0 of 1 hidden case passed.\n\n**Case 1**: {VERDICTS[outcome].word}\n\n{said}"
    )
    for word in (*SECRETS.values(), "SECRETWORD", "SECRETOUT", "SECRETSEED"):
        assert word not in shown(found)


def test_after_the_due_date_a_second_entry_says_more_and_claims_no_score() -> None:
    before = results(secret(Feedback.OUTCOME, Outcome.WRONG))
    found = results(secret(Feedback.OUTCOME, Outcome.WRONG, after=Feedback.HINT))
    later = entry(found, "The mean (hidden cases, after the due date)")
    assert not {"score", "max_score", "status"} & later.keys()
    assert (later["number"], later["visibility"]) == ("1.1", "after_due_date")
    assert later["output"].endswith("Case 1: A sentence. A pattern.")
    assert [test for test in found["tests"] if test != later] == before["tests"]
    assert (found["score"], found["output"]) == (before["score"], before["output"])


@pytest.mark.parametrize("after", Feedback)
@pytest.mark.parametrize("outcome", Outcome)
def test_what_is_shown_before_the_due_date_does_not_depend_on_what_is_shown_after(
    after: Feedback, outcome: Outcome
) -> None:
    entries = [
        [test for test in results(secret(Feedback.NONE, outcome, after=level))["tests"]
         if test["visibility"] != "after_due_date"]
        for level in (Feedback.NONE, after)
    ]  # fmt: skip
    assert entries[0] == entries[1]


def test_hidden_cases_keep_their_numbers_and_passed_ones_say_nothing() -> None:
    whole = part(*(case(str(n), hidden=True) for n in range(3)))
    found = results(report(judged(whole, Outcome.WRONG, Outcome.PASSED, Outcome.RAISED)))
    assert found["tests"][0]["output"] == (
        "1 of 3 hidden cases passed.\n\nCase 1: It is wrong.\n\nCase 3: It is raised."
    )


def test_hidden_cases_that_fail_alike_are_told_together() -> None:
    whole = part(*(case(str(n), hidden=True) for n in range(5)))
    verdicts = [Outcome.WRONG, Outcome.RAISED, Outcome.WRONG, Outcome.PASSED, Outcome.WRONG]
    found = results(report(judged(whole, *verdicts)))
    assert found["tests"][0]["output"] == (
        "1 of 5 hidden cases passed.\n\nCases 1, 3 and 5: It is wrong.\n\nCase 2: It is raised."
    )


@pytest.mark.parametrize("feedback", Feedback)
@pytest.mark.parametrize("outcome", FAILED)
def test_what_is_shown_at_once_does_not_depend_on_hidden_cases(
    feedback: Feedback, outcome: Outcome
) -> None:
    passed = results(secret(feedback, Outcome.PASSED))
    failed = results(secret(feedback, outcome))
    assert failed["output"] == passed["output"]
    assert entry(failed, NAME) == entry(passed, NAME)


def test_the_time_used_is_told_too_coarsely_to_tell_an_input() -> None:
    told = [results(report(seconds=seconds))["output"] for seconds in (0, 59.9, 60, 119.9)]
    assert told[0] == told[1] == "Time used: under 1 min (limit 8 min)."
    assert told[2] == told[3] == "Time used: under 2 min (limit 8 min)."


# --- faults of ours, refusals, gradings under way ---


def test_a_fault_of_ours_is_never_a_zero() -> None:
    whole = part(case(), case("b"), case("c", hidden=True))
    broken = CaseResult(whole.cases[0], Outcome.GRADER_ERROR, "Not your fault.", staff="our trace")
    found = results(report(judged(whole, broken, Outcome.PASSED, Outcome.PASSED)))
    public = entry(found, NAME)
    assert not {"score", "max_score", "status"} & public.keys()
    assert "Not your fault." in public["output"]
    assert "our trace" not in shown(found)
    assert entry(found, HIDDEN)["score"] == found["score"] == 1.33
    assert found["tests"][-1] == WITHHELD
    assert "no fault of yours" in found["output"]


@pytest.mark.parametrize("feedback", Feedback)
def test_a_fault_of_ours_in_a_hidden_case_is_said_at_every_level(feedback: Feedback) -> None:
    found = results(secret(feedback, Outcome.GRADER_ERROR))
    hidden = entry(found, HIDDEN)
    assert not {"score", "max_score", "status"} & hidden.keys()
    assert "no fault of yours" in hidden["output"]
    assert entry(found, NAME)["score"] == found["score"] == 2.0
    assert found["tests"][-1] == WITHHELD


def test_a_judged_submission_has_its_total() -> None:
    for outcome in [Outcome.PASSED, *FAILED]:
        assert WITHHELD not in results(report(judged(part(case()), outcome)))["tests"]


@pytest.mark.parametrize("points", [math.nan, math.inf, -math.inf])
def test_points_that_are_no_number_are_a_fault_of_ours(points: float) -> None:
    found = results(
        report(judged(part(case(), points=points), Outcome.PASSED),
               judged(part(case(), number="1.2"), Outcome.PASSED), seconds=points)
    )  # fmt: skip
    json.dumps(found, allow_nan=False)
    assert "score" not in entry(found, NAME)
    assert found["score"] == 4.0
    assert found["execution_time"] == 0.0
    assert found["tests"][-1] == WITHHELD


def test_a_grading_under_way_withholds_the_total_and_names_what_was_not_reached() -> None:
    parts = [part(case(), case("c", hidden=True), number=f"1.{n}") for n in (1, 2, 3)]
    found = results(
        report(judged(parts[0], Outcome.PASSED, Outcome.PASSED), of=parts, finished=False)
    )
    names = [test["name"] for test in found["tests"]]
    assert len(names) == 7
    assert found["tests"][-1] == WITHHELD
    assert found["score"] == 4.0
    assert "has not finished" in found["output"]
    assert "**Skipped in 1.2, 1.3:** not reached" in found["output"]
    assert entry(found, NAME, "1.3")["output"] == ("0 of 1 case passed.\n\n**ones**: not reached")


def test_a_grader_that_dies_leaves_one_mark_of_it() -> None:
    parts = [part(case()), part(case(), number="1.2")]
    last = results(report(judged(parts[0], Outcome.PASSED), of=parts, finished=False))
    left = supervisor.unfinished(last, "the grader was ended by signal 9")
    assert left["tests"] == last["tests"]
    assert left["output"].endswith(last["output"])


def test_a_refused_submission_has_every_entry_and_the_reason_in_each() -> None:
    parts = [
        part(case(), case("c", hidden=True), feedback=feedback, number=f"1.{n}")
        for n, feedback in enumerate(Feedback)
    ]
    skipped = [judged(one, Outcome.SKIPPED, Outcome.SKIPPED) for one in parts]
    for given_parts in (skipped, []):
        found = results(report(*given_parts, of=parts, refused="There is no <notebook>."))
        assert found["score"] == 0
        assert len(found["tests"]) == 8
        assert WITHHELD not in found["tests"]
        for shown_text in (found, *found["tests"]):
            assert "Nothing could be graded. There is no &lt;notebook&gt;." in shown_text["output"]
        assert {test["status"] for test in found["tests"]} == {"failed"}
        assert "Skipped" not in found["output"]


def test_what_was_skipped_is_named_with_its_reason_once_a_part() -> None:
    whole = part(case(), case("b"), case("c", hidden=True))
    late = [CaseResult(one, Outcome.SKIPPED, "the time ran out") for one in whole.cases]
    found = results(report(judged(whole, *late)))
    assert found["output"].startswith("**Skipped in 1.1:** the time ran out\n\nTime used")


def test_the_text_above_names_what_was_handed_in_and_every_notice() -> None:
    found = results(
        report(handed_in="notebook <a>.ipynb", notices=("cell 3 failed: _x_\n    line 1", "More."))
    )
    assert found["output"] == (
        "**Handed in:** notebook &lt;a&gt;.ipynb\n\n"
        "Time used: under 1 min (limit 8 min).\n\n"
        "cell 3 failed: \\_x\\_\n\n    line 1\n\n"
        "More."
    )


# --- staff ---


def test_staff_have_what_students_do_not() -> None:
    whole = part(case(), case("c", hidden=True))
    parts = judged(
        whole,
        CaseResult(whole.cases[0], Outcome.PASSED, seconds=0.25),
        CaseResult(whole.cases[1], Outcome.GRADER_ERROR, "-", "-", "our trace", seconds=0.5),
    )
    found = results(
        report(parts, staff=("No Landlock.",), output="printed", seed="5eed",
               isolation={"level": "strict", "landlock": True, "findings": []},
               versions={"python": "3.11.7"})
    )  # fmt: skip
    assert found["extra_data"] == {
        "schema": 1,
        "assignment": "small",
        "digest": "d1",
        "seed": "5eed",
        "finished": True,
        "isolation": {"level": "strict", "landlock": True, "findings": []},
        "versions": {"python": "3.11.7"},
        "staff": ["No Landlock."],
        "parts": [
            {
                "number": "1.1",
                "seconds": 0.75,
                "cases": {
                    "columns/mean: ones": "passed",
                    "columns/mean: c [hidden]": "grader_error",
                },
                "traces": {"columns/mean: c [hidden]": "our trace"},
                "explanations": {},
                "diagnoses": {},
                "values": {},
            }
        ],
        "output": "printed",
    }


def diagnosed(feedback: Feedback, *diagnoses: Diagnosis) -> dict[str, Any]:
    whole = part(case(), case("c", hidden=True), feedback=feedback)
    result = judged(whole, Outcome.WRONG, Outcome.WRONG)
    return results(report(replace(result, diagnoses=diagnoses)))


KEYS = ("columns/mean: ones", "columns/mean: c [hidden]")
ROWS = Diagnosis("rows_summed", "The *sum* is over rows.", ("mean",), 3, 3, KEYS)


@pytest.mark.parametrize("feedback", Feedback)
def test_a_diagnosis_is_said_from_the_level_hint_on(feedback: Feedback) -> None:
    found = diagnosed(feedback, ROWS)
    said = "The \\*sum\\* is over rows." in entry(found, HIDDEN)["output"]
    assert said == (feedback in (Feedback.HINT, Feedback.DIFF))
    assert "is over rows" not in entry(found, NAME)["output"] + found["output"]
    assert "rows_summed" not in shown(found)
    [extra] = found["extra_data"]["parts"]
    assert extra["diagnoses"] == {key: ["rows_summed"] for key in KEYS}


def test_a_diagnosis_says_how_sure_it_is_and_names_all_that_fit() -> None:
    columns = replace(ROWS, name="columns_summed", sentence="Columns are summed.")
    both = replace(ROWS, functions=("mean", "spread"), sentence="Both are lost.", agreed=2)
    text = entry(diagnosed(Feedback.HINT, ROWS, columns, both), HIDDEN)["output"]
    assert "In 3 of 3 calls `mean` returned what one of these mistakes would give:\n\n- The" in text
    assert "rows.\n- Columns are summed." in text
    assert (
        "In 2 of 3 calls `mean` and `spread` returned what this mistake would give:\n\n- Both"
        in text
    )


def test_what_explains_public_cases_alone_is_for_staff() -> None:
    """The hidden entry is of the hidden cases; a public failure has its whole explanation."""
    found = diagnosed(Feedback.HINT, replace(ROWS, cases=KEYS[:1]))
    assert "is over rows" not in shown(found)
    assert found["extra_data"]["parts"][0]["diagnoses"] == {KEYS[0]: ["rows_summed"]}


def test_what_the_code_printed_and_traces_are_cut() -> None:
    whole = part(case())
    long = CaseResult(whole.cases[0], Outcome.WRONG, "-", "-", "t" * 10**5)
    found = results(report(judged(whole, long), output="o" * 10**6))["extra_data"]
    assert len(found["output"]) == 8192
    assert [len(trace) for trace in found["parts"][0]["traces"].values()] == [4096]


# --- whatever a submission says ---

hostile = st.text(st.sampled_from("ab\n\r\t\x00\x1b[31m\x9b\x7f\u202e\ud800<>&`*_é"), max_size=60)


@given(
    st.lists(hostile, min_size=9, max_size=9), st.sampled_from(Outcome), st.sampled_from(Feedback)
)
def test_every_text_can_be_shown_whatever_it_was(
    words: list[str], outcome: Outcome, feedback: Feedback
) -> None:
    whole = part(case(words[0]), case(words[1], hidden=True), feedback=feedback)
    verdicts = [CaseResult(one, outcome, *words[2:5]) for one in whole.cases]
    found = results(
        report(judged(whole, *verdicts), refused=words[5], notices=(words[6],), output=words[7],
               handed_in=words[8], staff=(words[6],), seed=words[7],
               versions={words[7]: words[8]}, isolation={words[5]: [words[6], math.nan, object()]})
    )  # fmt: skip
    said = json.dumps(found, allow_nan=False)
    assert json.loads(said) == found
    for text in texts(found):
        assert all(char in "\t\n" or char.isprintable() for char in text)
        text.encode()


def test_every_text_has_an_end() -> None:
    whole = part(*(case(f"{n} " + "n" * 500, hidden=n % 2 == 0) for n in range(200)),
                 feedback=Feedback.DIFF)  # fmt: skip
    long = "<line>\n" * 10**4
    verdicts = [
        CaseResult(one, Outcome.WRONG, f"{n}{long}", f"{n}{long}")
        for n, one in enumerate(whole.cases)
    ]
    found = results(
        report(judged(whole, *verdicts), refused="", notices=(long,) * 500, handed_in=long * 10)
    )
    for text in texts(found):
        assert len(text) <= 20_000
    for shown_text in (found, *found["tests"]):
        assert shown_text["output"].endswith("(The rest is left out.)")


def test_the_same_report_gives_the_same_results() -> None:
    one = secret(Feedback.DIFF, Outcome.WRONG)
    assert json.dumps(results(one)) == json.dumps(results(replace(one)))


def test_a_case_of_form_has_a_verdict_and_no_points():
    one = part(case("form of the answer", weight=0), case("value", hidden=True))
    whole = results(report(judged(one, Outcome.PASSED, Outcome.WRONG)))
    public, hidden = whole["tests"]
    assert public["status"] == "passed"
    assert not {"score", "max_score"} & public.keys()
    assert "The answer itself is judged by the hidden cases." in public["output"]
    assert (hidden["score"], hidden["max_score"]) == (0.0, 4.0)
    public = results(report(judged(one, Outcome.WRONG, Outcome.WRONG)))["tests"][0]
    assert public["status"] == "failed"
    assert "judged by the hidden cases" not in public["output"]


# --- helpers that are wrong elsewhere ---


@pytest.mark.parametrize("level", Feedback)
def test_a_helper_that_is_wrong_elsewhere_is_named_as_far_as_the_level_goes(
    level: Feedback,
) -> None:
    """In the entry of the public cases only what a public case of the helper has told."""
    whole = part(case(), case("c", hidden=True), feedback=level)
    result = judged(whole, Outcome.WRONG, Outcome.WRONG)
    secret, told = Use("f", "g", "1.2", False), Use("f", "h", "1.3", True)
    found = results(report(replace(result, uses=(secret, told))))
    public, hidden = entry(found, NAME)["output"], entry(found, HIDDEN)["output"]
    assert "`f` uses your `h`, which is wrong in 1.3." in public and "`g`" not in public
    high = level in (Feedback.HINT, Feedback.DIFF)
    assert ("`f` uses your `g`, which is wrong in 1.2." in hidden) is high


@pytest.mark.parametrize(("share", "points", "said"), [(1.0, 3.0, "in full"), (0.5, 2.0, "as 50%")])
def test_a_case_that_is_right_but_for_a_helper_earns_its_share(share, points, said) -> None:
    whole = part(case(), case("c", hidden=True), case("d", hidden=True, weight=2))
    whole = replace(whole, follows=("g",), follow_share=share)
    followed = CaseResult(whole.cases[2], Outcome.WRONG, "It is wrong.", followed=True)
    found = results(report(judged(whole, Outcome.WRONG, Outcome.PASSED, followed)))
    hidden = entry(found, HIDDEN)
    assert hidden["score"] == points
    assert (
        f"Judged again with your own `g`, case 2 is right and counted {said}." in hidden["output"]
    )
    assert found["score"] == hidden["score"]
