"""What a submission is: which files are its answers, what runs, what is still a stub."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from autograder.grading.submission import Unit, UnreadableSubmission, read
from autograder.model import Assignment, Limits, Permits, Question
from autograder.sandbox import Died, Raised, Refused, Secrets, SubmissionWorkers, Value
from autograder.untrusted import notebook
from tests.support.fake_sandbox import FakeSandbox

SECRETS = Secrets(unreadable=(Path("/a/reference"),))
ASSIGNMENT = Assignment(
    name="small",
    title="Small",
    questions=(
        Question("toy", 1, "Toy", Path("toy"), (), ("double", "total")),
        Question("norms", 2, "Norms", Path("norms"), (), ("norm",)),
    ),
    limits=Limits(),
    permits=Permits(processes=True),
    manifest=Path("small.toml"),
    digest="d1",
)

STUB = "def double(x):\n    '''Twice x.'''\n    raise NotImplementedError\n"
FILLED = "def double(x):\n    return 2 * x\n"


def cells(*sources: str) -> bytes:
    """A notebook of code cells."""
    return json.dumps(
        {"cells": [{"cell_type": "code", "source": source} for source in sources]}
    ).encode()


def parsed(content: bytes):
    """What an honest parser answers."""
    try:
        return Value(notebook.contents(content))
    except notebook.NotebookError as error:
        return Raised("NotebookError", str(error))


@pytest.fixture
def sandbox():
    """A parser without its worker, of what it was sent or of a file."""

    def worker(number):
        def answer(request):
            if "file" in request:
                return parsed(found.given[number]["files"][request["file"]])
            return parsed(request["arguments"])

        return answer

    found = FakeSandbox(worker)
    return found


@pytest.fixture
def crew(sandbox):
    with SubmissionWorkers(sandbox, ASSIGNMENT, SECRETS) as crew:
        yield crew
    assert sandbox.closed == len(sandbox.opened)


@pytest.fixture
def hand_in(tmp_path, crew):
    """Read a folder of files, given as text or bytes by name."""

    def read_folder(files: dict[str, str | bytes], **options):
        folder = tmp_path / "hw"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        folder.mkdir(exist_ok=True)
        return read(folder, ASSIGNMENT, crew, **options)

    return read_folder


class TestNotebook:
    def test_its_cells_are_numbered_and_empty_ones_left_out(self, hand_in):
        found = hand_in({"hw.ipynb": cells("a = 1", "", " \n\t", "b = 2")})
        assert found.units == (Unit("", "code cell 1", "a = 1"), Unit("", "code cell 4", "b = 2"))
        assert found.handed_in == "notebook hw.ipynb (2 code cells)"

    def test_it_is_parsed_by_the_worker_that_will_run_it(self, hand_in, sandbox, crew):
        content = cells("a = 1")
        hand_in({"hw.ipynb": content, "data.csv": "1,2"}, provided={"given.csv": b"3,4"})
        assert sandbox.given == [
            {
                "limits": ASSIGNMENT.limits,
                "permits": ASSIGNMENT.permits,
                "secrets": SECRETS,
                "files": {"data.csv": b"1,2", "given.csv": b"3,4"},
            }
        ]
        assert sandbox.opened[0].asked[0][0] == {"op": "notebook", "arguments": content}
        assert crew.fresh() is sandbox.opened[0]

    def test_a_large_one_is_parsed_by_a_worker_of_its_own_which_may_start_nothing(
        self, hand_in, sandbox, crew
    ):
        """It may take more memory and more of the disk than the submission's own code may."""
        content = cells("a = 1", "#" * (1 << 20))
        assert len(hand_in({"hw.ipynb": content, "data.csv": "1,2"}).units) == 2
        (given,) = sandbox.given
        assert given["files"] == {"notebook": content}
        assert given["secrets"] == SECRETS
        assert given["permits"] == Permits()
        assert given["limits"].disk_mb > 128
        assert sandbox.opened[0].asked[0][0] == {"op": "notebook", "file": "notebook"}
        assert sandbox.closed == 1
        assert crew.fresh() is sandbox.opened[1]

    def test_it_does_not_lie_beside_its_own_code(self, hand_in):
        assert hand_in({"hw.ipynb": cells("a = 1"), "data.csv": "1,2"}).files == {
            "data.csv": b"1,2"
        }

    def test_without_code(self, hand_in):
        with pytest.raises(UnreadableSubmission, match=r"hw\.ipynb contains no code"):
            hand_in({"hw.ipynb": cells("", "  ")})

    def test_without_code_beside_answers_in_modules(self, hand_in):
        found = hand_in({"hw.ipynb": cells(""), "toy.py": FILLED})
        assert [unit.label for unit in found.units] == ["toy.py"]
        assert found.handed_in == "notebook hw.ipynb (0 code cells), module toy.py"

    def test_two_are_named(self, hand_in):
        with pytest.raises(UnreadableSubmission, match=r"Two or more .*\(a\.ipynb, old/b\.ipynb\)"):
            hand_in({"a.ipynb": cells("1"), "old/b.ipynb": cells("1")})

    @pytest.mark.parametrize(
        ("sources", "why"),
        [
            (("x = 1", "y = 2"), "no function of the assignment is filled in there"),
            (
                (FILLED, FILLED + "x = 1\n"),
                "what the assignment asks for is defined in the modules",
            ),
        ],
    )
    def test_none_of_several_counts_where_modules_define_all(self, hand_in, sources, why):
        one, other = map(cells, sources)
        found = hand_in({"1 train.ipynb": one, "2 train.ipynb": other, "solution.py": FILLED})
        assert [unit.label for unit in found.units] == ["solution.py"]
        assert found.notices == (f"1 train.ipynb, 2 train.ipynb were not graded: {why}.",)

    def test_many_are_counted(self, hand_in):
        with pytest.raises(UnreadableSubmission, match=r"0\.ipynb, .*4\.ipynb, … \(9 in all\)"):
            hand_in({f"{number}.ipynb": cells("1") for number in range(9)})

    def test_what_is_none_is_said(self, hand_in):
        with pytest.raises(UnreadableSubmission, match=r"^hw\.ipynb: .* its JSON is broken"):
            hand_in({"hw.ipynb": b'{"cells": ['})

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (Died("memory", ""), "too large to be read"),
            (Died("time", ""), "too large to be read"),
            (Died("crash", ""), "not a notebook that can be read"),
            (Died("killed", ""), "not a notebook that can be read"),
            (Raised("RecursionError", "a secret"), "not a notebook that can be read"),
            (Refused("too many"), "not a notebook that can be read"),
            (Value("a = 1"), "not a notebook that can be read"),
            (Value(["a = 1", 2]), "not a notebook that can be read"),
        ],
    )
    def test_a_parser_that_fails_or_lies(self, hand_in, sandbox, answer, says):
        sandbox.worker = lambda _number: lambda _request: answer
        with pytest.raises(UnreadableSubmission, match=rf"^hw\.ipynb is {says}"):
            hand_in({"hw.ipynb": cells("a = 1")})

    @pytest.mark.parametrize("why", ["killed", "memory", "disk"])
    @pytest.mark.parametrize("size", [1, 1 << 20], ids=["small", "large"])
    def test_after_some_deaths_a_worker_of_its_own_reads_again(
        self, hand_in, sandbox, crew, why, size
    ):
        """Killed it may have been from outside; memory and disk may be less where its code will run."""
        answers = [Died(why, ""), parsed(cells("a = 1"))]
        sandbox.worker = lambda number: lambda _request: answers[number]
        content = cells("a = 1" + "#" * size)
        assert hand_in({"hw.ipynb": content}).units == (Unit("", "code cell 1", "a = 1"),)
        assert sandbox.given[1]["files"] == {"notebook": content}
        assert sandbox.closed == 2

    def test_one_that_takes_too_long_is_not_waited_for_again(self, hand_in, sandbox):
        sandbox.worker = lambda _number: lambda _request: Died("time", "")
        with pytest.raises(UnreadableSubmission, match="too large"):
            hand_in({"hw.ipynb": cells("a = 1")})
        assert len(sandbox.opened) == 1


class TestModules:
    def test_answers_run_in_order_of_their_names(self, hand_in):
        found = hand_in({"toy.py": "t = 1", "norms.py": "n = 1", "helper.py": "h = 1"})
        assert found.units == (Unit("norms", "norms.py", "n = 1"), Unit("toy", "toy.py", "t = 1"))
        assert set(found.files) == {"toy.py", "norms.py", "helper.py"}
        assert found.handed_in == "module norms.py, module toy.py"

    def test_the_folder_of_the_template(self, hand_in):
        found = hand_in({"modules/toy.py": "t = 1", "readme.md": ""})
        assert found.units == (Unit("toy", "toy.py", "t = 1"),)

    @pytest.mark.parametrize("folder", ["old/try", "hw 1", "hw/modules", "Modules"])
    def test_the_folder_does_not_matter_and_is_where_it_works(self, hand_in, folder):
        found = hand_in({f"{folder}/toy.py": FILLED, "readme.md": "", "report.pdf": ""})
        assert found.units == (Unit("toy", "toy.py", FILLED),)
        home = {"hw/modules": "hw", "Modules": ""}.get(folder, folder)
        assert found.folder == home

    @pytest.mark.parametrize("folder", ["tests", "drivers", "hw/drivers"])
    def test_folders_of_the_students_copy_hold_no_answers(self, hand_in, folder):
        with pytest.raises(UnreadableSubmission, match=r"no module|is empty"):
            hand_in({f"{folder}/toy.py": FILLED, "readme.md": ""})

    def test_any_module_where_none_has_the_name_that_was_asked_for(self, hand_in):
        found = hand_in({"assignment1.py": FILLED})
        assert found.units == (Unit("assignment1", "assignment1.py", FILLED),)

    def test_beside_a_notebook_only_those_asked_for(self, hand_in):
        found = hand_in({"hw.ipynb": cells("a = 1"), "helper.py": "h = 1", "toy.py": "t = 1"})
        assert [unit.label for unit in found.units] == ["code cell 1", "toy.py"]
        assert "helper.py" in found.files

    def test_too_large_for_source(self, hand_in):
        with pytest.raises(UnreadableSubmission, match=r"toy\.py is larger than 1 MB"):
            hand_in({"toy.py": b"#" * ((1 << 20) + 1)})

    def test_as_large_as_source_may_be_crosses_the_line(self, hand_in, sandbox):
        """Sent to a worker, it must not be too much for one message."""
        source = hand_in({"toy.py": b"#" * (1 << 20)}).units[0].source
        session = FakeSandbox(lambda _number: lambda _request: Value(None))
        with session.session(
            limits=Limits(), permits=Permits(), secrets=SECRETS, files={}
        ) as worker:
            worker.ask({"op": "module", "name": "toy", "source": source}, 1.0)


NOTHING = {
    "an empty folder": ({}, "hw is empty: hand in the notebook, or the modules toy.py, norms.py"),
    "other files": ({"notes.txt": "", "a.pdf": ""}, r"no module in the submission \(a.pdf, n"),
}


@pytest.mark.parametrize(("files", "says"), NOTHING.values(), ids=NOTHING)
def test_nothing_that_can_be_graded(hand_in, files, says):
    with pytest.raises(UnreadableSubmission, match=says):
        hand_in(files)


@pytest.mark.parametrize(
    "name",
    [
        *("numpy.py", "torch.py", "reference.py", "autograder.py", "drivers.py", "otter.py"),
        *("IPython.py", "random.py", "json.py", "site.py", "modules.py"),
        *("modules/numpy.py", "modules/os.py"),
    ],
)
def test_names_of_libraries_are_left_out_and_told(hand_in, name):
    found = hand_in({name: "x = 1", "toy.py": FILLED})
    assert set(found.files) == {"toy.py"}
    notice = found.notices[0] if found.notices else ""
    assert name in notice and "Rename it" in notice


@pytest.mark.parametrize("name", ["sitecustomize.pth", "any.pth"])
def test_what_python_reads_when_it_starts_is_left_out(hand_in, name):
    assert set(hand_in({name: "import os", "toy.py": FILLED}).files) == {"toy.py"}


@pytest.mark.parametrize(
    "name", ["data.py.txt", "data/json.txt", "numpy.txt", "sub/a.pth", "usercode.csv"]
)
def test_other_names_are_nobodys_business(hand_in, name):
    found = hand_in({name: "x = 1", "toy.py": FILLED})
    assert set(found.files) == {name, "toy.py"}
    assert found.staff == ()


class TestEncodings:
    @pytest.mark.parametrize(
        "content",
        [
            "a = 'é'\nb = 2\n".encode(),
            "\ufeffa = 'é'\nb = 2\n".encode(),
            "a = 'é'\r\nb = 2\r\n".encode(),
            "a = 'é'\rb = 2\r".encode(),
            "a = 'é'\nb = 2\n".encode("latin-1"),
        ],
        ids=["utf-8", "a byte-order mark", "lines of Windows", "lines of old Macs", "latin-1"],
    )
    def test_plain(self, hand_in, content):
        assert hand_in({"toy.py": content}).units[0].source == "a = 'é'\nb = 2\n"

    @pytest.mark.parametrize("line", ["# coding: cp1251", "# -*- coding: cp1251 -*-"])
    @pytest.mark.parametrize("before", ["", "#!/usr/bin/python\n"])
    def test_said_in_the_first_two_lines(self, hand_in, line, before):
        text = f"{before}{line}\nname = 'Ж'\n"
        assert hand_in({"toy.py": text.encode("cp1251")}).units[0].source == text

    def test_said_later_it_is_not_meant(self, hand_in):
        text = "a = 1\nb = 2\n# coding: cp1251\nname = 'Æ'\n"
        assert hand_in({"toy.py": text.encode("latin-1")}).units[0].source == text

    @pytest.mark.parametrize(
        "name", ["no-such-thing", "hex", "undefined", "idna", "punycode", "utf-16", "rot13"]
    )
    def test_what_is_said_may_be_nonsense(self, hand_in, name):
        content = f"# coding: {name}\nname = ".encode() + b"'\xe9'\n"
        assert hand_in({"toy.py": content}).units[0].space == "toy"

    @pytest.mark.parametrize("name", ["punycode", "idna", "unicode_escape"])
    def test_utf_8_is_read_as_utf_8_whatever_is_said(self, hand_in, name):
        """Also because some codecs take a time that grows with the square of the length."""
        text = f"# coding: {name}\n" + "x = 1\n" * 100_000
        assert hand_in({"toy.py": text}).units[0].source == text


FORMS_OF_STUBS = {
    "as handed out": "raise NotImplementedError",
    "with a text": "raise NotImplementedError('fill me in')",
    "after a docstring": "'''Docs.'''\n    raise NotImplementedError()",
    "pass": "pass",
    "an ellipsis": "...",
    "a docstring and an ellipsis": "'''Docs.'''\n    ...",
    "a docstring": "'''Docs.'''",
}
FORMS_OF_ANSWERS = {
    "a return": "return 1",
    "a docstring and a return": "'''Docs.'''\n    return 1",
    "another error": "raise ValueError",
    "an error after a line": "x = 1\n    raise NotImplementedError",
    "an error in a branch": "if x is None:\n        raise NotImplementedError",
    "a bare raise": "raise",
    "a None": "return None",
}


class TestStubs:
    @pytest.mark.parametrize("body", FORMS_OF_STUBS.values(), ids=FORMS_OF_STUBS)
    def test_what_is_one(self, hand_in, body):
        found = hand_in({"toy.py": f"def double(x):\n    {body}\n"})
        assert found.stubs == {"toy": ("double",)}

    @pytest.mark.parametrize("body", FORMS_OF_ANSWERS.values(), ids=FORMS_OF_ANSWERS)
    def test_what_is_none(self, hand_in, body):
        assert not hand_in({"toy.py": f"def double(x):\n    {body}\n"}).stubs.get("toy")

    def test_only_names_that_were_asked_for(self, hand_in):
        source = STUB + "def other():\n    pass\nclass total:\n    pass\n"
        assert hand_in({"toy.py": source}).stubs == {"toy": ("double",)}

    @pytest.mark.parametrize(
        ("body", "stub"),
        [
            ("raise NotImplementedError\n    return x", True),
            ("raise NotImplementedError('TODO')\n    return mean, var", True),
            ("if x > 0:\n        return x\n    raise NotImplementedError", False),
            ("if x is None:\n        raise NotImplementedError\n    return x", False),
        ],
    )
    def test_lines_below_an_error_fill_nothing_in(self, hand_in, body, stub):
        found = hand_in({"toy.py": f"def double(x):\n    {body}\n"})
        assert bool(found.stubs) is stub

    def test_a_class_with_all_its_methods_comes_before_one_without(self, hand_in):
        whole = "class double:\n    def f(self):\n        return 1\n    def g(self):\n        return 2\n"
        part = whole.replace("return 2", "raise NotImplementedError")
        found = hand_in({"hw.ipynb": cells(part), "solution.py": whole})
        assert found.order["double"][0] == "solution"

    def test_a_stub_that_is_filled_in_later_is_none(self, hand_in):
        assert hand_in({"hw.ipynb": cells(STUB, FILLED)}).stubs == {}

    def test_every_namespace_has_its_own(self, hand_in):
        found = hand_in({"hw.ipynb": cells(FILLED), "toy.py": STUB + "def total(x): ...\n"})
        assert found.stubs == {"toy": ("double", "total")}
        assert found.notices == ()

    def test_a_coroutine_counts(self, hand_in):
        assert hand_in({"toy.py": "async def double(x):\n    pass\n"}).stubs == {"toy": ("double",)}

    @pytest.mark.parametrize(
        "line",
        ["%matplotlib inline", "!pip install torch", "?double", "%%time", "  %time 1 + 1"],
    )
    def test_magics_do_not_hide_the_rest(self, hand_in, line):
        source = f"{line.strip()}\ndef total(x):\n{line if line[0] == ' ' else '  1'}\n  return 1\n{STUB}"
        assert hand_in({"hw.ipynb": cells(source)}).stubs == {"": ("double",)}

    @pytest.mark.parametrize(
        "source",
        [
            "def double(:\n",
            "x = '\0'\n",
            "(" * 300,
            "x = " + "-" * 90_000 + "1",
            "x" + ".a" * 45_000,
        ],
        ids=["syntax", "a NUL", "parentheses", "signs", "attributes"],
    )
    def test_what_cannot_be_parsed_is_left_to_the_worker(self, hand_in, source):
        found = hand_in({"toy.py": source + "\n" + STUB})
        assert found.stubs == {}
        assert found.units[0].source == source + "\n" + STUB

    def test_only_as_much_is_parsed_as_is_honest(self, hand_in, monkeypatch):
        """A syntax tree takes a thousand times the memory of its source: that would be the grader's."""
        from autograder.grading.submission import definitions

        read_here: list[str] = []
        parse = definitions.parsed
        monkeypatch.setattr(
            definitions, "parsed", lambda source: (read_here.append(source), parse(""))[1]
        )
        hand_in({"hw.ipynb": cells(*["a\n" * 49_000] * 9, "a\n" * 51_000, STUB)})
        assert all(len(source) <= 100_000 for source in read_here)
        assert sum(map(len, read_here)) <= 500_000
        assert read_here[-1] == STUB


class TestTwoDefinitions:
    def test_the_notebooks_counts(self, hand_in):
        found = hand_in({"hw.ipynb": cells(FILLED), "toy.py": FILLED})
        assert found.notices == (
            "`double` is defined in the notebook and toy.py; the one in the notebook counts.",
        )
        assert found.order == {}

    def test_a_stub_of_the_notebook_does_not(self, hand_in):
        found = hand_in({"hw.ipynb": cells(STUB), "toy.py": FILLED})
        assert found.notices == ()
        assert found.order == {"double": ("toy", "")}

    def test_the_questions_own_module_comes_before_another(self, hand_in):
        found = hand_in({"norms.py": FILLED, "toy.py": FILLED})
        assert found.notices == (
            "`double` is defined in norms.py and toy.py; the one in toy.py counts.",
        )
        assert found.order == {"double": ("toy", "norms")}

    def test_where_its_own_is_a_stub_another_counts(self, hand_in):
        found = hand_in({"norms.py": FILLED, "toy.py": STUB})
        assert found.notices == ()
        assert found.order == {}
        assert [unit.space for unit in found.units] == ["norms", "toy"]

    def test_twice_in_one_namespace_is_ones_own_affair(self, hand_in):
        assert hand_in({"hw.ipynb": cells(FILLED, FILLED)}).notices == ()

    def test_two_modules_of_one_name_may_each_have_a_half(self, hand_in):
        total = "def total(x):\n    return x.sum()\n"
        found = hand_in({"toy.py": FILLED, "modules/toy.py": total})
        assert [(unit.space, unit.source) for unit in found.units] == [
            ("modules.toy", total),
            ("toy", FILLED),
        ]


def test_the_assignments_own_files_win(hand_in):
    provided = {"data.csv": b"ours", "table": b"ours", "given/a.csv": b"ours"}
    files = {"toy.py": FILLED, "data.csv": "mine", "table/b.csv": "mine", "given": "mine"}
    found = hand_in(files, provided=provided)
    assert found.files == {"toy.py": FILLED.encode(), **provided}


def test_files_beside_the_code_have_bounds(hand_in):
    files = {"a.bin": bytes(10 << 20), "b.bin": bytes(10 << 20), "c.csv": "1", "toy.py": FILLED}
    found = hand_in(files)
    assert set(found.files) == {"a.bin", "c.csv", "toy.py"}
    assert found.notices == ("b.bin is too large and was left out.",)


class TestWhatCountsIsFound:
    """By content rather than by ending; the filled file rather than the stub; where the notebook lies."""

    @pytest.mark.parametrize(
        "name", ["hw.ipynb.json", "hw.json", "HW.IPYNB", "hw.ipynb.txt", "hw.ipynb (1)", "hw"]
    )
    def test_a_notebook_whatever_its_ending(self, hand_in, name):
        assert hand_in({name: cells("a = 1"), "data.json": "{}"}).units == (
            Unit("", "code cell 1", "a = 1"),
        )

    @pytest.mark.parametrize("filled", ["toy.py", "modules/toy.py"])
    def test_of_two_modules_of_one_name_the_filled_one(self, hand_in, filled):
        other = {"toy.py": "modules/toy.py", "modules/toy.py": "toy.py"}[filled]
        found = hand_in({filled: FILLED, other: STUB})
        assert [unit.source for unit in found.units] == [FILLED]
        assert found.stubs == {}
        assert found.notices == (
            f"{other} was not run: it is still the stub that was handed out, and {filled} counts.",
        )

    def test_the_notebooks_folder_is_where_it_works(self, hand_in):
        found = hand_in(
            {"README.md": "x", "work/hw.ipynb": cells("a = 1"), "work/data/a.csv": "1"},
            provided={"given.csv": b"2"},
        )
        assert found.folder == "work"
        assert found.files == {"README.md": b"x", "work/data/a.csv": b"1", "work/given.csv": b"2"}
        assert set(found.readable_files) == {"../README.md", "data/a.csv", "given.csv"}

    @pytest.mark.parametrize("name", ["code.py", "json.py", "torch.py", "modules/random.py"])
    def test_a_module_with_the_name_of_a_library_is_run_but_not_imported(self, hand_in, name):
        found = hand_in({name: FILLED})
        file = name.rpartition("/")[2]
        assert found.units == (Unit(file, file, FILLED),)
        assert found.files == {}
        (notice,) = found.notices
        assert file in notice and "Rename it" in notice

    @pytest.mark.parametrize(
        "name",
        [
            "toy (1).py",
            "toy(2).py",
            "toy-1.py",
            "Toy.py",
            "TOY.PY",
            "toy copy.py",
            "Copy of toy.py",
        ],
    )
    def test_a_module_that_a_browser_or_a_person_renamed(self, hand_in, name):
        found = hand_in({name: FILLED, "modules/norms.py": "def norm(x):\n    return x\n"})
        assert Unit("toy", name, FILLED) in found.units
        assert f"{name} was read as toy.py, the expected name." in found.notices

    NORM = "def norm(x):\n    return x\n"

    @pytest.mark.parametrize("name", ["toy_final_v2.py", "my-toy.py", "homework.py", "part two.py"])
    def test_a_file_of_another_name_that_fills_in_what_nothing_else_does(self, hand_in, name):
        found = hand_in({name: FILLED, "norms.py": self.NORM})
        assert {unit.label for unit in found.units} == {name, "norms.py"}
        assert found.notices == ()

    def test_one_that_fills_in_what_is_filled_in_already_is_not_run_and_told(self, hand_in):
        found = hand_in({"old.py": FILLED, "toy.py": FILLED})
        assert [unit.label for unit in found.units] == ["toy.py"]
        assert found.notices == ("old.py was not run: toy.py counts.",)

    @pytest.mark.parametrize(
        "line",
        [
            "import helper",
            "from helper import *",
            "from modules.helper import f",
            "import os, helper",
            "    from .helper import f",
            "import modules.helper as h",
            "from modules import helper",
            "from modules import (helper as h, other)",
            "from . import other, helper",
            "import os, helper as h",
            "import modules.other, modules.helper",
            "import importlib; h = importlib.import_module('modules.helper')",
        ],
    )
    def test_one_that_is_imported_is_a_helper(self, hand_in, line):
        top = f"if True:\n{line}\n" if line[0] == " " else f"{line}\n"
        found = hand_in({"helper.py": FILLED, "norms.py": top + self.NORM})
        assert [unit.label for unit in found.units] == ["norms.py"]
        assert found.notices == ()

    @pytest.mark.parametrize("line", ["import solution", "from solution import *"])
    def test_one_that_a_trainer_imports_is_an_answer(self, hand_in, line):
        found = hand_in({"solution.py": FILLED, "train.py": f"{line}\nraise SystemExit\n"})
        assert [unit.label for unit in found.units] == ["solution.py"]

    def test_so_it_is_beside_another_answer(self, hand_in):
        trainer = "from solution import double\n"
        found = hand_in({"solution.py": FILLED, "norms.py": self.NORM, "train.py": trainer})
        assert [unit.label for unit in found.units] == ["norms.py", "solution.py"]

    @pytest.mark.parametrize(
        "line", ["exec(open('notes.py').read())", "%run notes", "import runpy  # notes"]
    )
    def test_one_that_other_code_names_is_not_told(self, hand_in, line):
        found = hand_in({"toy.py": f"{line}\n{FILLED}", "notes.py": "x = 1"})
        assert found.notices == ()

    def test_what_it_says_of_itself_does_not_make_it_a_helper(self, hand_in):
        found = hand_in({"torch.py": f"import torch\n{FILLED}"})
        assert [unit.label for unit in found.units] == ["torch.py"]

    @pytest.mark.parametrize("between", ["\n", pytest.param(", ", marks=pytest.mark.exhaustive)])
    def test_many_words_take_no_memory(self, hand_in, between):
        """They are looked through for the names of files, and are not kept."""
        words = between.join(f"a{number}" for number in range(100_000))
        files = {f"notes{number}.py": f"import {words}\n" for number in range(2)}
        tracemalloc.start()
        try:
            hand_in({"toy.py": FILLED, **files})
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 20e6

    WHY = "no function of the assignment is defined there"

    def test_one_of_no_use_is_told(self, hand_in):
        found = hand_in({"toy.py": FILLED, "notes.py": "x = 1"})
        assert found.notices == (f"notes.py was not run: {self.WHY}.",)

    def test_one_that_was_handed_out_is_not_told(self, hand_in):
        found = hand_in({"toy.py": FILLED, "notes.py": "x = 1"}, provided={"notes.py": b"x = 1"})
        assert found.notices == ()

    def test_those_of_one_reason_are_told_in_one_sentence(self, hand_in):
        found = hand_in({"toy.py": FILLED, **{f"x{number}.py": "" for number in range(9)}})
        names = "x0.py, x1.py, x2.py, x3.py, x4.py, … (9 in all)"
        assert found.notices == (f"{names} were not run: {self.WHY}.",)

    def test_a_script_that_nbconvert_made_runs_cell_by_cell(self, hand_in):
        script = (
            f"#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\nx = 1\n\n# In[ ]:\n\n{FILLED}"
        )
        found = hand_in({"toy.py": script})
        first, second = found.units
        assert (first.label, first.file, first.space) == ("toy.py, cell 1", "toy.py", "toy")
        assert (second.label, second.file, second.space) == ("toy.py, cell 2", "toy.py", "toy")
        assert second.source.splitlines()[7] == "# In[ ]:"
        assert not any(line.strip() for line in second.source.splitlines()[:7])

    @pytest.mark.parametrize(
        ("other", "why"),
        [
            (cells(STUB), "no function of the assignment is filled in there"),
            (cells("x = 1"), "no function of the assignment is filled in there"),
            (cells(FILLED), "it holds the same code"),
            (cells(FILLED, "x = 1"), "it does not have the name of the assignment"),
            (b"{", "no function of the assignment is filled in there"),
        ],
    )
    def test_of_two_notebooks_the_one_that_is_meant(self, hand_in, other, why):
        found = hand_in({"small.ipynb": cells(FILLED), "z.ipynb": other})
        assert found.units == (Unit("", "code cell 1", FILLED),)
        assert found.notices == (f"small.ipynb was graded, and z.ipynb was not: {why}.",)

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            (
                "hw.py",
                "import marimo\napp = marimo.App()\n",
                "marimo export ipynb hw.py -o hw.ipynb",
            ),
            ("hw.qmd", "# Title", "quarto convert hw.qmd"),
            ("hw.Rmd", "# Title", "jupytext --to ipynb hw.Rmd"),
        ],
    )
    def test_notebooks_of_other_programs_are_refused_with_the_way_out(
        self, hand_in, name, content, says
    ):
        with pytest.raises(
            UnreadableSubmission, match=f"^{name} is not a Jupyter notebook: .*{says}"
        ):
            hand_in({name: content, "README.md": "x"})


class TestCopies:
    """A checkpoint or a synchroniser's copy beside the notebook is not meant."""

    @pytest.mark.parametrize(
        "name",
        [
            "hw-checkpoint.ipynb",
            "hw (Ada's conflicted copy 2024-05-01).ipynb",
            "hw.sync-conflict-1.ipynb",
        ],
    )
    def test_the_other_one_counts(self, hand_in, name):
        found = hand_in({"hw.ipynb": cells(FILLED), name: cells(FILLED, "x = 1")})
        assert [unit.source for unit in found.units] == [FILLED]
        assert f"hw.ipynb was graded, and {name} was not" in found.notices[0]

    def test_alone_it_counts(self, hand_in):
        found = hand_in({"hw-checkpoint.ipynb": cells(FILLED)})
        assert [unit.source for unit in found.units] == [FILLED]


class TestStubsBelow:
    """A stub that is run after the filled function takes its place, as it does in Jupyter."""

    def test_it_is_told(self, hand_in):
        found = hand_in({"hw.ipynb": cells(FILLED, STUB)})
        assert found.notices == (
            "`double` is defined in code cell 1, but the stub in code cell 2 replaces that. "
            "Delete the stub.",
        )

    @pytest.mark.parametrize("sources", [(STUB, FILLED), (FILLED, STUB, FILLED), (FILLED,)])
    def test_the_last_one_counts(self, hand_in, sources):
        assert hand_in({"hw.ipynb": cells(*sources)}).notices == ()


class TestKinds:
    """What a file is, it is by its content; where it cannot be used, the student reads what to do."""

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"PK\x03\x04rest", "is a zip file"),
            (b"%PDF-1.7", "is a PDF"),
            (
                b"<!DOCTYPE html><html>",
                "is a web page, not a notebook. Hand in the notebook itself",
            ),
            (b"\n<html lang=en>", "is a web page"),
            (b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
            (b"Rar!\x1a", "is a compressed archive"),
            (b"\x1f\x8b\x08", "is a compressed archive"),
            (
                b"#!/usr/bin/env python\nx = 1",
                "is Python, not a notebook. Give it the extension .py",
            ),
            (b"import torch\n", "is Python, not a notebook"),
            (b"def double(x):\n    return 1", "is Python, not a notebook"),
            (b"just some words", "its JSON is broken"),
        ],
    )
    def test_a_notebook_that_is_none(self, hand_in, content, says):
        with pytest.raises(UnreadableSubmission, match=r"^hw\.ipynb: ") as caught:
            hand_in({"hw.ipynb": content, "readme.md": ""})
        assert says in str(caught.value)

    @pytest.mark.parametrize("name", ["toy.py.txt", "toy.txt", "toy.PY.TXT", "sub/toy.py.txt"])
    def test_python_with_the_ending_of_a_text(self, hand_in, name):
        found = hand_in({name: FILLED, "readme.md": "", "notes.txt": "def something(x): ..."})
        assert [unit.source for unit in found.units] == [FILLED]
        assert name in found.notices[0] and "contains Python" in found.notices[0]

    @pytest.mark.parametrize(
        ("name", "says"),
        [
            ("hw.rar", "cannot be unpacked here. Make a zip"),
            ("hw.tar.gz", "cannot be unpacked here"),
            ("hw.7z", "cannot be unpacked here"),
            ("hw.html", "contains no code that can be run. Hand in the notebook itself"),
            ("hw.pdf", "contains no code that can be run"),
            ("hw.docx", "contains no code that can be run"),
            ("hw.gdoc", "contains no code that can be run"),
            ("hw.xyz", "Hand in the notebook, or the modules toy.py, norms.py."),
        ],
    )
    def test_what_holds_no_code(self, hand_in, name, says):
        with pytest.raises(
            UnreadableSubmission, match="There is no notebook and no module"
        ) as caught:
            hand_in({name: b"x", "readme.md": ""})
        assert says in str(caught.value)
