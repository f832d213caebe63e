"""The preview in a browser: what is on it to be seen, by keyboard too, and in enough contrast."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from autograder.preview import Moment, Reader, page, view

GOLDEN = Path(__file__).parents[1] / "golden" / "gradescope" / "judged.json"

CONTRAST = """
const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const light = c => c.slice(0, 3).map(channel).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
const parse = text => text.match(/[\\d.]+/g).map(Number);
const ground = node => {
  for (; node; node = node.parentElement) {
    const colour = parse(getComputedStyle(node).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const poor = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const node = walk.currentNode.parentElement;
  if (!walk.currentNode.data.trim()) continue;
  const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push([walk.currentNode.data.trim(), ratio]);
}
return poor;
"""


@pytest.fixture
def open_page(browser, tmp_path):
    def open_(results=None, reader="student", when="now"):
        results = results or json.loads(GOLDEN.read_text())
        path = tmp_path / "page.html"
        path.write_text(page(view(results, Reader(reader), Moment(when)), "results.json"))
        browser.get_log("browser")
        browser.get(path.as_uri())
        return browser

    return open_


def seen(browser) -> str:
    return browser.find_element(By.TAG_NAME, "body").text


def test_a_student_sees_public_entries_and_no_total(open_page):
    text = seen(open_page())
    assert "1.1) 1.1 The mean" in text and "Total: –" in text
    assert "hidden cases)" not in text and "extra_data" not in text


def test_a_student_sees_the_rest_when_it_is_published(open_page):
    text = seen(open_page(when="after-published"))
    assert "1.1 The mean (hidden cases)" in text


def test_staff_see_everything(open_page):
    text = seen(open_page(reader="staff"))
    assert "1.1 The mean (hidden cases)" in text and "students: after published" in text
    assert "Total: 2.2857 / 7" in text


def test_the_difference_stands_in_columns(open_page):
    block = open_page().find_element(By.CSS_SELECTOR, "details pre")
    lines = block.text.split("\n")
    assert lines[0].split() == ["result", "expected"] and lines[2].startswith("*3")
    assert "mono" in block.value_of_css_property("font-family")


@pytest.mark.parametrize("reader", ["student", "staff"])
def test_text_has_contrast(open_page, reader):
    assert open_page(reader=reader).execute_script(CONTRAST) == []


def test_entries_close_and_open_by_keyboard(open_page):
    browser = open_page()
    entry = browser.find_element(By.CSS_SELECTOR, "details.entry")
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    focused = browser.switch_to.active_element
    assert focused.tag_name == "summary"
    assert focused.value_of_css_property("outline-style") == "solid"
    assert entry.get_attribute("open") is not None
    focused.send_keys(Keys.ENTER)
    assert entry.get_attribute("open") is None


@pytest.mark.parametrize("width", [360, 1000])
def test_no_page_is_wider_than_its_window(open_page, width):
    browser = open_page(reader="staff")
    browser.set_window_size(max(width, 500), 900)  # Chromium's own windows are no narrower
    wide = browser.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
    browser.set_window_size(1000, 900)
    assert wide <= 0


def test_nothing_runs_and_nothing_is_loaded(open_page):
    hostile = "<script>document.title='owned'</script><img src='http://a.invalid/x.png'>"
    results = {
        "score": 1,
        "output": hostile,
        "output_format": "html",
        "tests": [{"name": hostile, "name_format": "md", "output": hostile, "output_format": "md"}],
    }
    browser = open_page(results, "staff")
    assert "as staff see it" in browser.title
    assert browser.get_log("browser") == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
