"""What an unsound bank becomes: an `AssignmentError` that names the file, the place and the way out."""

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder.course.bank import load
from autograder.course.bank.files import MAX_TEXT
from autograder.model import AssignmentError

MANIFEST = [
    ("title =", "titel =", r"small\.toml: unknown key 'titel'; did you mean 'title'\?"),
    ('title = "Small statistics"\n', "", "'title' is missing"),
    ('"Small statistics"', "7", "'title' must be a string, not an integer"),
    ('"Small statistics"', '" "', "'title' must be one line of printable text"),
    ('"Small statistics"', r'"a\nb"', "'title' must be one line of printable text"),
    ("cell_seconds", "cell_secs", r"\[limits\]: unknown key 'cell_secs'.*'cell_seconds'"),
    ("cell_seconds = 30", "cell_seconds = -1", "'cell_seconds' must be finite, above 0"),
    ("cell_seconds = 30", "cell_seconds = 0", "'cell_seconds' must be finite, above 0"),
    ("cell_seconds = 30", "cell_seconds = inf", "'cell_seconds' must be finite"),
    ("cell_seconds = 30", "cell_seconds = true", "must be a number, not a boolean"),
    ("memory_mb = 400", "memory_mb = 400.5", "'memory_mb' must be an integer, not a number"),
    ("memory_mb = 400", f"memory_mb = 0x{'f' * 9000}", "'memory_mb' must be finite"),
    ("[limits]", "[[limits]]", r"\[limits\]: must be a table, not an array"),
    ("[feedback]", "[permits]\nnetwork = true\n[feedback]", r"unknown key 'network'; known: files"),
    ("[feedback]", '[permits]\nfiles = ["../x"]\n[feedback]', "paths below the manifest's folder"),
    ("[feedback]", '[permits]\nfiles = ["/x"]\n[feedback]', "paths below the manifest's folder"),
    ("[feedback]", r'[permits]\nfiles = ["a\\b"]\n[feedback]', "not valid TOML"),
    (
        "[feedback]",
        '[permits]\nfiles = ["questions/columns/hidden_cases.py"]\n[feedback]',
        "'files' must not hold a question's files",
    ),
    (
        "[feedback]",
        '[permits]\nfiles = ["./questions/columns/hidden_cases.py"]\n[feedback]',
        "'files' must not hold a question's files",
    ),
    (
        "[feedback]",
        '[permits]\npackages = ["a b"]\n[feedback]',
        "import names, such as 'sklearn'; 'a b' is not one",
    ),
    ("[feedback]", "[permits]\npackages = [1]\n[feedback]", "must be an array of strings"),
    (
        'topic = "columns"',
        'topic = "columns"\nforbidden = ["a b"]',
        "'.softmax' for a method, not 'a b'",
    ),
    ('topic = "columns"', 'topic = "columns"\nforbidden = [".a.b"]', "for a method, not '.a.b'"),
    ('topic = "columns"', 'topic = "columns"\nforbidden = "a"', "'forbidden' must be an array"),
    ("[feedback]", "[permits]\nprocesses = 1\n[feedback]", "must be a boolean, not an integer"),
    (
        "[feedback]",
        '[leaderboard]\ntopic = "norms"\nname = "x"\norder = "up"\n[feedback]',
        r"\[leaderboard\]: 'order' cannot be 'up'",
    ),
    (
        "[feedback]",
        '[leaderboard]\ntopic = "columms"\nname = "x"\n[feedback]',
        r"\[leaderboard\]: no question is about 'columms'; did you mean 'columns'\?",
    ),
    ("[feedback]", '[leaderboard]\ntopic = "columns"\n[feedback]', "'name' is missing"),
    ('"hint"', '"hints"', r"\[feedback\]: 'hidden' cannot be 'hints'; did you mean 'hint'\?"),
    (
        'hidden = "hint"',
        'hidden_afer = "diff"',
        r"\[feedback\]: unknown key 'hidden_afer'; did you mean 'hidden_after'\?",
    ),
    (
        'hidden = "hint"',
        'hidden = "hint"\nhidden_after = "dif"',
        "'hidden_after' cannot be 'dif'; did you mean 'diff'",
    ),
    (
        'hidden = "hint"',
        'hidden = "hint"\nhidden_after = "hint"',
        "part 1: after the due date the level 'hint' says no more than 'hint' does before",
    ),
    (
        'visibility = "hidden"',
        'visibility = "hidden"\nfeedback_after = "diff"',
        "part 2: a level for after the due date .'diff'. does not go with the visibility 'hidden'",
    ),
    (
        'visibility = "hidden"',
        'visibility = "visible"\nfeedback_atfer = "diff"',
        r"unknown key 'feedback_atfer'; did you mean 'feedback_after'\?",
    ),
    ('visibility = "hidden"', 'visibility = "seen"', "question 1, part 2: 'visibility' cannot be"),
    ('"columns"', '"column"', r"question 1: the bank has no question 'column'.*'columns'"),
    ('"columns"', '"../x"', "'topic' must be the name of a question, or BANK/NAME .*, not '../x'"),
    ('part = "mean"', 'part = "means"', r"question 1, part 1: columns has no part 'means'.*'mean'"),
    ("points = 4", "pionts = 4", r"part 1: unknown key 'pionts'; did you mean 'points'\?"),
    ("points = 4", "", "part 1: 'points' is missing"),
    ("points = 4", "points = -4", "'points' must be finite, from 0"),
    ("points = 4", "points = nan", "'points' must be finite, from 0"),
    ("points = 4", 'points = "4"', "'points' must be a number, not a string"),
    ("points = 4", "points = 2020-01-01", "'points' must be a number, not a date or a time"),
    ("points = 2", "points = 2\nfigure = true", "part 2: a figure .* points for it with 'written'"),
    ("written = 0.5", "written = 0.5\nfigure = 1", "'figure' must be a boolean, not an integer"),
    ("points = 0", "points = 1", "part 3: 'proof' has points but no case that could earn them"),
    ("written = 0.5", 'number = "1.2"', "part 2: the number '1.2' is taken by an earlier part"),
    ("written = 0.5", 'number = "../1"', "'number' must be letters and digits"),
    ("written = 0.5", 'number = ""', "'number' must be letters and digits"),
    ("written = 0.5", 'cases = ["tow rows"]', r"no case of 'mean' matches 'tow rows'.*'two rows'"),
    ("written = 0.5", "cases = []", "'mean' has points but no case that could earn them"),
    ("written = 0.5", 'cases = "*"', "'cases' must be an array, not a string"),
    ('part = "spread"', 'part = "mean"', "part 2: an earlier part has the case 'two rows' already"),
    (
        "written = 0.5",
        'follows = ["column_men"]',
        r"'follows' holds 'column_men', which .*'column_mean'",
    ),
    ("written = 0.5", "follow_share = 0.5", "'follow_share' needs 'follows'"),
    (
        "written = 0.5",
        'follows = ["column_mean"]\nfollow_share = 2',
        "'follow_share' is a share of a case's points, at most 1, not 2",
    ),
    (
        'part = "mean"',
        'part = "the mean"',
        r"comment in prompt\.md, <!-- part: KEY -->, not 'the mean'",
    ),
    ("[[question]]", "[[questions]]", "unknown key 'questions'; did you mean 'question'"),
    ("[limits]", "[limits", "is not valid TOML"),
    ("30", "3" * 5000, "is not valid TOML"),
    ("30", "[" * 9000, "is not valid TOML"),
    ("[limits]", "a." * 100 + "b = 1", "unknown key 'a'"),
    ("[limits]", "a." * 101 + "b = 1", r"small\.toml:3: a line has more than 100 dots"),
    ("[limits]", "#" * (1 << 16), "is larger than 65536 bytes"),
]


@pytest.mark.parametrize(("old", "new", "message"), MANIFEST)
def test_a_wrong_manifest(bank, old, new, message):
    text = bank.path("small.toml").read_text(encoding="utf-8")
    assert old in text
    bank.write("small.toml", text.replace(old, new, 1))
    if old == "[[question]]":
        bank.write("small.toml", text.replace(old, new))
    with pytest.raises(AssignmentError, match=message) as caught:
        load("small", bank.root)
    assert re.search(r"small\.toml(:\d+)?: ", str(caught.value))


@pytest.mark.parametrize(
    ("tables", "name"),
    [
        ('[question]\ntopic = "columns"', "question"),
        (
            '[[question]]\ntopic = "columns"\n[question.part]\npart = "mean"\npoints = 1',
            "question.part",
        ),
    ],
)
def test_a_table_that_needs_two_brackets(bank, tables, name):
    bank.write("small.toml", f'title = "Small"\n{tables}\n')
    with pytest.raises(
        AssignmentError, match=re.escape(f"write [[{name}]] with two brackets, not [{name}]")
    ):
        load("small", bank.root)


HANDOUT = "# Columns\n\nOther words.\n\n## Averages\n<!-- part: mean -->\nAverage.\n"
NAMED = ('topic = "columns"', 'topic = "columns"\nprompt = "handout"')


def test_a_prompt_that_the_topic_does_not_have(bank):
    bank.change("small.toml", *NAMED)
    bank.write("columns/prompt_handouts.md", HANDOUT)
    message = r"question 1: columns has no prompt_handout\.md; did you mean 'handouts'\?"
    with pytest.raises(AssignmentError, match=message):
        load("small", bank.root)
    bank.path("columns/prompt_handouts.md").unlink()
    message = r"question 1: columns has no prompt_handout\.md; there is none"
    with pytest.raises(AssignmentError, match=message):
        load("small", bank.root)


def test_a_prompts_name_that_is_a_path(bank):
    bank.change("small.toml", NAMED[0], 'topic = "columns"\nprompt = "../x"')
    with pytest.raises(AssignmentError, match=r"'prompt' must be NAME where .* not '\.\./x'"):
        load("small", bank.root)


def test_another_prompt_says_parts_of_the_first(bank):
    bank.change("small.toml", *NAMED)
    bank.write("columns/prompt_handout.md", HANDOUT)
    message = r"small\.toml: question 1, part 2: columns/prompt_handout\.md has no part 'spread'"
    with pytest.raises(AssignmentError, match=message):
        load("small", bank.root)
    bank.write("columns/prompt_handout.md", HANDOUT.replace("part: mean", "part: means"))
    message = r"columns/prompt_handout\.md: prompt\.md has no part 'means'; did you mean 'mean'\?"
    with pytest.raises(AssignmentError, match=message):
        load("small", bank.root)
    bank.write("columns/prompt_handout.md", "no title")
    with pytest.raises(AssignmentError, match=r"columns/prompt_handout\.md:1: must begin with its"):
        load("small", bank.root)


def test_a_manifest_without_questions(bank):
    bank.write("small.toml", 'title = "x"\nquestion = []\n')
    with pytest.raises(AssignmentError, match="'question' is empty"):
        load("small", bank.root)
    bank.write("small.toml", 'title = "x"\nquestion = [1]\n')
    with pytest.raises(AssignmentError, match="question 1: must be a table, not an integer"):
        load("small", bank.root)


def test_numbers_that_differ_in_case_alone_would_be_one_file_on_some_systems(bank):
    bank.change("small.toml", "written = 0.5", 'number = "1.a"')
    bank.change("small.toml", 'title = "Range"', 'number = "1.A"')
    with pytest.raises(AssignmentError, match=r"the number '1\.A' is taken"):
        load("small", bank.root)


def test_a_manifest_whose_name_is_no_file_name_everywhere(bank):
    bank.write("sm all.toml", bank.path("small.toml").read_text())
    with pytest.raises(AssignmentError, match="a manifest's name may contain only letters"):
        load("sm all", bank.root)


def test_functions_of_two_topics_must_not_share_a_name(bank):
    bank.change("norms/stub.py", "def norm(x)", "def spread(x)")
    bank.change("norms/hidden_cases.py", "def test_norm(norm)", "def test_norm(spread)")
    with pytest.raises(AssignmentError, match="question 2: 'spread' is a function of columns too"):
        load("small", bank.root)


FILES = [
    (
        "columns/prompt.md",
        "# Column statistics",
        "Text",
        r"prompt\.md:1: must begin with its title",
    ),
    ("columns/prompt.md", "## A proof", "# A proof", r"prompt\.md:17: a second title"),
    (
        "columns/prompt.md",
        "<!-- part: proof -->\n",
        "",
        r"prompt\.md:17: the line after the heading",
    ),
    ("columns/prompt.md", "part: proof", "part: Proof!", r"prompt\.md:17: the line after"),
    ("columns/prompt.md", "part: proof", "part: mean", r"prompt\.md:18: a second part has the key"),
    ("columns/prompt.md", "Prove", "<!-- part: x -->\nProve", r"prompt\.md:19: .* right after"),
    ("columns/prompt.md", "Let", "<!-- part: x -->\nLet", r"prompt\.md:3: .* right after"),
    ("columns/prompt.md", "A proof", "A\tproof", r"prompt\.md:17: a heading must be plain"),
    ("columns/stub.py", '"""Statistics of columns."""', "", r"stub\.py:1: .*module docstring"),
    ("columns/stub.py", "import math", "import scipy", r"stub\.py:5: imports 'scipy'"),
    ("columns/stub.py", "import math", "from . import x", r"stub\.py:5: imports '\.\.x'"),
    ("columns/stub.py", "import math", "X = 1", r"stub\.py:5: a stub holds its docstring"),
    ("columns/stub.py", "def spread(x, *", "def spread(x *", r"stub\.py:14: syntax error"),
    ("columns/stub.py", "def spread", "import os\ndef spread", r"stub\.py:14: a stub holds"),
    ("columns/stub.py", "def spread", "async def spread", r"stub\.py:14: a stub holds"),
    (
        "columns/stub.py",
        "def spread",
        "def column_mean",
        r"stub\.py:14: a second function is called",
    ),
    ("columns/stub.py", "def unasked", "def rng", r"stub\.py:19: no function may be called 'rng'"),
    ("columns/stub.py", "def unasked", "def env", r"stub\.py:19: no function may be called 'env'"),
    ("columns/stub.py", "def unasked", "@math.sin\ndef unasked", "unasked has a decorator"),
    ("columns/stub.py", '    """No case asks for this."""\n', "", "unasked has no docstring"),
    ("columns/stub.py", 'this."""', 'this."""\n    y = x', "the body of unasked must be"),
    ("columns/stub.py", "# Columns", "\0", r"stub\.py.*(null bytes|parse)"),
    ("columns/drivers.py", "import numpy as np", "import autograder", r"drivers\.py:3: imports"),
    ("columns/drivers.py", "def on", "1 / 0\ndef on", r"drivers\.py:6: ZeroDivisionError"),
    ("columns/public_cases.py", "OK_FORMAT = False", "", "must say 'OK_FORMAT = False'"),
    (
        "columns/public_cases.py",
        "OK_FORMAT = False",
        "OK_FORMAT = 0",
        r":6: OK_FORMAT must be False",
    ),
    ("columns/public_cases.py", 'name = "columns"', 'name = "rows"', r'name must be "columns"'),
    ("columns/public_cases.py", "ROWS =", "points = 4\nROWS =", r":10: 'points' would change"),
    (
        "columns/public_cases.py",
        "ROWS =",
        "all_or_nothing = True\nROWS =",
        "'all_or_nothing' would",
    ),
    ("columns/public_cases.py", "ROWS =", "STANDS = {}\nROWS =", "STANDS is for hidden cases"),
    ("columns/public_cases.py", "ROWS =", "import reference\nROWS =", ":10: public cases must not"),
    (
        "columns/public_cases.py",
        "ROWS =",
        "def f():\n    from reference import columns\n\n\nROWS =",
        ":11: public cases must not import the reference",
    ),
    (
        "columns/public_cases.py",
        "from drivers.columns",
        "from drivers.norms",
        r":3: imports 'drivers\.norms\.on_ones'; only drivers\.columns",
    ),
    ("columns/public_cases.py", "on_ones\n", "nothing\n", r":3: ImportError: cannot import name"),
    ("columns/public_cases.py", "ROWS =", "1 / 0\nROWS =", r"public_cases\.py:10: ZeroDivision"),
    ("columns/public_cases.py", "ROWS =", "raise SystemExit(3)\nROWS =", ":10: SystemExit: 3"),
    ("columns/public_cases.py", "ROWS =", "def (\nROWS =", r"public_cases\.py:10: syntax error"),
    ("columns/public_cases.py", '"spread: two rows"', '"spread"', "must read 'KEY: what it shows'"),
    (
        "columns/public_cases.py",
        '"spread: two rows"',
        '"spread:"',
        "must read 'KEY: what it shows'",
    ),
    ("columns/public_cases.py", '"spread: two rows"', '"spread:  "', "must read 'KEY: what"),
    ("columns/public_cases.py", '"spread: two rows"', 'f"spread: {1}"', "a case must say name="),
    ("columns/public_cases.py", 'name="spread: two rows", ', "", "a case must say name="),
    ("columns/public_cases.py", '"spread: two', '"spred: two', "names no part: 'spred'.*'spread'"),
    (
        "columns/public_cases.py",
        '"mean: two rows"',
        '"mean: ones, μ = 1"',
        "a second case is called",
    ),
    ("columns/public_cases.py", "def test_spread", "def test_ones", "a second function is called"),
    (
        "columns/public_cases.py",
        's", points=1, hidden=False)\ndef test_spread',
        's", points=1, hidden=True)\ndef test_spread',
        "must say hidden=False in this file",
    ),
    ("columns/public_cases.py", "points=2", "points=0", "must have points=WEIGHT"),
    ("columns/public_cases.py", "points=2", "points=-1.5", "must have points=WEIGHT"),
    ("columns/public_cases.py", "points=2", "points=float('nan')", "must have points=WEIGHT"),
    ("columns/public_cases.py", "points=2", "points=None", "must have points=WEIGHT"),
    ("columns/public_cases.py", "mean: two", "mean: form of two", "is a case of form.*points=0"),
    ("columns/hidden_cases.py", "points=3", "points=0", "must have points=WEIGHT"),
    ("columns/public_cases.py", "points=2", "points='2'", "Invalid point type"),
    (
        "columns/public_cases.py",
        "(spread):",
        "(spred):",
        "'spred', which is not a function.*'spread'",
    ),
    ("columns/public_cases.py", "(spread):", "(spread, rng):", "only hidden cases draw"),
    ("columns/public_cases.py", "(spread):", "(spread, env):", "'env', which is not a function"),
    ("columns/public_cases.py", "(spread):", "(spread=1):", "must take plain parameters"),
    ("columns/public_cases.py", "(spread):", "(*spread):", "must take plain parameters"),
    ("columns/public_cases.py", "    same(spread(", "    yield same(spread(", "contains a yield"),
    (
        "columns/public_cases.py",
        "    same(spread(",
        "    assert_score(1, {1: 1})\n    same(spread(",
        "continues after assert_score",
    ),
    (
        "columns/public_cases.py",
        "def test_spread",
        "@staticmethod\ndef test_spread",
        "every case must be a function at the top of the file",
    ),
    (
        "columns/public_cases.py",
        "# The mean comes first.",
        'test_more = test_case(name="mean: x", points=1)(lambda column_mean: None)',
        "every case must be a function at the top of the file",
    ),
    (
        "columns/hidden_cases.py",
        '"mean: one row": "',
        '"mean: row": "',
        "names no case.*'mean: one",
    ),
    (
        "columns/hidden_cases.py",
        '{"mean: one row": "the',
        '[{"mean: one row": "the',
        "syntax error",
    ),
    ("columns/hidden_cases.py", '"the smallest input there is"', "1", "STANDS must be a literal"),
    (
        "columns/hidden_cases.py",
        '"the smallest input there is"',
        "str()",
        "STANDS must be a literal",
    ),
    ("columns/hidden_cases.py", "columns as solution", "rows as solution", ":5: ImportError"),
    ("columns/hidden_cases.py", "points=3, hidden=True", "points=3", "must say hidden=True"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), FILES)
def test_a_wrong_file_of_a_question(bank, name, old, new, message):
    bank.change(name, old, new)
    with pytest.raises(AssignmentError, match=message) as caught:
        load("small", bank.root)
    assert re.search(rf"{re.escape(name)}(:\d+)?: ", str(caught.value))


def test_a_stub_too_deep_for_python(bank):
    bank.change("columns/stub.py", "import math", f"import math\nx = {'(' * 5000}{')' * 5000}")
    with pytest.raises(
        AssignmentError, match=r"columns/stub\.py(:6: syntax error|: Python cannot)"
    ):
        load("small", bank.root)


@pytest.mark.parametrize(
    "name",
    ["prompt.md", "stub.py", "public_cases.py"],
)
def test_a_missing_file_of_a_question(bank, name):
    bank.path(f"columns/{name}").unlink()
    with pytest.raises(AssignmentError, match=rf"columns/{re.escape(name)}: there is no such file"):
        load("small", bank.root)


def test_a_file_that_is_no_text(bank):
    path = bank.path("columns/stub.py")
    path.write_bytes(b'"""Two\nlines, \xff"""\n')
    with pytest.raises(AssignmentError, match=r"stub\.py:2: is not UTF-8"):
        load("small", bank.root)
    path.write_bytes(b"#" * (MAX_TEXT + 1))
    with pytest.raises(AssignmentError, match=r"stub\.py: is larger than 1048576 bytes"):
        load("small", bank.root)
    path.unlink()
    path.mkdir()
    with pytest.raises(AssignmentError, match=r"stub\.py: is not a regular file"):
        load("small", bank.root)


def test_a_file_that_may_not_be_read(bank, monkeypatch):
    def refuse(*_arguments, **_keywords):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(AssignmentError, match=r"small\.toml: cannot be read: Permission denied"):
        load("small", bank.root)


def test_a_reference_that_fails_is_named_where_it_does_and_where_a_case_imports_it(bank):
    bank.write("reference/columns.py", "1 / 0\n")
    place = r"reference/columns\.py:1: ZeroDivisionError: .* \(used by hidden_cases\.py, line 5\)"
    with pytest.raises(AssignmentError, match=place):
        load("small", bank.root)
    bank.write("reference/columns.py", "\ndef mean(:\n")
    place = (
        r"reference/columns\.py:2: Python cannot parse it: .* \(used by hidden_cases\.py, line 5\)"
    )
    with pytest.raises(AssignmentError, match=place):
        load("small", bank.root)
    bank.write("reference/__init__.py", "\n1 / 0\n")
    with pytest.raises(AssignmentError, match=r"reference/__init__\.py:2: ZeroDivisionError"):
        load("small", bank.root)


def test_paths_are_said_from_the_working_folder(bank, monkeypatch):
    bank.path("columns/stub.py").unlink()
    monkeypatch.chdir(bank.root)
    with pytest.raises(AssignmentError, match=r"^assignments/questions/columns/stub\.py: "):
        load("small")


_quiet = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@_quiet
@given(data=st.data())
def test_no_mutated_manifest_raises_anything_else(bank, data):
    sound = bytearray(bank.path("small.toml").read_bytes())
    try:
        text = bytearray(sound)
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(text)))
            stop = data.draw(st.integers(start, min(len(text), start + 12)))
            text[start:stop] = data.draw(
                st.one_of(
                    st.binary(max_size=6),
                    st.sampled_from([b"[", b"]", b'"', b"\n", b"{}", b"1e999", b"-0", b"nan"]),
                )
            )
        bank.path("small.toml").write_bytes(bytes(text))
        try:
            load("small", bank.root)
        except AssignmentError as error:
            assert str(error)
    finally:
        bank.path("small.toml").write_bytes(bytes(sound))


@_quiet
@given(pattern=st.text(max_size=12))
@example(pattern="[")
@example(pattern="[z-a]")
@example(pattern="[!]*")
def test_no_pattern_raises_anything_else(bank, pattern):
    sound = bank.path("small.toml").read_text()
    escaped = "".join(f"\\U{ord(letter):08x}" for letter in pattern)
    try:
        bank.write("small.toml", sound.replace("written = 0.5", f'cases = ["*", "{escaped}"]'))
        try:
            load("small", bank.root)
        except AssignmentError as error:
            assert str(error)
    finally:
        bank.write("small.toml", sound)
