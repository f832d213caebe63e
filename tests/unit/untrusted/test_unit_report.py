"""A cell or module goes on after a statement that needs what is not where it is graded."""

from __future__ import annotations

import types

import numpy
import pytest
import torch

from autograder.untrusted import script
from autograder.untrusted.errors import raised
from autograder.untrusted.unit_report import UnitReport


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """Run a source; what is told of it, and its names."""
    monkeypatch.chdir(tmp_path)

    def run(source):
        report, module = UnitReport((str(tmp_path),), {}), types.ModuleType("odd")
        script.run(module, "odd.py", source, report, str)
        return report.record(), vars(module)

    return run


NO_CUDA = "raise AssertionError('Torch not compiled with CUDA enabled')"
NO_DRIVER = "raise RuntimeError('Found no NVIDIA driver on your system.')"
NO_MPS = "raise NotImplementedError(\"Could not run 'aten::empty' with arguments from the 'MPS' backend.\")"
NO_NAME = "import socket\nraise socket.gaierror(-3, 'Temporary failure in name resolution')"
NO_HOST = "import urllib.error\nraise urllib.error.URLError('no host')"
NO_ROUTE = "import errno\nraise OSError(errno.ENETUNREACH, 'Network is unreachable')"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (NO_CUDA, "gpu"),
        (NO_DRIVER, "gpu"),
        (NO_MPS, "gpu"),
        (NO_NAME, "network"),
        (NO_HOST, "network"),
        (NO_ROUTE, "network"),
    ],
)
def test_a_statement_that_needs_a_device_or_the_network_is_skipped(ran, body, why):
    function = "".join(f"    {line}\n" for line in body.splitlines())
    record, names = ran(f"def f():\n{function}\nx = f()\ny = x + 1\nbelow = 2")
    assert record == {"skipped": {"x = f()": why}, "lacking": {"x": why, "y": why}}
    assert names["below"] == 2


@pytest.mark.parametrize(
    "line",
    ["open('no.csv')", "numpy.load('no.npy')", "torch.load('no.pt')", "numpy.loadtxt('no.txt')"],
)
def test_a_file_that_is_not_there_is_an_error_that_costs_what_needs_it(ran, line):
    record, names = ran(f"import numpy, torch\ndata = {line}\nfirst = data[0]\nbelow = 2")
    [error] = record["errors"]
    assert error["type"] == "FileNotFoundError"
    assert record["lacking"] == {"data": "file", "first": "file"}
    assert "lost" not in record
    assert names["below"] == 2


@pytest.mark.parametrize(
    "use",
    [
        "x = out[0]",
        "a, b = out",
        "n = int(out[0].split()[1])",
        "copy = out\nx = copy[0]",
        "out.pop()",
    ],
)
def test_what_a_skipped_command_would_have_given_costs_what_needs_it(tmp_path, use):
    report = UnitReport((str(tmp_path),), {})

    def skips():
        report.skip("!nvidia-smi")
        return []

    module = types.ModuleType("odd")
    module.skips = skips
    script.run(module, "odd.py", f"out = skips()\n{use}\nbelow = 2", report, str)
    assert report.record()["skipped"] == {"!nvidia-smi": "shell"}
    assert "errors" not in report.record()
    assert module.below == 2
    assert "below" not in report.lacking


def test_a_name_that_gets_another_value_lacks_nothing(ran):
    record, _ = ran("out = open('no.txt')\nout = [1]\nout[3]\nbelow = 2")
    assert [error["type"] for error in record["errors"]] == ["FileNotFoundError", "IndexError"]


def test_a_function_that_names_what_is_not_there_is_there(ran):
    record, _ = ran("out = open('no.txt')\ndef f():\n    return out\nf = f\nf.no_such")
    assert [error["type"] for error in record["errors"]] == ["FileNotFoundError", "AttributeError"]


@pytest.mark.parametrize(
    ("path", "needs"),
    [
        ("multiprocessing/popen_fork.py", "processes"),
        ("multiprocessing/synchronize.py", "processes"),
        ("concurrent/futures/process.py", "processes"),
        ("subprocess.py", "processes"),
        ("shutil.py", ""),
    ],
)
def test_a_refused_permission_is_told_by_who_asked(path, needs):
    names = {}
    exec(
        compile("def ask():\n    raise PermissionError(13, 'no')", f"/lib/python3/{path}", "exec"),
        names,
    )
    with pytest.raises(PermissionError) as caught:
        names["ask"]()
    assert raised(caught.value).get("barred", "") == needs


@pytest.mark.parametrize(
    "line",
    [
        "raise AssertionError('wrong shape')",
        "raise RuntimeError('size mismatch')",
        "raise NotImplementedError",
        "raise PermissionError(13, 'Permission denied')",
        "import urllib.error\nraise urllib.error.HTTPError('u', 404, 'Not Found', {}, None)",
        "no_such_name",
    ],
)
def test_any_other_error_ends_it(ran, line):
    record, names = ran(f"{line}\nbelow = 2")
    assert len(record["errors"]) == 1
    assert record["lost"][-1] == "below"
    assert "below" not in names


def test_an_error_names_files_as_their_reader_knows_them(tmp_path):
    text = f"cannot read {tmp_path}/box/data.csv ({numpy.__file__}, {torch.__file__})"
    told = raised(ValueError(text), (f"{tmp_path}/box", str(tmp_path)))
    assert told["text"] == "cannot read data.csv (numpy/__init__.py, torch/__init__.py)"
