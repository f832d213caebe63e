"""Zips that nobody's program would write, for the reader of what was handed in."""

from __future__ import annotations

import io
import shutil
import struct
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np

from autograder.grading.submission import UnreadableSubmission, snapshot
from autograder.sandbox.workdir import lay_out
from tests.support.bounded import survive
from tests.support.mutate import mutated

COUNT = 4_000
MEGABYTE = 1 << 20
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def packed(
    *entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """An honest zip of some files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()


def large_format(name: str, content: bytes) -> bytes:
    """A zip with the fields of 64 bits, which small ones need not have."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, archive.open(name, "w", force_zip64=True) as file:
        file.write(content)
    return stream.getvalue()


CORPUS = [
    packed(("hw/toy.py", b"x = 1\n" * 50), ("hw/data/été.csv", b"1,2\n" * 9), ("hw/a", b"")),
    packed(("toy.py", b"x = 1"), ("a.csv", b"1"), method=zipfile.ZIP_STORED),
    packed(("toy.py", b"x" * 99), method=zipfile.ZIP_BZIP2),
    packed(("toy.py", b"x" * 99), method=zipfile.ZIP_LZMA),
    packed(("inner.zip", packed(("toy.py", b"x = 1")))),
    packed(("folder/", b""), ("folder/toy.py", b"1")),
    large_format("toy.py", b"x = 1\n" * 9),
    packed(),
]


def local(
    name: bytes, *, flags: int = 0, method: int = 0, size: int = 0, unpacked: int = 0
) -> bytes:
    """The header before a file's bytes."""
    fields = (LOCAL, 20, flags, method, 0, 0, 0, size, unpacked, len(name), 0)
    return struct.pack("<4s5H3I2H", *fields) + name


def central(
    name: bytes,
    *,
    flags: int = 0,
    method: int = 0,
    size: int = 0,
    unpacked: int = 0,
    at: int = 0,
    extra: bytes = b"",
) -> bytes:
    """The entry of a file in the directory."""
    fields = (
        CENTRAL,
        20,
        3,
        20,
        0,
        flags,
        method,
        0,
        0,
        0,
        size,
        unpacked,
        len(name),
        len(extra),
        0,
        0,
        0,
    )
    return struct.pack("<4s4B4H3I5H2I", *fields, 0o100644 << 16, at) + name + extra


def end(entries: int, size: int, at: int) -> bytes:
    """The record at the end, which says where the directory is."""
    return struct.pack("<4s4H2IH", END, 0, 0, entries & 0xFFFF, entries & 0xFFFF, size, at, 0)


def by_hand(directory: bytes, *, before: bytes = b"", times: int = 1) -> Iterator[bytes]:
    """A zip whose directory holds some entries many times over."""
    yield before
    for _ in range(times):
        yield directory
    yield end(times, (len(directory) * times) & 0xFFFFFFFF, len(before))


def small() -> Iterator[list[bytes]]:
    """Honest zips with faults."""
    rng = np.random.default_rng(4)
    for _ in range(COUNT):
        yield [mutated(rng, CORPUS)]


def names() -> Iterator[list[bytes]]:
    """Names that lead somewhere else, or that no file has."""
    for name in (
        *(
            "../x.py",
            "/etc/x.py",
            "a/../../x.py",
            "C:/x.py",
            "C:x.py",
            "c:\\x.py",
            "\\\\host\\x.py",
        ),
        *("//x.py", "..\\x.py", "a\\..\\..\\x.py", ".", "..", "/", "a//b.py", "./x.py", "a/./b"),
        *("x" * 300 + ".py", "/".join("abcdefghijklmnopq"), "a\nb.py", "a\x1b[2J.py", "\u202ey.p"),
        *("é.py", "e\u0301.py", "TOY.py", "toy.py ", "toy.py.", "con.py", "x" * 60_000),
    ):
        yield [packed((name, b"1"), ("toy.py", b"2"))]
    for name in (b"a\0b.py", b"\0", b"\xff\xfe.py", b"../" * 9_000 + b"x.py"):
        for flags in (0, 0x800):
            head = local(name, flags=flags)
            yield [*by_hand(central(name, flags=flags), before=head)]


def lies() -> Iterator[Iterable[bytes]]:
    """Directories that say what is not so, and bombs."""
    one = local(b"a", size=1, unpacked=1) + b"x"
    for at in (0, 5, 2**31, 2**32 - 1):
        for size in (0, 1, 2**31, 2**32 - 1):
            for unpacked in (0, 1, 2**20, 2**32 - 1):
                entry = central(b"a", size=size, unpacked=unpacked, at=at)
                yield by_hand(entry, before=one)
                yield by_hand(
                    central(b"a", method=8, size=size, unpacked=unpacked, at=at), before=one
                )
    for number in (0, 2**31, 2**62, 2**63 - 1, 2**63, 2**64 - 1):
        extra = struct.pack("<2H3Q", 1, 24, number, number, number)
        entry = central(b"a", size=2**32 - 1, unpacked=2**32 - 1, at=2**32 - 1, extra=extra)
        yield by_hand(entry, before=one)
        only = struct.pack("<2HQ", 1, 8, number)
        yield by_hand(central(b"a", size=1, unpacked=1, at=2**32 - 1, extra=only), before=one)
        where = len(one) + 46
        record = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, number, number)
        locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, where, 1)
        yield [one, central(b"a"), record, locator, end(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)]
    for extra in (b"\x01", b"\x01\0\xff\xff", b"\x01\0\x01\0x", b"\x75\x70\x05\0\x01\0\0\0\0"):
        yield by_hand(central(b"a", size=2**32 - 1, at=0, extra=extra), before=one)
    for method in range(100):
        yield by_hand(central(b"a", method=method, size=1, unpacked=1), before=one)
    for flags in (1, 0x20, 0x40, 0x2000, 0xFFFF):
        yield by_hand(central(b"a", flags=flags, size=1, unpacked=1), before=one)
    yield by_hand(central(b"a" * 9, size=1, unpacked=1), before=one, times=400)  # all are one file
    zeros = packed(("zeros", bytes(25 * MEGABYTE)))
    yield [zeros]
    much = bytes(24 * MEGABYTE)
    yield [packed(*((f"{number}", much) for number in range(9)))]
    del much
    yield [packed(("inner.zip", zeros), method=zipfile.ZIP_STORED)]


def large() -> Iterator[Iterable[bytes]]:
    """As much as may be handed in."""
    entry = central(b"tests/a")
    for entries in (60_000, 80_000, 100_000, 2_400_000):
        yield by_hand(entry * 100, before=local(b"tests/a"), times=entries // 100)
    yield by_hand(central(b"a" * 65_000), before=local(b"a"), times=1_500)
    for word in (b"PK", LOCAL, END):
        yield [word * (MEGABYTE // len(word))] * 120
    rng = np.random.default_rng(5)
    noise = rng.bytes(MEGABYTE)
    for megabytes in (100, 127):
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("hw.ipynb", "w", force_zip64=True) as file,
        ):
            for _ in range(megabytes):
                file.write(noise[:8192] + bytes(MEGABYTE - 8192))
        yield [stream.getvalue()]
        del stream
    size = 120 * MEGABYTE
    name = b"hw.ipynb"
    head = local(name, size=size, unpacked=size)
    # Its checksum is a lie too, which shows at the end.
    yield [
        head,
        *[noise] * 120,
        central(name, size=size, unpacked=size),
        end(1, 46 + len(name), len(head) + size),
    ]


def warm_up() -> None:
    """Import what any grader has."""
    with tempfile.TemporaryDirectory() as folder:
        read_in(Path(folder), [CORPUS[0]])


def read_in(folder: Path, pieces: Iterable[bytes]) -> None:
    """Hand a zip in; what is taken of it can be laid into a folder, and is nowhere else."""
    path = folder / "hw.zip"
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    try:
        files = snapshot(path, [])
    except UnreadableSubmission as reason:
        text = str(reason)
        assert len(text) < 1_000 and text.isprintable(), "a reason that nobody can read"
        raise
    assert len(files) <= 500
    assert sum(map(len, files.values())) <= 128 * MEGABYTE
    for name in files:
        inner = PurePosixPath(name)
        assert not inner.is_absolute() and ".." not in inner.parts and name == str(inner)
        assert not PureWindowsPath(name).drive and not any(ord(letter) < 32 for letter in name)
    if sum(map(len, files.values())) < MEGABYTE:
        laid = folder / "laid"
        laid.mkdir()
        lay_out(laid, files, None)
        found = {str(one.relative_to(laid)) for one in laid.rglob("*") if one.is_file()}
        assert found == set(files)
        shutil.rmtree(laid)


def attack() -> Counter[str]:
    """All of it, from a folder of its own."""
    ended: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for kind in (small, names, lies, large):
            counted = survive(
                lambda pieces: read_in(Path(folder), pieces), kind(), UnreadableSubmission
            )
            ended.update({f"{kind.__name__} {key}": count for key, count in counted.items()})
    return ended
