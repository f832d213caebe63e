"""The program as a wheel, for the student's copy and the Gradescope zip, and names of others' packages.

The wheel is put together from the installed files, whether the program was installed from a wheel, from
an index or in place from a clone: no source tree and no build tool is needed.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.model import UsageError

DISTRIBUTION = "autograder-maths"
"""The program's name on an index of packages; `autograder` there is a stranger's."""

PACKAGE = Path(__file__).resolve().parents[1]

_BEFORE = (
    "autograder"  # how a clone is called that was installed before the distribution had its name
)
_STEM = DISTRIBUTION.replace("-", "_")
_INFO = ("METADATA", "WHEEL", "entry_points.txt")
_LICENSES = "licenses"
_LEFT_OUT = frozenset({"__pycache__", ".DS_Store"})


def build_wheel() -> tuple[str, bytes]:
    """The wheel of the program that is running.

    Returns:
        Its file name and its bytes, the same whenever the installed files are.

    Raises:
        UsageError: the program runs from a folder and is not installed, so that nothing says its version.
    """
    info = f"{_STEM}-{version()}.dist-info"
    files = dict([*_package(), *_information(info)])
    return wheel_name(), packed(files, info)


def packed(files: Mapping[str, bytes], info: str) -> bytes:
    """The bytes of a wheel, the same from the same files.

    Args:
        files: what it holds, by name; METADATA and WHEEL among them, RECORD not.
        info: the name of its `.dist-info` folder.
    """
    rows = [f"{name},sha256={_hash(data)},{len(data)}\n" for name, data in sorted(files.items())]
    record = "".join([*rows, f"{info}/RECORD,,\n"]).encode()
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [*sorted(files.items()), (f"{info}/RECORD", record)]:
            member = zipfile.ZipInfo(name)  # dated 1980-01-01
            member.create_system = 3
            member.external_attr = (0o100755 if data.startswith(b"#!") else 0o100644) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return whole.getvalue()


def wheel_name() -> str:
    """The file name of the wheel that `build_wheel` builds, which is for any Python 3."""
    return f"{_STEM}-{version()}-py3-none-any.whl"


def version() -> str:
    """The program's version.

    Raises:
        UsageError: the program is not installed.
    """
    return _installed().version


def _installed() -> importlib.metadata.Distribution:
    for name in (DISTRIBUTION, _BEFORE):
        try:
            return importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    raise UsageError(
        f"the program is run from {PACKAGE.parent} without being installed, so that nothing says its "
        "version: install it with 'pip install .'"
    )


def _package() -> Iterator[tuple[str, bytes]]:
    for path in PACKAGE.rglob("*"):
        name = path.relative_to(PACKAGE.parent)
        hidden = any(part.startswith(".") for part in name.parts)  # an editor's copy, a checkpoint
        if (
            path.is_file()
            and not hidden
            and _LEFT_OUT.isdisjoint(name.parts)
            and path.suffix != ".pyc"
        ):
            yield name.as_posix(), path.read_bytes()


def _information(folder: str) -> Iterator[tuple[str, bytes]]:
    """What a wheel says about itself, without what pip adds when it installs one."""
    installed = _installed()
    for name in _INFO:
        text = installed.read_text(name)
        if text is None:
            raise UsageError(
                f"the installation of {DISTRIBUTION} is damaged: it has no {name}; install it again"
            )
        if name == "METADATA":
            text = re.sub(r"^Name: .*$", f"Name: {DISTRIBUTION}", text, count=1, flags=re.MULTILINE)
        yield f"{folder}/{name}", text.encode()
    for file in installed.files or ():
        if (
            len(file.parts) > 2
            and file.parts[0].endswith(".dist-info")
            and file.parts[1] == _LICENSES
        ):
            yield f"{folder}/{'/'.join(file.parts[1:])}", file.read_binary()


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def normal(name: str) -> str:
    """A distribution's name as indexes and lock files compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def distributions(package: str) -> list[str]:
    """The distributions that bring a package, by its import name; its own name where none is known."""
    top = package.partition(".")[0]
    return [*importlib.metadata.packages_distributions().get(top, [top])]
