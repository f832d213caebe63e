"""The page as text: nothing on it is obeyed, nothing names anyone who is not to be named."""

from __future__ import annotations

import dataclasses
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from bs4 import BeautifulSoup

from autograder.model import Outcome, UsageError
from autograder.staff.batch.rows import Row, RowStatus
from autograder.staff.batch.table import read_table
from autograder.staff.insight import find, read, without_names, write
from autograder.staff.insight.model import Class, GradedSubmission, PartHeading
from autograder.staff.insight.page import render
from tests.support.insight_batches import DIGEST, HIDDEN, ONES, SPREAD_ONES, One, known, left

WRONG = Outcome.WRONG
HOSTILE = (
    "<script>alert(1)</script>.ipynb",
    '"><img src=x onerror=alert(1)>.py',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}{% raw %}",
    "</style></script><!-- <svg onload=alert(1)>",
    "javascript:alert(1)",
    "\u202egnp.exe\x00\x1b[31m",
    "\ud800lone",
    "&lt;b&gt; &amp;",
    "x" * 5000,
)


class Seen(HTMLParser):
    """Tags and attributes as a browser would make them, and the text between."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.said = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.said.append(data)


def everything(folder, texts=HOSTILE):
    """A class in which every section of the page has something to say, with these texts everywhere."""
    ones = [
        One(
            f"anna{number}",
            {ONES: WRONG, SPREAD_ONES: WRONG, HIDDEN: WRONG},
            {HIDDEN: ["transposed"]},
            {ONES: "f1", SPREAD_ONES: "f2"},
            file=text,
            users=(text, f"kennung{number}"),
            names=(text,),
            note=text.encode(errors="replace").decode(),
        )
        for number, text in enumerate(texts)
    ]
    ones += [One(f"rosa{number}", refused=text, file=text) for number, text in enumerate(texts)]
    ones += [One("otto1", {ONES: Outcome.GRADER_ERROR}), One("otto2", seconds=90, peak=2000.0)]
    ones += [One("otto3", {SPREAD_ONES: Outcome.SKIPPED}), One("otto4")]
    return left(folder, *ones)


def test_hostile_texts_are_shown_and_not_obeyed(tmp_path):
    whole = read(everything(tmp_path))
    page = render(find(whole, known(transposed=HOSTILE[0]), (HOSTILE[1],)))
    plain = render(find(read(everything(tmp_path / "plain", ("a", "b")))))
    seen, usual = Seen(page), Seen(plain)
    assert set(seen.tags) == set(usual.tags)
    assert seen.tags.count("script") == seen.tags.count("style") == 1
    assert {name for _, name, _ in seen.attributes} == {name for _, name, _ in usual.attributes}
    assert not [name for _, name, _ in seen.attributes if name.startswith("on")]
    assert HOSTILE[0] in "".join(seen.said)
    assert "{{ 7*7 }}" in "".join(seen.said)
    assert not re.search("[\u202e\x00\x1b]", page)
    assert "x" * 400 not in page


def test_ids_are_escaped_too(tmp_path):
    out = left(tmp_path, One("a<b>&'\""), One("c"))
    seen = Seen(render(find(read(out))))
    assert "b" not in seen.tags
    assert "a<b>&'\"" in "".join(seen.said)


def test_it_loads_nothing_and_runs_its_own_script_only(tmp_path):
    seen = Seen(render(find(read(everything(tmp_path)))))
    addresses = [
        value for _, name, value in seen.attributes if name in ("src", "href", "action", "srcset")
    ]
    assert addresses
    assert all(value.startswith("#") for value in addresses)
    assert not [a for a in seen.attributes if a[1] == "style"]
    (policy,) = [v for t, n, v in seen.attributes if t == "meta" and "default-src" in v]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "url(" not in "".join(seen.said)
    assert "@import" not in "".join(seen.said)


def test_without_names_no_name_is_in_the_bytes(tmp_path):
    names = ("Ada Lovelace", "grace_hopper.ipynb", "s1234567", "<emmy>", "Zoë")
    whole = read(everything(tmp_path, names))
    (tmp_path / "anna0" / "results.json").write_text("{", "utf-8")
    broken = read(tmp_path)
    assert broken.broken
    for class_ in (whole, broken):
        write(find(without_names(class_)), tmp_path / "page.html")
        page = (tmp_path / "page.html").read_bytes().decode()
        every = [*class_.submissions, *class_.broken]
        people = [word for one in class_.submissions for word in (*one.users, *one.names)]
        secret = {*names, "&lt;emmy&gt;", *people, *(one.id for one in every)}
        for word in secret | {one.file for one in every} | {DIGEST}:
            assert word not in page, word


def test_labels_stay_and_say_nothing(tmp_path):
    ids = [f"s{number}" for number in range(40)]
    first = without_names(read(left(tmp_path / "1", *(One(name) for name in ids))))
    later = without_names(read(left(tmp_path / "2", *(One(name) for name in ids[:30]))))
    labels = {one.id for one in first.submissions}
    assert len(labels) == 40
    assert {one.id for one in later.submissions} < labels
    other = without_names(read(left(tmp_path / "3", *(One(name) for name in ids), digest="0" * 64)))
    assert not labels & {one.id for one in other.submissions}
    with pytest.raises(UsageError, match="no digest"):
        without_names(read(left(tmp_path / "4", One("a"), digest="")))


def test_people_who_handed_in_twice_stay_the_same_without_names(tmp_path):
    twice = [
        One(
            name, {ONES: WRONG, SPREAD_ONES: WRONG}, {}, {ONES: "f", SPREAD_ONES: "g"}, users=("u",)
        )
        for name in "ab"
    ]
    whole = read(left(tmp_path, *twice, One("c")))
    assert find(whole).similar == find(without_names(whole)).similar == ()


@pytest.mark.parametrize("count", [1, 2])
def test_a_class_of_hardly_anyone(tmp_path, count):
    page = render(find(read(left(tmp_path, *(One(f"s{n}") for n in range(count))))))
    assert "1.1" in page
    # Everyone has the same points, so no part tells anyone from anyone.
    assert (
        "Nothing can be said" in page
        and "separates strong submissions from weak ones.<" not in page
    )


def test_a_batch_that_was_stopped_says_how_many_are_left(tmp_path):
    left(tmp_path, One("a"), One("b"))
    table = read_table(tmp_path)
    waiting = [
        Row(name, status=RowStatus.NOT_GRADED, note="the batch was stopped") for name in "cde"
    ]
    whole = dataclasses.replace(table, rows=(*table.rows, *waiting))
    (tmp_path / "batch.json").write_text(json.dumps(whole.data()))
    page = BeautifulSoup(render(find(read(tmp_path))), "html.parser")
    cards = {card.dt.get_text(): card.dd.get_text() for card in page.select(".cards > div")}
    assert cards["Submissions"] == "52 graded" and cards["Not finished"] == "3run the batch again"
    listed = page.find(id="open-table").get_text()
    assert listed.count("the grading did not finish: the batch was stopped") == 3


def test_a_class_in_which_nobody_was_judged(tmp_path):
    out = left(tmp_path, One("a", refused="Empty."), One("b", {ONES: Outcome.GRADER_ERROR}))
    page = render(find(read(out)))
    assert "No submission was graded." in page
    assert "Empty." in page


def test_results_without_diagnoses_say_why_the_section_is_empty(tmp_path):
    left(tmp_path, One("a", {ONES: WRONG}))
    path = tmp_path / "a" / "results.json"
    results = json.loads(path.read_text("utf-8"))
    for part in results["extra_data"]["parts"]:
        del part["diagnoses"], part["values"]
    path.write_text(json.dumps(results), "utf-8")
    page = render(find(read(tmp_path)))
    assert "name no misconceptions, because the version of the program" in page
    assert "hold no hashes of wrong values" in page


def test_a_thousand_submissions_of_sixty_parts_stay_below_five_megabytes():
    # Everyone has three misconceptions, shares wrong values with others, and has long names.
    rng = np.random.default_rng(1)
    parts = tuple(
        PartHeading(f"{n // 9 + 1}.{n % 9 + 1}", "A title of a part" * 2, 3) for n in range(60)
    )
    cases = {
        f"question/part{n}: what it shows, in some words": part.number
        for n, part in enumerate(parts)
    }
    keys = list(cases)

    def submission(number):
        lost = [keys[place] for place in rng.permutation(60)[:25]]
        return GradedSubmission(
            f"submission_{409_000_000 + number}",
            "a_long_name_of_a_file_" * 3,
            users=(str(number),),
            names=("A Person With a Long Name",),
            score=105.0,
            seconds=float(rng.lognormal()),
            peak=float(rng.normal(300, 40)),
            earned={part.number: float(rng.integers(4)) for part in parts},
            outcomes={key: Outcome.WRONG if key in lost else Outcome.PASSED for key in keys},
            diagnoses={key: (f"misconception_number_{key[13:16]}",) for key in lost[:3]},
            fingerprints={key: f"{rng.integers(200)}" for key in lost[3:]},
        )

    whole = Class(
        "big",
        parts=parts,
        cases=cases,
        submissions=tuple(map(submission, range(1000))),
        diagnosed=True,
        fingerprinted=True,
    )
    findings = find(whole)
    assert len(findings.misunderstood) == 60
    assert len(findings.unexplained) > 100 and len(findings.similar) > 100
    assert len(render(findings).encode()) < 5e6


def test_the_same_class_gives_the_same_page(tmp_path):
    out = everything(tmp_path)
    assert render(find(read(out))) == render(find(read(out)))


def test_a_place_that_cannot_be_written_to_is_said(tmp_path):
    findings = find(read(left(tmp_path, One("a"))))
    with pytest.raises(UsageError, match="choose another with -o"):
        write(findings, tmp_path)


VARIABLE = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")


def luminance(colour):
    """Relative luminance of sRGB, as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_that_of_wcag_aa(tmp_path, scheme):
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    css = render(find(read(left(tmp_path, One("a")))))
    light, dark = css.split("prefers-color-scheme: dark", 1)
    colours = dict(VARIABLE.findall((light if scheme == "light" else dark).split("* {")[0]))
    for ground in ("bg", "card", "hover"):
        for text in ("text", "muted", "accent", "wrong"):  # wrong: the flags
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
    for shape in ("passed", "wrong", "raised", "stopped", "missing", "open", "edge"):
        assert contrast(colours[shape], colours["card"]) >= 3, shape
