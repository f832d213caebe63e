"""Foreign text as Markdown: rendered, it reads as it was, and is never markup."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autograder.gradescope.markdown import LIMIT, block, cut, document, passage, plain, prose

HARMLESS = {"p", "code", "pre"}
MARKUP = st.text(
    st.sampled_from("ab1 \n\t\r`*_~[](){}<>!#+-=.:/\\&;|$@\"'\x1b\x9b\x00\u202e\u2028\ud800é")
)
ANYTHING = st.one_of(st.text(st.characters(exclude_categories=[])), MARKUP)


class Page(HTMLParser):
    """What a browser sees of a page: its tags, and its text outside and inside of <pre>."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.text = ""
        self.code = ""
        self._deep = 0
        # Everything that a site may switch on, HTML among it: the strictest reader of an escape.
        renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
        self.feed(renderer.render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        self._deep += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        self._deep -= tag == "pre"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._deep:
            self.code += data

    def handle_comment(self, data: str) -> None:
        self.tags.add("comment")

    def handle_decl(self, decl: str) -> None:
        self.tags.add("declaration")

    def handle_pi(self, data: str) -> None:
        self.tags.add("instruction")

    def unknown_decl(self, data: str) -> None:
        self.tags.add("declaration")


def bare(text: str) -> str:
    """Letters alone: white space and the backticks that mark code left out."""
    return "".join(text.replace("`", "").split())


@given(ANYTHING)
def test_prose_reads_as_the_text_and_is_one_paragraph(text: str) -> None:
    page = Page(prose(text))
    assert bare(page.text) == bare(plain(text))
    assert page.tags <= {"p", "code"}
    assert "\n" not in prose(text)


@given(ANYTHING)
def test_a_block_reads_as_the_text_and_is_nothing_but_code(text: str) -> None:
    page = Page(block(text))
    assert bare(page.text) == bare(page.code) == bare(plain(text))
    assert page.tags <= {"pre", "code"}


@given(ANYTHING)
def test_a_passage_reads_as_the_text(text: str) -> None:
    page = Page(passage(text))
    assert bare(page.text) == bare(plain(text))
    assert page.tags <= HARMLESS


@given(st.lists(ANYTHING))
def test_no_passage_runs_into_the_next(texts: list[str]) -> None:
    blocks = [item for text in texts for item in (passage(text), "Ours.")]
    page = Page(document(blocks))
    assert page.tags <= HARMLESS
    assert bare(page.text) == "".join(bare(plain(text)) + "Ours." for text in texts)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "`<img src=x onerror=alert(1)>`",
        "``<b>`",
        "\\<b>",
        "![x](javascript:alert(1))",
        "[x]: http://example.org",
        "<http://example.org>",
        "&lt;b&gt;",
        "# heading",
        "- item",
        "1. item",
        "10) item",
        "---",
        "***",
        "+++",
        "=====",
        "> quote",
        "    code",
        "~~~",
        "```",
        "| a | b |",
        "<!-- comment",
        "log_mean_exp **kwargs **args",
    ],
)
def test_what_looks_like_markup_is_shown_as_it_was_written(text: str) -> None:
    page = Page(f"{prose(text)}\n\nafter")
    assert bare(page.text) == bare(text) + "after"
    assert page.tags <= {"p", "code"}


def test_names_between_backticks_stay_code() -> None:
    assert prose("`f` raised ValueError: a_b") == r"`f` raised ValueError: a\_b"


@pytest.mark.parametrize("text", ["see https://example.org", "www.example.org", "a@example.org"])
def test_addresses_are_broken_up_so_that_no_site_links_them(text: str) -> None:
    shown = prose(text)
    assert "://" not in shown
    assert "www." not in shown
    assert "@" not in shown
    assert Page(shown).text.strip() == text


def test_formulas_are_not_typeset() -> None:
    assert "$" not in prose("costs $5, or $$x$$")


def test_terminal_escapes_leave_the_words() -> None:
    coloured = (
        "\x1b[1;31mValueError\x1b[0m: \x1b]0;title\x07bad\x1b]8;;http://x\x1b\\ \x9b31mred\x1bc"
    )
    assert plain(coloured) == "ValueError: bad red"


def test_an_escape_that_never_ends_swallows_nothing() -> None:
    assert plain("\x1b]0;the rest is still here") == "0;the rest is still here"


@pytest.mark.parametrize("begins", ["\x1b]", "\x9d", "\x90a", "\x9b1", "\x1b[1"])
def test_escapes_that_never_end_cost_no_time(begins: str) -> None:
    """Each was looked for an end to the end of the text: minutes for 100,000 of them."""
    begin = time.process_time()
    assert "\x9d" not in plain(begins * 50_000)
    assert time.process_time() - begin < 2


def test_line_ends_of_every_kind_are_one_kind() -> None:
    assert plain("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h\ni") == "a\nb\nc\nd\ne\nf\ng\nh\ni"


@given(ANYTHING)
def test_plain_text_holds_no_control_and_can_be_encoded(text: str) -> None:
    shown = plain(text)
    assert all(char in "\t\n" or char.isprintable() or ord(char) > 0x9F for char in shown)
    assert not {"\u202e", "\u2066", "\u200f"} & set(shown)
    shown.encode()
    assert plain(shown) == shown


def test_lone_surrogates_are_replaced() -> None:
    assert plain("a\ud800b") == "a\ufffdb"


def test_a_block_keeps_how_lines_stand_to_each_other() -> None:
    assert block("  a\n\n    b\n") == "    a\n\n      b"


def test_a_passage_is_prose_and_then_code() -> None:
    assert (
        passage("first *line*\n\n    a  b\n    c  d\n") == "first \\*line\\*\n\n    a  b\n    c  d"
    )


def test_a_first_line_too_long_to_read_becomes_code() -> None:
    assert passage("x" * 1001 + "\ny") == "    " + "x" * 1001 + "\n    y"


@pytest.mark.parametrize(
    "text", ["&" * 10**6, "\n" * 10**6 + "x", "\t" * 10**6, "a\n" * 10**6, "`" * 10**6]
)
def test_a_passage_always_fits_a_document_and_says_what_it_leaves_out(text: str) -> None:
    whole = document([passage(f"x\n{text}\ny")])
    assert len(whole) <= LIMIT
    assert whole.startswith("x\n\n")
    assert whole.endswith("(The rest is left out.)")


def test_the_longest_prose_fits() -> None:
    assert len(prose("&" * 10**5)) <= LIMIT


def test_a_document_stops_between_blocks_and_says_so() -> None:
    blocks = ["x" * 900] * 30
    whole = document(blocks)
    assert len(whole) <= LIMIT
    *shown, note = whole.split("\n\n")
    assert note == "(The rest is left out.)"
    assert set(shown) == {"x" * 900}
    assert len(shown) == 22
    assert document(blocks[:20]) == "\n\n".join(blocks[:20])


@given(st.text(), st.integers(40, 200))
def test_cut_text_has_the_length_asked_for(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit
    assert cut(text, len(text)) == text


def test_cut_text_says_that_something_is_left_out() -> None:
    assert cut("abc " * 50, 60) == "abc " * 8 + "abc\n\n(The rest is left out.)"
