"""The documents of written answers in a browser: nothing in them runs, loads or covers anything."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from autograder.staff.batch.collect import Entry
from autograder.staff.export import page, pdf, safe
from autograder.staff.export.reading import Answers, Piece
from autograder.untrusted.written.rendering import Renderer
from tests.support import written
from tests.support.payloads import MARKDOWN, OUTPUTS

pytestmark = pytest.mark.exhaustive  # make browser and make test-all run them

PARTS = [part for part in written.assignment().parts if part.written]
PROSE = r"""Because $q$ is a density,

$$\log p(x) = \mathbb{E}_{q(z \mid x)}\left[\log \frac{p(x, z)}{q(z \mid x)}\right]
 + D_{\mathrm{KL}}\big(q(z \mid x) \,\|\, p(z \mid x)\big) \geq \mathcal{L}(x),$$

and a line that is far too wide for a phone,
$a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11}$:

$$\begin{aligned} \int_0^\infty \exp\{-\tfrac12 (x - \mu)^\top \Sigma^{-1} (x - \mu)\}\,\mathrm{d}x
 &= (2\pi)^{D/2} \det(\Sigma)^{1/2}
 + \sum_{i=1}^N \sum_{j=1}^M \alpha_{ij} \beta_{ij} \gamma_{ij} \delta_{ij}
 \\ &= 1 \end{aligned}$$

| step | value |
|---|---|
| 1 | 0.5 |

- one
- two with `code < here`
"""


def document(pieces):
    """The page of one submission with these pieces of (kind, text, cell) as its first answer."""
    pictures = []
    renderer = Renderer([], pictures, plain=False)
    shown = [
        Piece(
            f"cell {number}",
            safe.rewritten(
                renderer.piece(kind, text, cell),
                lambda what, which: pictures[int(which)] if what == "picture" else None,
            ),
        )
        for number, (kind, text, cell) in enumerate(pieces, start=1)
    ]
    found = {part.number: [] for part in PARTS}
    status = dict.fromkeys(found, "untouched")
    found[PARTS[0].number], status[PARTS[0].number] = shown, "answered"
    changed = [Piece(f"cell {number}", f"<p>changed {number}</p>") for number in range(5)]
    answers = Answers(found, status, changed=changed, notes=renderer.notes, files=("hw.ipynb",))
    return page.document(
        Entry("ada", Path("hw.ipynb"), ("ada",)), answers, written.assignment(), PARTS
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """One page with every hostile text as prose, raw text and code, and every hostile output."""
    pieces = [(kind, text, {}) for text in MARKDOWN for kind in ("markdown", "raw", "code")]
    for data in OUTPUTS:
        pieces.append(("code", "f()", {"outputs": [{"output_type": "display_data", "data": data}]}))
    path = tmp_path_factory.mktemp("hostile") / "page.html"
    path.write_text(document(pieces), encoding="utf-8")
    return path, len(pieces)


@pytest.fixture
def honest(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(document([("markdown", PROSE, {}), ("code", "x = 1\n" * 3, {})]), "utf-8")
    return path


def test_nothing_runs_and_nothing_is_loaded(hostile, opened):
    path, count = hostile
    with opened(path) as browser:
        browser.evaluate(
            "document.querySelectorAll('.answer *').forEach(e => e.focus && e.focus())"
        )
        assert browser.locator("body > section > .answer").count() == count
        for name in ("script", "iframe", "object", "embed", "link", "base", "form", "input", "svg"):
            assert browser.locator(f"body {name}").count() == 0, name
        attributes = browser.evaluate(
            "[...document.querySelectorAll('.answer *')].flatMap(e => [...e.attributes])"
            ".map(a => a.name)"
        )
        assert not [name for name in attributes if name[:2] == "on" or name in ("style", "id")]
        links = browser.evaluate("[...document.links].map(a => a.protocol)")
        assert set(links) <= {"https:", "http:", "mailto:"}


def test_an_answer_stays_in_its_box(hostile, opened):
    with opened(hostile[0]) as browser:
        assert browser.locator("body > section > .answer").count() == hostile[1]
        assert browser.locator("h2").count() == len(PARTS) + 1
        outside = browser.evaluate(
            """[...document.querySelectorAll('.answer')].filter(box => {
                const style = getComputedStyle(box);
                return style.contain !== 'paint' || style.unicodeBidi !== 'isolate';
            }).length"""
        )
        assert outside == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_fits_and_formulas_are_drawn(honest, opened, poor_contrast, width):
    with opened(honest, width=width) as browser:
        assert browser.evaluate("document.documentElement.scrollWidth") <= width
        heights = browser.evaluate(
            "[...document.querySelectorAll('mfrac')].map(e => e.getBoundingClientRect().height)"
        )
        assert heights and min(heights) > 15  # a fraction stands over two lines
        assert poor_contrast(browser) == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_a_pdf_holds_the_text(honest, chromium):
    made = pdf.printed(pdf.browser(), honest)
    said = subprocess.run(
        ["pdftotext", made, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "changed 4" in said  # also where the page folds it away
    assert "Because" in said and "As handed out" in said and "code < here" in said
