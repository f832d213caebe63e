"""Answers as HTML: what a student wrote is seen, and nothing of it runs, loads or reaches out."""

from __future__ import annotations

import base64
import re
import time

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from autograder.staff.export import safe
from autograder.untrusted.written.elements import HTML, MATH
from autograder.untrusted.written.formulas import Formulas, split
from autograder.untrusted.written.rendering import Renderer
from autograder.untrusted.written.typed import as_typed
from tests.support import handed_in
from tests.support.payloads import MARKDOWN, OUTPUTS

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ENCODED = base64.b64encode(PNG).decode()
ATTRIBUTES = {
    *("href", "rel", "src", "alt", "width", "height", "colspan", "rowspan", "align", "start"),
    *("class", "open"),
}
CLASSES = {"code", "raw", "output", "gone", "tex"}


def html(kind, text, cell=None, files=None, notes=None):
    """What reaches a page: written by the worker's side, read again by this one."""
    pictures = []
    renderer = Renderer(list(files or ()), pictures, plain=False)
    renderer.learn(text)
    said = renderer.piece(kind, text, cell or {})

    def picture(what, which):
        return pictures[int(which)] if what == "picture" else (files or {}).get(which)

    if notes is not None:
        notes += renderer.notes
    return safe.rewritten(said, picture)


def dom(text, kind="markdown", cell=None, files=None, notes=None):
    return BeautifulSoup(html(kind, text, cell, files, notes), "html.parser")


def inert(tree):
    """Every element and attribute is known, every address harmless."""
    for tag in tree.find_all(True):
        assert tag.name in HTML | MATH, tag
        for name, value in tag.attrs.items():
            assert name in ATTRIBUTES or tag.name in MATH, tag
            assert not name.startswith("on") and name not in ("style", "id", "xlink:href"), tag
            if name == "href":
                assert re.match(r"https?://|mailto:", value), tag
                assert tag["rel"] == ["noopener", "noreferrer"]
            if name == "src":
                assert re.match(r"data:image/(png|jpeg|gif|svg\+xml);base64,", value), tag
            if name == "class" and tag.name not in MATH:
                assert set(value) <= CLASSES, tag


@pytest.mark.parametrize("kind", ["markdown", "raw", "code"])
@pytest.mark.parametrize("number", range(len(MARKDOWN)))
def test_a_hostile_text_is_inert(kind, number):
    inert(dom(MARKDOWN[number], kind))


@pytest.mark.parametrize("number", range(len(OUTPUTS)))
def test_a_hostile_output_is_inert(number):
    output = {"output_type": "display_data", "data": OUTPUTS[number], "metadata": {}}
    inert(dom("plot()", "code", {"outputs": [output]}))


@given(st.lists(st.sampled_from([*MARKDOWN, "`", "```", "$", "$$", "\n\n", "> ", "<", '"', "|-|"])))
def test_hostile_texts_together_are_inert(texts):
    inert(dom("".join(texts)))


@given(st.text(alphabet="<>&\"'/=ax !-[]()`$\\{}\n\ue000\ue0010", max_size=60))
def test_any_text_is_inert_and_never_refused(text):
    inert(dom(text))


class TestWhatIsSeen:
    def test_paragraphs_lists_tables_and_headings(self):
        tree = dom("# One\n\ntwo *three*\n\n- four\n- five\n\n| a | b |\n|---|---|\n| 1 | 2 |")
        assert tree.h4.get_text() == "One"  # below the page's own headings
        assert tree.p.em.get_text() == "three"
        assert [item.get_text() for item in tree.find_all("li")] == ["four", "five"]
        assert [cell.get_text() for cell in tree.find_all("td")] == ["1", "2"]

    def test_html_that_students_write(self):
        tree = dom(
            "H<sub>2</sub>O <b>bold</b><br>\n<details><summary>more</summary>\n\nless</details>"
        )
        assert (tree.sub.get_text(), tree.b.get_text()) == ("2", "bold")
        assert tree.details.has_attr("open") and tree.summary.get_text() == "more"

    def test_less_than_and_ampersand_in_text_stay(self):
        assert dom("if a < b & c > d").get_text().strip() == "if a < b & c > d"

    def test_code_keeps_every_character(self):
        text = "x = [i for i in y if i < 3 and i > 1]  # $5 & <b>"
        assert dom(text, "code").pre.get_text() == text
        assert dom(f"`{text}`").code.get_text() == text
        assert dom(f"```\n{text}\n```").code.get_text() == f"{text}\n"

    def test_outputs(self):
        outputs = [
            {"output_type": "stream", "name": "stdout", "text": ["a < b\n", "\x1b[31mred\x1b[0m"]},
            {"output_type": "display_data", "data": {"image/png": ENCODED, "text/plain": "fig"}},
            {
                "output_type": "execute_result",
                "data": {"text/html": ["<table><tr><td>7</td></tr>"]},
            },
            {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []},
        ]
        tree = dom("f()", "code", {"outputs": outputs})
        printed, error = tree.find_all("pre", class_="output")
        assert printed.get_text() == "a < b\nred"
        assert tree.img["src"] == f"data:image/png;base64,{ENCODED}"
        assert tree.td.get_text() == "7"
        assert error.get_text() == "ValueError: no"

    def test_a_long_output_is_cut_and_says_so(self):
        text = "line\n" * 100_000
        tree = dom("f()", "code", {"outputs": [{"output_type": "stream", "text": text}]})
        assert len(tree.get_text()) < 25_000
        assert "more characters" in tree.find(class_="gone").get_text()

    def test_a_link_to_another_site_is_a_link(self):
        assert dom("[paper](https://arxiv.org/abs/1312.6114)").a["href"] == (
            "https://arxiv.org/abs/1312.6114"
        )

    @pytest.mark.parametrize("text", ["<!-- mine -->", "<script>mine()</script>"])
    def test_what_a_browser_would_not_show_is_shown_as_it_was_typed(self, text):
        assert dom(text).pre.get_text() == text

    @pytest.mark.parametrize(
        "text",
        [
            "if x <y and z> w",
            "x <y and z> w </y> v",
            "0 <p and q> 1",
            "0 <dt and x> 1",
            "x <Y, z> w",
            "x <b<c> d",
            "a <y and <w> b",
            "x <!y> z",
            "x <?y?> z",
            "a <data and labels> b",
            "<mine>",
            "<theta and phi> are learned",
            "**not** <a function of x>",
        ],
    )
    def test_less_than_that_a_browser_takes_for_an_element_is_text(self, text):
        notes = []
        assert dom(text, notes=notes).get_text().strip() == text.replace("**", "")
        assert notes == []

    def test_less_than_in_the_text_of_html(self):
        assert dom("<div>\nmine: x <b").div.get_text() == "\nmine: x <b"
        tree = dom("<div>if x <y, z\n</div>\n\n<pre>vector<int> v</pre>\n\nand more")
        assert tree.div.get_text() == "if x <y, z\n"
        assert tree.pre.get_text() == "vector<int> v"
        assert tree.get_text().endswith("and more\n")

    @pytest.mark.parametrize(
        ("text", "shown", "left_out"),
        [
            ("<font color=red>mine</font>", "mine", "font"),
            ("a <b class='x y'>b</b> <i title=x hidden>c</i>", "a b c", None),
            ('<section id="x">mine</section>', "mine", "section"),
            ("<details open><summary>s</summary>t</details>", "st", None),
            ("<p align = 'left' data-x>mine</p>", "mine", None),
            ("a<br/>b<br />c", "abc", None),
            *(
                (f'<a title="{"x" * n}" href="https://x.y">m</a>', "m", None)
                for n in range(470, 495)
            ),
        ],
    )
    def test_elements_of_html_are_none_of_the_text(self, text, shown, left_out):
        notes = []
        assert dom(text, notes=notes).get_text().strip() == shown
        assert notes == ([f"an HTML element <{left_out}> was left out"] if left_out else [])

    def test_many_less_than_signs_end(self):
        began = time.process_time()
        assert as_typed("<a " * 50_000).count("&lt;") == 50_000
        assert as_typed("<a x='" * 20_000) and as_typed("<" + "a" * 1_000_000)
        assert time.process_time() - began < 5

    def test_what_was_left_out_is_told(self):
        notes = []
        dom("<iframe src=x></iframe>\n\n![a](b.png)", notes=notes)
        assert any("<iframe>" in note for note in notes)
        assert any("b.png" in note for note in notes)


class TestFormulas:
    @pytest.mark.parametrize(
        "text",
        ["$x^2$", "$$x^2$$", "\\\\(x^2\\\\)", "\\\\[x^2\\\\]", "\\begin{align}x^2\\end{align}"],
    )
    def test_each_way_to_write_one(self, text):
        (sup,) = dom(text).find_all("msup")
        assert [one.get_text() for one in sup.find_all(True, recursive=False)] == ["x", "2"]

    def test_displayed_or_in_the_line(self):
        assert dom("$$x$$").math["display"] == "block"
        assert dom("a $x$ b").p.math.get("display", "inline") == "inline"

    def test_stars_underscores_and_less_than_inside_are_the_formulas(self):
        tree = dom("$a_1 * b_2 < c_3 * d_4$")
        assert not tree.find("em") and len(tree.find_all("msub")) == 4

    @pytest.mark.parametrize(
        "tex",
        [
            r"\mathbb{E}_{q(z\mid x)}\left[\log \frac{p(x,z)}{q(z)}\right]",
            r"\sum_{i=1}^N \int_0^\infty \exp\{-\tfrac12 x^\top \Sigma^{-1} x\}\,\mathrm{d}x",
            r"\begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}",
            r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}",
            r"\operatorname*{arg\,max}_\theta \mathcal{L}(\theta)",
            r"\underbrace{a + b}_{\text{both}} \overset{!}{=} \hat{\mu}",
            r"\begin{aligned} a &= b \\ &= c \end{aligned}",
            r"\mathbf{x} \sim \mathcal{N}(\boldsymbol\mu, \sigma^2 I) \iff \nabla_x \ell = 0",
            r"D_{\mathrm{KL}}(q \,\|\, p) \geq 0 \quad\square",
            r"\left\lVert x \right\rVert_2^2 \propto \prod_t \sqrt{\bar\alpha_t}",
        ],
    )
    def test_what_the_course_writes_is_mathml(self, tex):
        tree = dom(f"$${tex}$$")
        assert tree.math and not tree.find("merror") and not tree.find("code", class_="tex")

    def test_a_command_defined_in_one_cell_is_known_in_another(self):
        renderer = Renderer([], [], plain=False)
        renderer.learn(r"$\newcommand{\E}[1]{\mathbb{E}\left[#1\right]}$")
        tree = BeautifulSoup(
            safe.rewritten(renderer.piece("markdown", r"$\E{x}$", {}), none), "html.parser"
        )
        assert "𝔼" in tree.math.get_text()

    def test_a_formula_that_is_none_shows_its_source(self):
        tree = dom(r"$\frac{a$ and $x$")
        assert r"\frac{a" in tree.get_text()

    def test_dollars_that_are_money_stay_text_in_code(self):
        assert dom("`$5` and `$6`").find("math") is None

    def test_a_bomb_ends(self):
        tex = "".join(
            rf"\def\{chr(98 + n)}{{\{chr(97 + n)}\{chr(97 + n)}\{chr(97 + n)}}}" for n in range(20)
        )
        inert(dom(rf"$\def\a{{x}}{tex}\{chr(117)}$"))


def none(_what, _which):
    return None


class TestPictures:
    def test_an_attachment_is_that_of_its_own_cell(self):
        cell = {"attachments": {"a b.png": {"image/png": ENCODED}}}
        assert dom("![x](attachment:a%20b.png)", cell=cell).img["src"].endswith(ENCODED)
        assert dom("![x](attachment:other.png)", cell=cell).img is None

    @pytest.mark.parametrize("key", ["a b (1).png", "a%20b%20%281%29.png"])
    @pytest.mark.parametrize("text", ["![x]({})", '<img src="{}">'])
    def test_an_attachment_whose_name_is_encoded_here_or_there(self, key, text):
        cell = {"attachments": {key: {"image/png": [ENCODED[:20], ENCODED[20:]]}}}
        tree = dom(text.format("attachment:a%20b%20%281%29.png"), cell=cell)
        assert tree.img["src"].endswith(ENCODED)

    def test_a_picture_of_colab_whose_data_stand_at_the_end(self):
        text = f"Mine: ![x][image1]\n\nmore\n\n[image1]: <data:image/png;base64,{ENCODED}>"
        tree = dom(text)
        assert tree.p.img["src"].endswith(ENCODED) and "base64" not in tree.get_text()

    @pytest.mark.parametrize("name", ["photo.png", "./photo.png", "img/photo.png", "PHOTO.PNG"])
    def test_a_file_of_the_submission(self, name):
        tree = dom(f"![x]({name})", files={"img/photo.png": PNG})
        assert tree.img["src"].endswith(ENCODED)

    def test_what_is_no_picture_by_its_bytes_is_not_shown(self):
        tree = dom("![x](a.png)", files={"a.png": b"<html><script>alert(1)</script>"})
        assert tree.img is None and "not shown" in tree.get_text()

    def test_two_files_of_one_name_are_not_guessed_between(self):
        tree = dom("![x](a.png)", files={"one/a.png": PNG, "two/a.png": PNG})
        assert tree.img is None


REFUSED = (
    "<script>",
    "<p>",
    "</p>",
    "<p></b>",
    "<p onclick='x'></p>",
    "<p class=x></p>",
    "<P></P>",
    "<!-- x -->",
    "<p",
    "a<b",
    "<svg></svg>",
    '<p title="<"></p>',
    "<p></p><",
    "<b>" * 500 + "</b>" * 500,
)


@pytest.mark.parametrize("text", REFUSED)
def test_what_a_worker_does_not_send_is_refused(text):
    with pytest.raises(safe.Unsafe):
        safe.rewritten(text, none)


@pytest.mark.parametrize(
    "text",
    [
        '<a href="javascript:alert(1)">x</a>',
        '<a href="java&#10;script:alert(1)">x</a>',
        '<p style="position:fixed" id="x" onclick="x">x</p>',
        '<math href="javascript:x"></math>',
        '<img src="https://evil.invalid/x">',
        '<img src="data:text/html,x">',
        '<img file="../../x">',
        '<p class="notice">x</p>',
    ],
)
def test_a_worker_that_was_taken_over_gains_nothing(text):
    inert(BeautifulSoup(safe.rewritten(text, none), "html.parser"))


def test_every_formula_of_the_banks_prompts_is_mathml():
    formulas = Formulas()
    seen = 0
    for path in sorted((handed_in.ROOT / "assignments" / "questions").glob("*/*.md")):
        for kind, tex in split(path.read_text(encoding="utf-8")):
            if kind != "text":
                seen += 1
                made = formulas.mathml(tex, display=kind == "display")
                assert made.startswith("<math") and "<merror" not in made, (path.name, tex)
    assert seen > 500
