"""The preview in a browser: what is on it to be seen, by keyboard too, and in enough contrast."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.gradescope.preview import Moment, Reader, page, view

pytestmark = pytest.mark.exhaustive  # make browser and make test-all run them

GOLDEN = Path(__file__).parents[1] / "golden" / "gradescope" / "judged.json"


@pytest.fixture
def open_page(opened, tmp_path):
    def open_(results=None, reader="student", when="now", **how):
        results = results or json.loads(GOLDEN.read_text())
        path = tmp_path / "page.html"
        path.write_text(page(view(results, Reader(reader), Moment(when)), "results.json"))
        return opened(path, **how)

    return open_


def seen(page_) -> str:
    return page_.locator("body").inner_text()


def test_a_student_sees_public_entries_and_no_total(open_page):
    with open_page() as browser:
        text = seen(browser)
    assert "1.1) The mean" in text and "Total: –" in text
    assert "hidden cases)" not in text and "extra_data" not in text


def test_a_student_sees_the_rest_when_it_is_published(open_page):
    with open_page(when="after-published") as browser:
        assert "1.1) The mean (hidden cases)" in seen(browser)


def test_staff_see_everything(open_page):
    with open_page(reader="staff") as browser:
        text = seen(browser)
    assert "1.1) The mean (hidden cases)" in text and "students: after published" in text
    assert "Total: 2.29 / 7" in text


def test_the_difference_stands_in_columns(open_page):
    with open_page() as browser:
        block = browser.locator("details pre").first
        lines = block.inner_text().split("\n")
        assert lines[0].split() == ["yours", "expected"] and lines[2].startswith("*3")
        assert "mono" in block.evaluate("e => getComputedStyle(e).fontFamily")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("reader", ["student", "staff"])
def test_text_has_contrast(open_page, poor_contrast, reader, scheme):
    with open_page(reader=reader, scheme=scheme) as browser:
        assert poor_contrast(browser) == []


def test_entries_close_and_open_by_keyboard(open_page):
    with open_page() as browser:
        entry = browser.locator("details.entry").first
        browser.keyboard.press("Tab")
        focused = browser.locator(":focus")
        assert focused.evaluate("e => [e.tagName, getComputedStyle(e).outlineStyle]") == [
            "SUMMARY",
            "solid",
        ]
        assert entry.get_attribute("open") is not None
        browser.keyboard.press("Enter")
        assert entry.get_attribute("open") is None


@pytest.mark.parametrize("width", [360, 1000])
def test_no_page_is_wider_than_its_window(open_page, width):
    with open_page(reader="staff", width=width) as browser:
        assert browser.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_nothing_runs_and_nothing_is_loaded(open_page):
    hostile = "<script>document.title='owned'</script><img src='http://a.invalid/x.png'>"
    results = {
        "score": 1,
        "output": hostile,
        "output_format": "html",
        "tests": [{"name": hostile, "name_format": "md", "output": hostile, "output_format": "md"}],
    }
    with open_page(results, "staff") as browser:  # at its end, nothing was asked for
        assert "as staff see it" in browser.title()
