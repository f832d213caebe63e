"""Every magic of IPython and ipykernel has its place in the table, and does what the table says."""

from __future__ import annotations

import atexit
import os
import sys
from unittest import mock

import pytest
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList

from autograder.untrusted.magics import CELL, LINE, Act
from autograder.untrusted.shell import Shell, make_shell
from autograder.untrusted.unit_report import UnitReport

# What a notebook gives to those magics that do nothing sensible, or not without end, without.
ARGUMENTS = {
    "alias": "three echo",
    "alias_magic": "zeit time",
    "cd": ".",
    "code_wrap": "--list",
    "env": "HOME",
    "file": "written.py",
    "macro": "again 1",
    "page": "above",
    "pdef": "len",
    "pdoc": "len",
    "pfile": "Shell",
    "pinfo": "len",
    "pinfo2": "len",
    "popd": "",
    "pprint": "",
    "precision": "3",
    "prun": "-q 1 + 1",
    "psearch": "len*",
    "psource": "Shell",
    "pushd": ".",
    "pycat": "written.py",
    "reset": "-s",
    "reset_selective": "nothing_of_that_name",
    "run": "written.py",
    "set_env": "AUTOGRADER_TEST 1",
    "time": "1 + 1",
    "timeit": "-n1 -r1 1 + 1",
    "unalias": "three",
    "writefile": "written.py",
    "xdel": "above",
}

WITH_ARGUMENTS = {"file", "timeit", "writefile"}
"""Of the magics of a cell; the others need none."""


def installed(kind):
    """The names of all magics that the installed IPython and ipykernel have."""
    names = {"sc"}  # the manager is asked twice, so that the sets cannot be empty
    for shell_class in (InteractiveShell, ZMQInteractiveShell):
        with mock.patch.dict(os.environ):  # ipykernel's says that there is a terminal in colours
            shell = shell_class()
        shell_class.clear_instance()
        manager = shell.magics_manager
        getattr(manager, "load_all_lazy_magics", lambda: None)()
        names |= set(manager.magics[kind])
    return sorted(names - ({"sc"} if kind == "cell" else set()))


LINES, CELLS = installed("line"), installed("cell")


def test_there_are_many():
    assert len(LINES) > 90
    assert len(CELLS) > 25


@pytest.mark.parametrize("name", LINES)
def test_a_line_magic_has_its_place(name):
    assert name in LINE, f"place %{name} in autograder/untrusted/magics.py"


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_magic_has_its_place(name):
    assert name in CELL, f"place %%{name} in autograder/untrusted/magics.py"


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """Run cells in a fresh shell in a folder of its own; what is told of the last one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    (tmp_path / "written.py").write_text("from_a_file = 1\n")
    shell = make_shell()

    def run(*cells):
        record = {}
        for number, cell in enumerate(cells, start=1):
            report = UnitReport((str(tmp_path),), {})
            shell.run_unit(f"cell {number}", cell, report)
            record = report.record()
        return record, shell.user_ns

    yield run
    Shell.clear_instance()
    atexit.unregister(shell.atexit_operations)  # they search all memory for garbage, for each shell


def told(act, command):
    skipped = act in (Act.SKIPPED, Act.ALIAS)
    return {"skipped": {command: "shell"}} if skipped else {}


# A name of another system or of another version is run where it is there.
@pytest.mark.parametrize("name", [name for name in LINE if name in LINES or LINE[name] != Act.RUN])
def test_a_line_magic_does_what_the_table_says_and_its_cell_goes_on(ran, name, capsys):
    command = f"%{name} {ARGUMENTS.get(name, '')}".strip()
    record, names = ran("above = 1\n%pushd .", f"{command}\nbelow = 2")
    assert names["below"] == 2
    assert record == told(LINE[name], command)


@pytest.mark.parametrize("name", [name for name in CELL if name in CELLS or CELL[name] != Act.RUN])
def test_a_cell_magic_does_what_the_table_says(ran, name, capsys):
    command = f"%%{name} {ARGUMENTS[name] if name in WITH_ARGUMENTS else ''}".strip()
    record, names = ran(f"{command}\ninside = 3")
    assert record == told(CELL[name], command)
    assert ("inside" in names) is (CELL[name] is Act.CELL or name == "capture")


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib",
        "%matplotlib inline",
        "%matplotlib notebook",
        "%matplotlib widget",
        "%matplotlib tk",
        "%matplotlib ipympl",
        "%matplotlib --list",
        "%matplotlib no_such_backend",
        "%config InlineBackend.figure_format = 'retina'",
        "%config InlineBackend.figure_formats = {'png', 'retina'}",
        "%config InlineBackend",
        "%config NoSuchClass.trait = 1",
        "%config IPCompleter.greedy = True",
        "%config ",
        "%autosave 60",
        "%load_ext autoreload",
        "%load_ext tensorboard",
        "%load_ext no.such.extension",
        "%reload_ext memory_profiler",
        "%autoreload 2",
        "%tensorboard --logdir runs",
        "%xmode Verbose",
        "%pdb on",
        "%gui qt",
        "%who",
        "%store above",
        "%store -r something",
        "%load written.py",
        "%cd no/such/folder",
        "%env OMP_NUM_THREADS=4",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "get_ipython().magic('matplotlib inline')",
        "get_ipython().magic(u'%autosave 60')",
        "len?",
        "?len",
        "above??",
    ],
)
def test_what_notebooks_have_at_the_top_costs_nothing_and_needs_no_word(ran, line, capsys):
    record, names = ran("above = 1", f"{line}\nbelow = 2")
    assert names["below"] == 2
    assert record == {}


@pytest.mark.parametrize("word", ["clear", "pwd", "who", "autosave", "lsmagic"])
def test_a_word_alone_is_a_magic(ran, word, capsys):
    assert ran(word)[0] == {}


@pytest.mark.parametrize("word", ["ls", "ll", "pip install einops", "ls -l data", "mkdir out"])
def test_a_command_alone_is_skipped(ran, word):
    assert ran(word)[0] == {"skipped": {f"%{word}": "shell"}}


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("!pip install -q einops", "!pip install -q einops"),
        ("  !pip install {name}", "!pip install {name}"),
        ("!nvidia-smi", "!nvidia-smi"),
        ("!cd data && unzip -o a.zip # quietly", "!cd data && unzip -o a.zip # quietly"),
        (
            "!wget https://example.org/a.csv \\\n  -O a.csv",
            "!wget https://example.org/a.csv -O a.csv",
        ),
        ("!!ls", "!ls"),
        ("%pip install torch", "%pip install torch"),
        ("%conda install -y scipy", "%conda install -y scipy"),
        ("%system ls", "%system ls"),
        ("%shell ls", "%shell ls"),
        ("get_ipython().system('pip install x')", "!pip install x"),
        ("get_ipython().system_raw('sleep 1 &')", "!sleep 1 &"),
        ("if True:\n    !ls", "!ls"),
        ("def install():\n    !ls\ninstall()", "!ls"),
        ("%no_such_magic 1", "%no_such_magic 1"),
        ("!" + "x" * 200, "!" + "x" * 79 + " …"),
    ],
)
def test_a_command_is_skipped_and_its_cell_goes_on(ran, line, command):
    cell = f"above = 1\n{line.strip() if line.startswith('  ') else line}\nbelow = 2"
    record, names = ran(cell)
    assert record == {"skipped": {command: "magic" if "no_such_magic" in command else "shell"}}
    assert names["below"] == 2
    assert names["_exit_code"] != 0


@pytest.mark.parametrize(
    "value", ["!ls", "!ls *.py", "%sx ls", "%system ls", "get_ipython().getoutput('ls')"]
)
def test_what_a_skipped_command_prints_is_an_empty_list(ran, value):
    record, names = ran(f"files = {value}\nbelow = len(files), files.n, files.s, files.grep('x')")
    assert type(names["files"]) is SList
    assert names["below"] == (0, "", "", SList([]))
    assert len(record["skipped"]) == 1


@pytest.mark.parametrize(
    "magic", ["%%bash", "%%sh", "%%script python", "%%perl -w", "%%no_such_magic"]
)
def test_a_cell_for_a_program_is_skipped_as_a_whole(ran, magic):
    record, names = ran(f"{magic}\nx = 1\ndef f(: no Python\n")
    assert record == {"skipped": {magic: "magic" if "no_such_magic" in magic else "shell"}}
    assert "x" not in names


@pytest.mark.parametrize("magic", ["%%time", "%%capture", "%%capture out --no-stderr", "%%prun -q"])
def test_below_a_magic_that_only_looks_on_everything_is_as_without_it(ran, magic):
    body = "!ls\nimport no_such_package\n\ndef f():\n    return 1\n\n1 / 0\nafter = 2"
    record, names = ran(f"{magic}\n{body}")
    plain, _ = ran(f"\n{body}")
    assert names["f"]() == 1
    assert record == plain
    (error,) = record["errors"]
    assert error["frames"] == [["cell 1", 8, "<module>", "1 / 0"]]
    assert record["lost"] == ["after"]


@pytest.mark.parametrize(
    "above", ["# my work\n", "\n# a\n\n  # b\n", "#!ls\n#%time\n", "  ", "\n\n"]
)
@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%prun -q"])
def test_comments_above_a_cell_magic_cost_nothing(ran, above, magic):
    record, names = ran(f"{above}{magic}\ndef f():\n    return 1\n\n1 / 0")
    assert names["f"]() == 1
    assert "skipped" not in record
    (error,) = record["errors"]
    assert error["frames"] == [["cell 1", above.count("\n") + 5, "<module>", "1 / 0"]]


def test_below_a_comment_a_cell_for_a_program_is_skipped_and_a_file_is_written(ran, capsys):
    assert ran("# files\n%%bash\nls -l")[0] == {"skipped": {"%%bash": "shell"}}
    assert ran("# a file\n%%writefile mine.py\ntwo = 2", "%run mine.py")[1]["two"] == 2


@pytest.mark.parametrize(
    "above", ["import os", "'''My answer'''", "%matplotlib inline", "!ls", "%%time"]
)
def test_a_cell_magic_below_something_is_skipped_alone(ran, above, capsys):
    record, names = ran(f"{above}\nx = 1\n%%capture\ndef f():\n    return x")
    assert names["f"]() == 1
    assert record["skipped"]["%%capture"] == "place"


@pytest.mark.parametrize("program", ["ls -l data", "echo it's", "for f in *; do echo $f; done"])
def test_a_program_below_something_is_named_though_its_cell_is_not_python(ran, program):
    record, _ = ran(f"x = 1\n%%bash\n{program}")
    assert record["skipped"] == {"%%bash": "place"}
    assert [error["type"] for error in record["errors"]] == ["SyntaxError"]


def test_what_only_looks_like_a_cell_magic_is_none(ran):
    record, names = ran("x = '''\n%%time\n'''\ny = (7\n%2)\n# %%\n#%%bash\n!ls")
    assert record == {"skipped": {"!ls": "shell"}}
    assert (names["x"], names["y"]) == ("\n%%time\n", 1)


@pytest.mark.parametrize("use", ["%list_all -l", "list_all", "get_ipython().magic('list_all')"])
def test_an_alias_is_a_shell_command_by_another_name(ran, use):
    defined, names = ran("%alias list_all ls\nbelow = 1")
    assert defined == {"skipped": {"%alias list_all ls": "shell"}}
    assert names["below"] == 1
    (command,) = ran("%alias list_all ls", use)[0]["skipped"]
    assert command.startswith("%list_all")


def test_pylab_has_its_names_and_draws_without_a_screen(ran, capsys):
    record, _ = ran("%pylab inline\nplot([1, 2]); show()\nx = np.zeros(2)")
    assert record == {}
    assert sys.modules["matplotlib"].get_backend().lower() == "agg"


def test_a_magic_of_the_students_own_runs(ran):
    define = (
        "from IPython.core.magic import register_line_magic\n"
        "@register_line_magic\ndef mine(line):\n    return line * 2\n"
    )
    record, names = ran(define, "x = %mine ab")
    assert record == {}
    assert names["x"] == "abab"


def test_a_file_that_a_cell_writes_can_be_imported(ran, capsys):
    record, names = ran(
        "%%writefile helper_of_mine.py\ndef two():\n    return 2",
        "import sys\nsys.path.insert(0, '')\nfrom helper_of_mine import two\nx = two()",
    )
    assert record == {}
    assert names["x"] == 2
