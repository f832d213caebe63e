"""Reading a notebook's code: every version and accident of the format, and JSON made to hurt."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.untrusted import notebook as reader
from autograder.untrusted import outputs
from autograder.untrusted.notebook import NotebookError, code_cells, contents, read
from autograder.untrusted.outputs import TooMuch, without_outputs

CODE = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}
TEXT = {"cell_type": "markdown", "source": "# Words", "metadata": {}}


def notebook(*cells, **rest) -> bytes:
    return json.dumps({"cells": list(cells), **rest}).encode()


def kernel(language: object, table: str = "kernelspec", key: str = "language") -> bytes:
    return notebook(CODE, metadata={table: {key: language}})


def test_code_cells_in_order_and_nothing_else():
    content = notebook(
        TEXT, CODE, {"cell_type": "raw", "source": "no"}, {**CODE, "source": "y = 2"}
    )
    assert code_cells(content) == ["x = 1", "y = 2"]


@pytest.mark.parametrize("version", ["3.12.1", "3.14.0rc1", "3.9.0.1"])
def test_the_version_of_python_that_it_names(version):
    assert contents(kernel(version, "language_info", "version"))["python"] == version


@pytest.mark.parametrize(
    "version",
    [
        *("", "3", "9" * 5_000, "3." + "9" * 5_000, "3." + "1" * 18 + "\x1b[31m" + "9" * 5_000),
        *("3.11\n", "3.11.7 (main)", "\u0663.\u0661\u0661", 3.11, ["3", "11"]),
    ],
)
def test_what_is_no_version_of_python_is_not_taken_for_one(version):
    """It is shown, and compared as numbers, of which Python reads none of thousands of digits."""
    assert contents(kernel(version, "language_info", "version"))["python"] == ""


def test_sources_in_lines():
    cell = {**CODE, "source": ["def f():\n", "    return 1\n", "f()"]}
    assert code_cells(notebook(cell)) == ["def f():\n    return 1\nf()"]


def test_empty_cells_keep_their_place():
    assert code_cells(notebook({**CODE, "source": ""}, {**CODE, "source": []}, CODE)) == [
        "",
        "",
        "x = 1",
    ]


def test_outputs_are_dropped():
    noisy = {**CODE, "outputs": [{"data": {"image/png": "A" * 1_000_000}}]}
    assert code_cells(notebook(noisy)) == ["x = 1"]


def test_version_3():
    sheet = {
        "cells": [
            {"cell_type": "heading", "level": 1, "source": "Words"},
            {"cell_type": "code", "language": "python", "input": ["a = 1\n", "b = 2"]},
            {"cell_type": "code", "language": "python", "input": "c = 3"},
        ]
    }
    content = json.dumps({"nbformat": 3, "metadata": {"name": ""}, "worksheets": [sheet, sheet]})
    assert code_cells(content.encode()) == ["a = 1\nb = 2", "c = 3"] * 2


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + notebook(CODE),
        json.dumps({"cells": [CODE]}, indent=1).replace("\n", "\r\n").encode(),
        b"\n \n" + notebook(CODE) + b"\n\n",
        notebook(CODE, nbformat=4, nbformat_minor=99, metadata={"colab": {"name": "x"}}),
        notebook(CODE, metadata=None),
        notebook(CODE, metadata=[]),
        notebook(CODE, metadata={"kernelspec": None}),
        notebook(CODE, metadata={"kernelspec": {"name": "my-env", "display_name": "?"}}),
        kernel("python"),
        kernel("Python"),
        kernel("python3"),
        kernel(3),
        kernel("ipython", "language_info", "name"),
    ],
    ids=[
        "a byte-order mark",
        "lines of Windows",
        "space around it",
        "a version to come",
        "no metadata",
        "metadata of another kind",
        "no kernel",
        "a kernel without a language",
        "python",
        "Python",
        "python3",
        "a language that is no text",
        "a language of the code",
    ],
)
def test_forms_that_are_accepted(content):
    assert code_cells(content) == ["x = 1"]


OTHERS = {
    "R": "double <- function(x) { 2 * x }",
    "julia": "function double(x)\n    2x\nend",
    "C++17": "#include <vector>\nint main() { return 0; }",
    "javascript": "const double = x => 2 * x;",
}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(("table", "key"), [("kernelspec", "language"), ("language_info", "name")])
class TestAnotherLanguage:
    """What a notebook says of its language is believed only where none of its code is Python."""

    def test_without_any_python_it_is_refused(self, language, table, key):
        code = {**CODE, "source": OTHERS[language]}
        with pytest.raises(NotebookError, match="in Python") as caught:
            code_cells(notebook(TEXT, code, code, metadata={table: {key: language}}))
        assert f"a notebook in {language}," in str(caught.value)

    def test_with_some_python_it_is_read_and_named(self, language, table, key):
        code = {**CODE, "source": OTHERS[language]}
        found = contents(notebook(code, CODE, metadata={table: {key: language}}))
        assert found["cells"] == [code["source"], "x = 1"]
        assert found["language"] == language


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"language": ""}},
        {"kernelspec": {"language": " "}, "language_info": {"name": ""}},
        {"kernelspec": {"language": "Python"}, "language_info": {"name": "ipython"}},
        {"kernelspec": {"name": "ir", "display_name": "R"}, "language_info": {"name": "python"}},
    ],
)
def test_a_language_that_is_python_or_none_is_not_worth_a_word(metadata):
    assert contents(notebook(CODE, metadata=metadata))["language"] == ""


@pytest.mark.parametrize(
    "source",
    ["%matplotlib inline\nx = 1", "!ls\nx = 1", "files = !ls", "%%time\nx = 1", "x?\ny = 2"],
)
def test_magics_do_not_hide_that_it_is_python(source):
    content = notebook({**CODE, "source": source}, metadata={"kernelspec": {"language": "sos"}})
    assert code_cells(content) == [source]


def test_the_name_of_a_language_is_cut():
    content = notebook(
        {**CODE, "source": "x <- (:"}, metadata={"kernelspec": {"language": "x" * 10_000}}
    )
    with pytest.raises(NotebookError) as caught:
        code_cells(content)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("version", "read"),
    [
        ("3.12.1", "3.12.1"),
        ("3.13.0rc2", "3.13.0rc2"),
        ("", ""),
        (3.12, ""),
        ("x" * 99, ""),
        ("3", ""),
    ],
)
def test_the_version_of_python_that_it_was_written_with(version, read):
    metadata = {"language_info": {"name": "python", "version": version}}
    assert contents(notebook(CODE, metadata=metadata))["python"] == read


def test_functions_in_cells_that_are_not_code_are_known_with_their_place():
    definition = "# My answer\n\ndef double(x):\n    return 2 * x\n"
    found = contents(
        notebook(
            TEXT,
            CODE,
            {"cell_type": "markdown", "source": definition},
            {"cell_type": "raw", "source": ["def total(x):\n", "    return x.sum()"]},
            {
                "cell_type": "markdown",
                "source": "The word def double(x) in a text, and `def a(b)`.",
            },
        )
    )
    assert found["elsewhere"] == {"double": "Markdown cell 2", "total": "raw cell 1"}


PICTURE = "data:image/png;base64," + "iVBORw0KGgo+/" * 1_000


class TestPictures:
    """Photographs that Colab writes into a text are not read for grading and do not count."""

    def test_any_number_of_them_in_markdown(self):
        photo = {**TEXT, "source": f"![](data:image/jpeg;base64,{'AAAA' * 300_000}) " * 2}
        assert code_cells(notebook(*[photo] * 20, CODE)) == ["x = 1"]

    @pytest.mark.parametrize("form", ["{}", "<img src='{}'>", "[1]: {}", '![a]({} "b")\n![c]({})'])
    def test_in_every_form(self, monkeypatch, form):
        monkeypatch.setattr(outputs, "MOST", 1_000)
        photo = {**TEXT, "source": form.replace("{}", PICTURE)}
        lines = {**TEXT, "source": [form.replace("{}", PICTURE) + "\n", "more"]}
        assert code_cells(notebook(photo, lines, CODE)) == ["x = 1"]

    def test_in_code_they_are_code(self):
        sources = [f'logo = "{PICTURE}"', f"# {PICTURE}\nx = '{PICTURE}'"]
        cells = [{**CODE, "source": source} for source in sources]
        assert code_cells(notebook(*cells, {**TEXT, "source": PICTURE})) == sources

    def test_with_escapes_of_json_in_them(self):
        source = "x = '''" + "\n".join([PICTURE, "AAAA" * 20, "BBBB"]) + "'''"
        content = notebook({**CODE, "source": source}).replace(b"/", b"\\/")
        assert code_cells(content.replace(b"data:image\\/png", b"data:image/png")) == [source]

    def test_code_with_more_of_them_than_a_cell_may_have_is_not_run(self):
        (source,) = code_cells(notebook({**CODE, "source": f"x = '{PICTURE * 50}'"}))
        assert len(source) < 500_000
        assert PICTURE not in source


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b'{"cells": [', "JSON is broken"),
        (b"# a script\nx = 1\n", "JSON is broken"),
        (b"<<<<<<< HEAD\n" + notebook(CODE), "conflict marks .*git checkout --ours"),
        (b'{"cells": [\r\n>>>>>>> theirs\r\n', "conflict marks"),
        (b'{"cells": ["<<<<<<< x"', "cut short.*checkpoint"),
        (notebook(CODE) * 2, "JSON is broken"),
        (b'{"cells": [' + b"1" * 5_000 + b"]}", "JSON is broken"),
        ("{}".encode("utf-16"), "has no cells"),
        (bytes(64), "the file is empty"),
        (b"\xe9t\xe9", "not text in UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[]", "JSON but not a notebook"),
        (b"3", "JSON but not a notebook"),
        (b"null", "JSON but not a notebook"),
        (b'{"nbformat": 4}', "JSON but not a notebook"),
        (notebook(), "has no cells"),
        (notebook("x = 1", 2, None), "has no cells"),
        (b'{"cells": 7}', "has no cells"),
        (b'{"worksheets": [1, {"cells": 2}, {}]}', "has no cells"),
    ],
)
def test_what_is_none_is_refused_with_the_reason(content, says):
    with pytest.raises(NotebookError, match=says):
        code_cells(content)


@pytest.mark.parametrize(
    ("source", "read"),
    [
        (None, ""),
        (7, ""),
        ({"a": "b"}, ""),
        (["a = 1\n", 2, None, ["b"], "c = 3"], "a = 1\nc = 3"),
    ],
)
def test_sources_of_another_kind(source, read):
    assert code_cells(notebook({**CODE, "source": source})) == [read]


def test_a_cell_without_a_source():
    assert code_cells(notebook({"cell_type": "code"})) == [""]


@pytest.mark.parametrize("cell_type", [["code"], {"code": 1}, None, "CODE"])
def test_cells_of_another_type_are_no_code(cell_type):
    assert code_cells(notebook({**CODE, "cell_type": cell_type})) == []


def test_a_cell_that_is_too_large_says_so_when_it_is_run():
    (source,) = code_cells(notebook({**CODE, "source": "x = 1\n" * 100_000}))
    with pytest.raises(ValueError, match="larger than half a megabyte"):
        exec(source)


WORDS = st.sampled_from(
    [
        "cells",
        "worksheets",
        "metadata",
        "kernelspec",
        "language",
        "cell_type",
        "code",
        "source",
        "input",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=25,
)


@given(st.dictionaries(WORDS, JSON, max_size=6) | JSON)
def test_any_json_ends_in_sources_or_in_a_reason(value):
    try:
        sources = code_cells(json.dumps(value).encode())
    except NotebookError as reason:
        assert str(reason).endswith(".")
    else:
        assert all(type(source) is str for source in sources)


@given(st.binary(max_size=60))
def test_any_bytes_end_in_sources_or_in_a_reason(content):
    with pytest.raises(NotebookError):
        code_cells(content)


NOBODY_READS = ("outputs", "attachments", "widgets")
TEXTS = st.text(st.sampled_from('\\"[]{}:, aé\n')) | st.sampled_from(
    ['"outputs": [', '\\"outputs": {', "outputs", '"outputs', 'outputs"', "\\outputs", "\\"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NOBODY_READS) | TEXTS, inner, max_size=4)
    ),
    max_leaves=20,
)


def without(value):
    """What is left of parsed JSON, by the rule itself."""
    if isinstance(value, list):
        return [without(item) for item in value]
    if isinstance(value, dict):
        return {
            key: None if key in NOBODY_READS and isinstance(item, (list, dict)) else without(item)
            for key, item in value.items()
        }
    return value


class TestOutputs:
    @settings(deadline=None)
    @given(
        ANYTHING, st.sampled_from([None, 1]), st.booleans(), st.sampled_from([": ", ":", "\t:\n"])
    )
    def test_nothing_but_what_nobody_reads_is_cut_out(self, value, indent, ascii_only, colon):
        text = json.dumps(value, indent=indent, ensure_ascii=ascii_only, separators=(",", colon))
        assert json.loads(without_outputs(text.encode())) == without(value)

    @settings(deadline=None)
    @given(ANYTHING, st.data())
    def test_what_is_cut_short_stays_broken(self, value, data):
        text = json.dumps([value]).encode()
        cut = without_outputs(text[: data.draw(st.integers(1, len(text) - 1))])
        with pytest.raises(ValueError, match=r"."):
            json.loads(cut)

    def test_what_is_left_has_a_bound(self, monkeypatch):
        monkeypatch.setattr(outputs, "MOST", 100)
        text = b'{"a": "' + b"x" * 91 + b'"}'
        assert len(text) == 100 and without_outputs(text) == text
        with pytest.raises(TooMuch):
            without_outputs(text + b" ")
        with pytest.raises(TooMuch):
            without_outputs(b'{"outputs": []}' * 20)
        assert without_outputs(b'{"outputs": [' + b"1, " * 100 + b"1]}") == b'{"outputs": null}'

    def test_pieces_of_what_is_cut_out_have_a_bound(self, monkeypatch):
        monkeypatch.setattr(outputs, "_MARKS", 10)  # of brackets and strings
        assert without_outputs(b'{"outputs": [[], [], [], []]}') == b'{"outputs": null}'
        for text in (b'{"outputs": [[], [], [], [], []]}', b'{"outputs": []}' * 6):
            with pytest.raises(TooMuch):
                without_outputs(text)

    @pytest.mark.parametrize(
        ("cap", "content"),
        [
            ("_LISTS", notebook(CODE, CODE)),
            ("_ITEMS", notebook(*[{}] * 9)),
            ("MOST", notebook(CODE)),
        ],
    )
    def test_a_notebook_of_too_much_is_refused_before_it_is_parsed(self, monkeypatch, cap, content):
        monkeypatch.setattr(outputs if cap == "MOST" else reader, cap, 5)
        with pytest.raises(NotebookError, match="is too large to be read"):
            code_cells(content)

    def test_a_file_is_never_in_memory_as_a_whole(self, tmp_path):
        path = tmp_path / "notebook"
        noisy = {**CODE, "outputs": ["A" * (30 << 20)]}
        path.write_bytes(notebook(noisy, CODE))
        tracemalloc.start()
        try:
            assert read(str(path))["cells"] == ["x = 1", "x = 1"]
            assert tracemalloc.get_traced_memory()[1] < 1 << 20
        finally:
            tracemalloc.stop()

    def test_an_empty_file(self, tmp_path):
        path = tmp_path / "notebook"
        path.write_bytes(b"")
        with pytest.raises(NotebookError, match="is empty"):
            read(str(path))
