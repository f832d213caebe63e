"""What an exception asks for that is not where code is graded: a package, a program, a GPU, the network."""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import sys
import traceback
from typing import Any, Final

from autograder.untrusted import reach

_IMPORTED: Final = re.compile(r"\s*(?:from|import)\s+([\w.]+)")
_NO_GPU: Final = re.compile(
    r"not compiled with CUDA|Found no NVIDIA|No CUDA GPUs|not linked with support for (?:cuda|mps|xpu)"
    r"|from the '(?:CUDA|MPS|XPU)' backend|CUDA (?:driver|error)|MPS backend"
)
_OF_DEVICES: Final = (AssertionError, RuntimeError, NotImplementedError)
_PROCESSES: Final = re.compile(
    r"[/\\](?:multiprocessing[/\\]\w+|concurrent[/\\]futures[/\\]process)\.py$"
)
_REHEARSAL: Final = re.compile(r"[/\\]untrusted[/\\]rehearsal\.py$")
_STARTS: Final = re.compile(
    r"\bos\.(?:fork|forkpty|system|popen|spawn\w*|posix_spawn\w*|startfile)\(|\bfork\("
)
_FILES: Final = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR)
_PATH: Final = re.compile(r"/[^\s'\":]+")
_NOT_OPENED: Final = re.compile(  # by libraries that open files themselves
    r"open file failed with strerror|Parent directory .* does not exist|unable to open database file"
)
_NETWORK: Final = re.compile(r"[/\\](?:socket\.py|ssl\.py|urllib|urllib3|http|requests)\b")
_UNREACHED: Final = frozenset(
    {
        *(("socket", "gaierror"), ("urllib.error", "URLError")),
        *(("requests.exceptions", "ConnectionError"), ("httpx", "ConnectError")),
    }
)


def cause_of(error: BaseException) -> str:
    """What is not here and an exception is about.

    Returns:
        ``"package NAME"``, ``"program"``, ``"processes"``, ``"gpu"``, ``"network"``, ``"file"``,
        ``"outside"`` (a file outside the folder of the submission); empty for every other exception.
    """
    if not isinstance(error, Exception):
        return ""
    if package := absent_package(error):
        return f"package {package}"
    if isinstance(error, PermissionError) and (refused := _refused(error)):
        return refused
    if isinstance(error, _OF_DEVICES) and _wants_a_gpu(error):
        return "gpu"
    if _wants_the_network(error):
        return "network"
    return _file(error)


def absent_package(error: BaseException) -> str:
    """The package that an import did not find anywhere here; empty for every other exception."""
    name = error.name if type(error) is ModuleNotFoundError else None
    top = name.partition(".")[0] if type(name) is str else ""
    try:
        if not top or top in sys.modules or importlib.util.find_spec(top) is not None:
            return ""
        lines = [entry.line or "" for entry in traceback.extract_tb(error.__traceback__)[-200:]]
    except Exception:  # a finder of the student's
        return ""
    # `google` is a family of packages, and `google.colab` one of them.
    found = (match[1] for line in lines if (match := _IMPORTED.match(line)))
    return next((full for full in found if top == "google" and full.startswith("google.")), top)


def _refused(error: PermissionError) -> str:
    """What is not permitted, by the library that asked for it."""
    frames: list[Any] = traceback.extract_tb(error.__traceback__)[-200:]
    while frames and _REHEARSAL.search(frames[-1].filename):
        if frames.pop().name == "_start":  # in place of that of `multiprocessing`
            return "processes"
    if not frames:
        return ""
    if frames[-1].filename.endswith("subprocess.py"):
        return "program"
    asked = any(_PROCESSES.search(frame.filename) for frame in frames)
    if asked or _STARTS.search(frames[-1].line or ""):
        return "processes"
    return "network" if any(_NETWORK.search(frame.filename) for frame in frames) else ""


def _file(error: Exception) -> str:
    """Whether a file could not be opened, and whether it lies outside the folder of the submission."""
    if isinstance(error, OSError):
        if error.errno in _FILES and (
            reach.outside(error.filename) or reach.outside(error.filename2)
        ):
            return "outside"
        if not isinstance(error, FileNotFoundError):
            return ""
        text = error.args[0] if error.args else None  # NumPy's own, without a number and a name
        return "outside" if type(text) is str and _names_outside(text) else "file"
    text = error.args[0] if error.args else None
    if type(text) is not str or not _NOT_OPENED.search(text[:300]):
        return ""
    refused = any(os.strerror(code) in text for code in (errno.EACCES, errno.EROFS))
    return "outside" if refused or _names_outside(text) else "file"


def _names_outside(text: str) -> bool:
    """Whether a text names a path that leads out of the folder of the submission."""
    return any(reach.outside(path) for path in _PATH.findall(text[:300]))


def _wants_a_gpu(error: BaseException) -> bool:
    text = error.args[0] if error.args else None
    return type(text) is str and _NO_GPU.search(text[:300]) is not None


def _wants_the_network(error: BaseException) -> bool:
    """Whether a host could not be reached; the answer of a host is another error."""
    kind = type(error)
    if (kind.__module__, kind.__qualname__) in _UNREACHED:
        return True
    numbers = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ETIMEDOUT)
    return isinstance(error, OSError) and error.errno in numbers
