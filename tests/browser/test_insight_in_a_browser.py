"""The class report in a browser: sorted, filtered, hovered over, read with the keyboard, attacked."""

from __future__ import annotations

import itertools

import pytest

from autograder.model import Outcome
from autograder.staff.insight import find, read, without_names, write
from tests.support.insight_batches import HIDDEN, ONES, SPREAD_ONES, SPREAD_ROWS, One, known, left

pytestmark = pytest.mark.exhaustive  # make browser and make test-all run them

WRONG = Outcome.WRONG
HOSTILE = (
    "<script>alert(1)</script>.ipynb",
    '"><img src=x onerror=alert(2)>.py',
    "<iframe srcdoc='<script>parent.alert(3)</script>'>",
    "</script></style><svg onload=alert(4)>",
)
KNOWN = known(transposed="Rows are not columns.", unscaled=HOSTILE[0])


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A class with something in every section, and with names that attack."""
    ones = [
        One(f"t{n}", {ONES: WRONG}, {ONES: ["transposed"]}, file=HOSTILE[n], names=(HOSTILE[n],))
        for n in range(4)
    ]
    ones += [One(f"u{n}", {HIDDEN: WRONG}, {HIDDEN: ["unscaled"]}) for n in range(2)]
    ones += [
        One(f"v{n}", {ONES: WRONG, SPREAD_ONES: WRONG}, {}, {ONES: "f", SPREAD_ONES: "g"})
        for n in range(3)
    ]
    ones += [One(f"w{n}", {SPREAD_ROWS: WRONG}, seconds=2 + n / 10, peak=300 + n) for n in range(9)]
    ones += [One("slow", seconds=90.0), One("refused", refused=HOSTILE[1])]
    ones += [One("ours", {ONES: Outcome.GRADER_ERROR}), One("late", {SPREAD_ROWS: Outcome.SKIPPED})]
    return left(tmp_path_factory.mktemp("batch"), *ones)


@pytest.fixture(scope="module")
def path(out):
    write(find(read(out), KNOWN), out / "insight.html")
    return out / "insight.html"


def rows(page, table="every"):
    """The ids in the first column of the rows that can be seen."""
    return page.locator(f"#{table} tbody tr:not([hidden]) > :first-child").all_inner_texts()


def column(page, table, number):
    return page.eval_on_selector_all(
        f"#{table} tbody tr:not([hidden])",
        f"rows => rows.map(row => row.cells[{number}].dataset.v ?? row.cells[{number}].innerText)",
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_hostile_names_do_nothing_and_the_page_fits(opened, path, poor_contrast, width, scheme):
    with opened(path, width=width, scheme=scheme) as page:
        assert poor_contrast(page) == []
        assert page.locator("img, iframe, object, embed, link").count() == 0
        assert page.locator("script").count() == 1
        assert HOSTILE[0] in page.locator("#every").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(245, 246, 248)") == (scheme == "light")


def test_a_script_that_got_in_would_not_run(opened, path, tmp_path):
    # The second wall: even where markup came through, the policy lets nothing run.
    page_ = path.read_text("utf-8").replace("</main>", f"{HOSTILE[3][18:]}<img src=x></main>")
    (tmp_path / "broken.html").write_text(page_.replace("<main", "<script>alert(5)</script><main"))
    with pytest.raises(AssertionError, match="Content Security Policy"):  # noqa: SIM117 - both say it
        with opened(tmp_path / "broken.html") as page:
            assert page.locator("script").count() == 2


def test_a_heading_sorts_with_mouse_and_keyboard(opened, path):
    with opened(path) as page:
        points = page.locator("#every thead button", has_text="Points")
        heading = page.locator("#every thead th", has_text="Points")
        points.click()
        assert heading.get_attribute("aria-sort") == "descending"
        texts = column(page, "every", 3)
        numbers = [float(text) for text in texts if text]
        unknown = [""] * (
            len(texts) - len(numbers)
        )  # of those who were not graded: last either way
        assert numbers == sorted(numbers, reverse=True)
        assert texts[len(numbers) :] == unknown
        points.press("Enter")
        assert heading.get_attribute("aria-sort") == "ascending"
        texts = column(page, "every", 3)
        assert [float(text) for text in texts[: len(numbers)]] == sorted(numbers)
        assert texts[len(numbers) :] == unknown
        others = page.locator("#every th[aria-sort]").evaluate_all(
            "all => all.filter(th => th.ariaSort !== 'none').length"
        )
        assert others == 1


def test_what_is_not_known_sorts_last_either_way(opened, path):
    with opened(path) as page:
        share = page.locator("#every thead button", has_text="Share")
        for _ in range(2):
            share.click()
            values = column(page, "every", 4)
            assert values[-2:] == ["", ""]  # one refused, one grader error
            assert "" not in values[:-2]


def test_words_filter_a_table(opened, path):
    with opened(path) as page:
        every = rows(page)
        box = page.get_by_label("Filter the submissions")
        box.fill("T1.ipynb")
        assert rows(page) == []
        box.fill("alert(2)")  # in a name, and in the reason why one was refused
        assert sorted(rows(page)) == ["refused", "t1"]
        assert page.locator("#every-status").inner_text() == f"2 of {len(every)} rows"
        box.fill("")
        assert rows(page) == every


def test_a_count_leads_to_its_submissions_and_back(opened, path):
    with opened(path) as page:
        every = rows(page)
        count = page.locator("#known tr", has_text="Rows are not columns.").locator(".show")
        assert count.inner_text() == "4"
        count.press("Enter")
        assert rows(page) == ["t0", "t1", "t2", "t3"]
        assert page.locator("#chip-label").inner_text() == "transposed"
        clear = page.locator("#clear")
        assert clear.evaluate("button => document.activeElement === button")
        clear.press("Enter")
        assert rows(page) == every
        assert not page.locator("#chip").is_visible()


def test_every_count_leads_to_as_many_submissions(opened, path):
    with opened(path) as page:
        counts = page.locator(".show")
        assert counts.count() >= 5
        for place in range(counts.count()):
            counts.nth(place).click()
            assert str(len(rows(page))) == counts.nth(place).inner_text()


def test_a_bar_speaks_when_hovered_over_and_leads_to_its_submissions(opened, path):
    with opened(path) as page:
        bar = page.locator("#scores rect[data-show]").last
        bar.hover()
        words = page.locator(".tip").inner_text()
        assert words.endswith("submissions") or words.endswith("submission")
        bar.click()
        assert f"{len(rows(page))} submission" in words


def test_a_plot_is_read_with_the_arrow_keys(opened, path):
    with opened(path) as page:
        plot = page.locator("#scores svg.plot")
        assert plot.get_attribute("aria-label").startswith("Histogram of scores from")
        plot.focus()
        heard = []
        for _ in range(3):
            page.keyboard.press("ArrowRight")
            heard.append(page.locator(".tip").inner_text())
        assert len(set(heard)) == 3
        page.keyboard.press("ArrowLeft")
        assert page.locator(".tip").inner_text() == heard[1]
        page.keyboard.press("End")
        last = page.locator(".tip").inner_text()
        page.keyboard.press("Enter")
        assert f"{len(rows(page))} submission" in last
        page.keyboard.press("Escape")
        assert not page.locator(".tip").is_visible()


def test_everything_is_reached_with_tab_and_seen_to_be(opened, path):
    with opened(path) as page:
        reached = set()
        for _ in range(400):
            page.keyboard.press("Tab")
            found = page.evaluate(
                "(e => e === document.body ? null : [e.tagName, e.textContent.slice(0, 40),"
                " e.getAttribute('aria-label'), getComputedStyle(e).outlineStyle])"
                "(document.activeElement)"
            )
            if found is None:
                break
            assert found[3] == "solid", found
            reached.add(found[0])
        else:
            pytest.fail("Tab does not come to an end")
        assert {"A", "BUTTON", "INPUT", "svg", "DIV", "SUMMARY"} <= reached


def test_what_a_screen_reader_is_told(opened, path):
    with opened(path) as page:
        for role in ("banner", "main", "contentinfo", "navigation"):
            assert page.get_by_role(role).count() == 1, role
        unnamed = page.evaluate(
            "[...document.querySelectorAll('svg:not([aria-hidden]), .scroll, input, nav')]"
            ".filter(e => !(e.getAttribute('aria-label') || e.labels?.length)).length"
        )
        assert unnamed == 0
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        assert page.evaluate("[...document.querySelectorAll('table')].every(t => t.tHead || !t.id)")
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids))


def test_without_a_script_everything_is_there(opened, path):
    with opened(path, script=False) as page:
        assert len(rows(page)) == 22
        assert page.locator("#known tbody tr").count() == 2
        assert not page.get_by_label("Filter the submissions").is_visible()


def test_without_names_nothing_of_them_is_shown(opened, out, tmp_path):
    write(find(without_names(read(out)), KNOWN), tmp_path / "class.html")
    with opened(tmp_path / "class.html") as page:
        assert all(name.startswith("S-") for name in rows(page))
        assert "alert(2)" not in page.content()
