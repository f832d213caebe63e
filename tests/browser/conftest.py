"""A headless Chromium, where there is one; ``make browser`` runs these tests alone."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager

import pytest

CONTRAST = """() => {
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
}"""

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium():
    """One browser for all pages."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("there is no Chromium: apt-get install chromium, then make browser")
    from playwright.sync_api import sync_playwright

    # Chromium's own sandbox cannot be had by root.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def poor_contrast():
    """Texts of a page that are harder to read than WCAG AA allows, each with its ratio."""
    return lambda page: page.evaluate(CONTRAST)


@pytest.fixture
def opened(chromium):
    """A function that opens a file offline; at the end, nothing was asked for and nothing went wrong."""

    @contextmanager
    def open_(path, *, width=1280, scheme="light", script=True):
        wrong, asked = [], []
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
            offline=True,
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        yield page
        context.close()
        assert wrong == []
        assert asked == [path.as_uri()]

    return open_
