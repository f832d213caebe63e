"""What is taken of what was handed in: regular files, by safe names, within bounds; else the reason."""

from __future__ import annotations

import io
import os
import stat
import struct
import sys
import time
import tracemalloc
import zipfile

import numpy as np
import pytest

from autograder.grading.submission import UnreadableSubmission, snapshot
from autograder.grading.submission import files as bounds

MEGABYTE = 1 << 20


def taken(path):
    """The files of a path, without a notice."""
    notices: list[str] = []
    files = snapshot(path, notices)
    assert notices == []
    return files


def pack(
    *entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return packed.getvalue()


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


@pytest.fixture
def handed_in(tmp_path):
    """Write what was handed in: bytes become a zip, a dict a folder."""

    def write(content, name="hw.zip"):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.mkdir()
            for inner, data in content.items():
                (path / inner).parent.mkdir(parents=True, exist_ok=True)
                (path / inner).write_bytes(data)
        return path

    return write


class TestOneFile:
    def test_its_name_and_bytes(self, handed_in):
        assert taken(handed_in(b"x = 1", "toy.py")) == {"toy.py": b"x = 1"}

    def test_nothing(self, tmp_path):
        with pytest.raises(UnreadableSubmission, match=r"there is no file or folder hw\.ipynb"):
            snapshot(tmp_path / "hw.ipynb", [])

    @pytest.mark.parametrize("name", ["huge.ipynb", "huge.zip"])
    def test_it_is_measured_before_it_is_read(self, tmp_path, name):
        path = tmp_path / name
        with path.open("wb") as file:
            file.truncate(1 << 40)  # of holes: only its length is large
        with pytest.raises(UnreadableSubmission, match=r"huge.* is larger than 128 MB"):
            snapshot(path, [])

    def test_it_may_not_be_read(self, handed_in, monkeypatch):
        path = handed_in(b"", "toy.py")

        def fail(*_):
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr("pathlib.Path.read_bytes", fail)  # root may read every file
        with pytest.raises(
            UnreadableSubmission, match=r"^toy\.py cannot be read: the grader has no permission\.$"
        ):
            snapshot(path, [])

    def test_a_file_that_breaks_while_it_is_read(self, handed_in, monkeypatch):
        path = handed_in(b"", "toy.py")

        def fail(*_):
            raise OSError(5, "Input/output error")

        monkeypatch.setattr("pathlib.Path.read_bytes", fail)
        with pytest.raises(
            UnreadableSubmission, match=r"toy.py cannot be read: Input/output error\."
        ):
            snapshot(path, [])


class TestFolder:
    def test_files_by_relative_name(self, handed_in):
        files = {"toy.py": b"1", "data/a.csv": b"2", "data/deep/b.csv": b"3"}
        assert taken(handed_in(files, "hw")) == files

    def test_folders_around_everything_are_taken_off(self, handed_in):
        files = {"student/hw 1/toy.py": b"1", "student/hw 1/data/a.csv": b"2"}
        assert taken(handed_in(files, "hw")) == {"toy.py": b"1", "data/a.csv": b"2"}

    def test_thousands_of_folders_around_everything_take_no_time(self, tmp_path):
        path = tmp_path / "deep.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(12):
                archive.writestr("a/" * 32_000 + f"{number}.py", "")
        begin = time.process_time()
        assert [*snapshot(path, [])] == [f"{number}.py" for number in range(12)]
        assert time.process_time() - begin < 5  # one after the other, they took twenty seconds

    def test_a_folder_beside_a_file_stays(self, handed_in):
        files = {"modules/toy.py": b"1", "readme.md": b"2"}
        assert taken(handed_in(files, "hw")) == files

    @pytest.mark.parametrize(
        "name", ["__MACOSX", "__pycache__", ".git", ".ipynb_checkpoints", ".venv"]
    )
    def test_what_nobody_hands_in_on_purpose(self, handed_in, name):
        files = {"toy.py": b"1", f"{name}/toy.py": b"2", f"inner/{name}/toy.ipynb": b"3"}
        assert taken(handed_in(files, "hw")) == {"toy.py": b"1"}

    def test_of_a_folder_tests_only_notebooks_are_the_students(self, handed_in):
        """The student's copy has its public cases there; some students keep their notebook there."""
        files = {"toy.py": b"1", "tests/toy.py": b"2", "inner/tests/toy.ipynb": b"3"}
        kept = {"toy.py": b"1", "inner/tests/toy.ipynb": b"3"}
        assert taken(handed_in(files, "hw")) == kept

    def test_links_are_not_followed(self, handed_in, tmp_path):
        secret = tmp_path / "reference"
        secret.mkdir()
        (secret / "toy.py").write_bytes(b"secret")
        folder = handed_in({"toy.py": b"1"}, "hw")
        (folder / "file.py").symlink_to(secret / "toy.py")
        (folder / "folder").symlink_to(secret)
        (folder / "round").symlink_to(folder)
        (folder / "broken.py").symlink_to(tmp_path / "nowhere")
        notices: list[str] = []
        assert snapshot(folder, notices) == {"toy.py": b"1"}
        assert [notice.split()[0] for notice in notices] == [
            "broken.py",
            "file.py",
            "folder",
            "round",
        ]
        assert all("links are not followed" in notice for notice in notices)

    def test_where_there_are_only_links_that_is_said(self, handed_in, tmp_path):
        folder = handed_in({}, "hw")
        (folder / "hw.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
        with pytest.raises(
            UnreadableSubmission, match=r"hw\.ipynb is a link, and links are not followed"
        ):
            snapshot(folder, [])

    def test_what_is_no_file_is_not_opened(self, handed_in):
        folder = handed_in({"toy.py": b"1"}, "hw")
        os.mkfifo(folder / "pipe.py")  # opening it would wait for ever
        assert taken(folder) == {"toy.py": b"1"}

    def test_a_snapshot_stays_what_it_was(self, handed_in):
        folder = handed_in({"toy.py": b"1"}, "hw")
        files = taken(folder)
        (folder / "toy.py").write_bytes(b"changed")
        assert files == {"toy.py": b"1"}

    def test_as_many_files_as_there_may_be(self, handed_in):
        files = {f"{number}.txt": b"" for number in range(500)}
        folder = handed_in(files, "hw")
        assert len(taken(folder)) == 500
        (folder / "more.txt").write_bytes(b"")
        with pytest.raises(UnreadableSubmission, match="More than 500 files or 128 MB"):
            snapshot(folder, [])

    def test_as_many_bytes_as_there_may_be(self, handed_in, monkeypatch):
        folder = handed_in({f"{number}.bin": bytes(MEGABYTE) for number in range(3)}, "hw")
        monkeypatch.setattr(bounds, "TOTAL_MB", 3)
        assert len(taken(folder)) == 3
        (folder / "more.bin").write_bytes(b"1")
        with pytest.raises(UnreadableSubmission, match="More than 500 files or 3 MB"):
            snapshot(folder, [])

    def test_one_file_that_is_too_large_is_named(self, handed_in):
        folder = handed_in({"toy.py": b"1", "data/big.bin": b""}, "hw")
        os.truncate(folder / "data" / "big.bin", 129 * MEGABYTE)
        with pytest.raises(UnreadableSubmission, match=r"big\.bin is larger than 128 MB"):
            snapshot(folder, [])

    def test_folders_without_end(self, handed_in, monkeypatch):
        folder = handed_in({"toy.py": b"1"}, "hw")

        def walk(*_, **__):
            raise RecursionError

        monkeypatch.setattr("os.walk", walk)
        with pytest.raises(
            UnreadableSubmission, match="hw contains folders that are nested too deeply"
        ):
            snapshot(folder, [])

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems have names of text only")
    def test_names_that_are_no_text_or_that_terminals_obey(self, handed_in):
        folder = handed_in({"toy.py": b"1"}, "hw")
        (folder / os.fsdecode(b"caf\xe9.csv")).write_bytes(b"2")
        (folder / "a\x1b[2Jb\n.csv").write_bytes(b"3")
        (folder / "été.csv").write_bytes(b"4")
        assert taken(folder) == {
            "toy.py": b"1",
            "caf?.csv": b"2",
            "a?[2Jb?.csv": b"3",
            "été.csv": b"4",
        }

    def test_names_nested_too_deep_are_left_out_with_a_notice(self, handed_in):
        deep = "/".join("abcdefghijklm") + ".txt"
        notices: list[str] = []
        assert set(snapshot(handed_in({"toy.py": b"1", deep: b"2"}, "hw"), notices)) == {"toy.py"}
        assert notices == [f"{deep} cannot be stored under that name and was left out."]


class TestNamedFiles:
    """Of a folder that is everybody's: only these are taken, by the names that they had."""

    def test_the_others_are_not_looked_at(self, handed_in):
        folder = handed_in({"ada_1_2_toy.py": b"1", "bob_3_4_toy.py": b"2"}, "hw")
        assert snapshot(folder, [], [("toy.py", folder / "ada_1_2_toy.py")]) == {"toy.py": b"1"}

    def test_one_that_is_gone_is_said(self, handed_in):
        folder = handed_in({}, "hw")
        with pytest.raises(UnreadableSubmission, match="cannot be read"):
            snapshot(folder, [], [("toy.py", folder / "gone")])

    def test_no_more_than_there_may_be(self, handed_in):
        folder = handed_in({"a": b"1"}, "hw")
        named = [(f"{number}.py", folder / "a") for number in range(bounds.FILES + 1)]
        assert len(snapshot(folder, [], named[1:])) == bounds.FILES
        with pytest.raises(UnreadableSubmission, match="files"):
            snapshot(folder, [], named)


class TestZip:
    def test_files_without_the_folder_around_them(self, handed_in):
        content = pack(("hw/", b""), ("hw/toy.py", b"1"), ("hw/data/a.csv", b"2"))
        assert taken(handed_in(content)) == {"toy.py": b"1", "data/a.csv": b"2"}

    @pytest.mark.parametrize(
        ("name", "inside"),
        [
            ("/etc/cron.d/evil", "etc/cron.d/evil"),
            ("../evil.py", "evil.py"),
            ("a/../../evil.py", "a/evil.py"),
            ("..", None),
            ("C:\\..\\..\\evil.py", "evil.py"),
            ("..\\evil.py", "evil.py"),
            ("\\evil.py", "evil.py"),
            ("C:\\evil.py", "evil.py"),
            ("C:evil.py", "evil.py"),
            ("//host/share/evil.py", "host/share/evil.py"),
            ("/..//../C:/../evil.py", "C:/evil.py"),
            (".", None),
            ("./", None),
            ("/", None),
            ("C:\\", None),
            ("__MACOSX/toy.py", None),
        ],
    )
    def test_nothing_leaves_the_folder(self, handed_in, name, inside):
        found = taken(handed_in(pack(("toy.py", b"1"), (name, b"2"))))
        assert found == {"toy.py": b"1"} | ({inside: b"2"} if inside else {})

    def test_the_separator_of_windows(self, handed_in):
        content = pack(("hw\\toy.py", b"1"), ("hw\\data\\", b""), ("hw\\data\\a.csv", b"2"))
        assert taken(handed_in(content)) == {"toy.py": b"1", "data/a.csv": b"2"}

    def test_a_name_without_a_letter(self, handed_in):
        content = bytearray(pack(("toy.py", b"1"), ("A", b"2")))
        # The length of the last name in the central directory is made 0; its letter becomes a comment.
        central = content.rindex(b"PK\x01\x02")
        struct.pack_into("<H", content, central + 28, 0)
        struct.pack_into("<H", content, central + 32, 1)
        assert taken(handed_in(bytes(content))) == {"toy.py": b"1"}

    @pytest.mark.parametrize(
        "kind",
        [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK, stat.S_IFDIR],
    )
    def test_links_and_devices_are_left_out(self, handed_in, kind):
        content = pack(("toy.py", b"1"), (entry("evil.py", kind | 0o777), b"/etc/passwd"))
        assert taken(handed_in(content)) == {"toy.py": b"1"}

    def test_regular_files_with_their_kind_said(self, handed_in):
        content = pack((entry("toy.py", stat.S_IFREG | 0o600), b"1"))
        assert taken(handed_in(content)) == {"toy.py": b"1"}

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_of_two_files_with_one_name_the_later_counts(self, handed_in):
        assert taken(handed_in(pack(("toy.py", b"1"), ("toy.py", b"2")))) == {"toy.py": b"2"}

    def test_a_file_that_is_a_folder_too(self, handed_in):
        """Both cannot be laid into one folder: what would have to lie in a file is left out."""
        notices: list[str] = []
        content = pack(("a", b"1"), ("a/b", b"2"), ("a/b/c", b"3"), ("toy.py", b"4"))
        assert snapshot(handed_in(content), notices) == {"a": b"1", "toy.py": b"4"}
        assert [notice.split()[0] for notice in notices] == ["a/b", "a/b/c"]

    def test_a_name_longer_than_a_file_can_have(self, handed_in):
        notices: list[str] = []
        content = pack(("x" * 256 + ".py", b"1"), ("é" * 128, b"2"), ("y" * 255, b"3"))
        assert snapshot(handed_in(content), notices) == {"y" * 255: b"3"}
        assert len(notices) == 2 and all(len(notice) < 200 for notice in notices)

    def test_names_that_terminals_obey(self, handed_in):
        assert taken(handed_in(pack(("a\x1b[2J\x9b.py", b"1")))) == {"a?[2J?.py": b"1"}

    def test_a_bomb_of_zeros(self, handed_in):
        with pytest.raises(
            UnreadableSubmission, match=r"zeros.csv in hw.zip unpacks to far more than it should"
        ):
            snapshot(handed_in(pack(("zeros.csv", bytes(40 * MEGABYTE)))), [])

    def test_zeros_that_are_no_bomb(self, handed_in):
        files = taken(handed_in(pack(("zeros.csv", bytes(20 * MEGABYTE)))))
        assert len(files["zeros.csv"]) == 20 * MEGABYTE

    def test_a_length_that_is_a_lie(self, handed_in):
        """No more is unpacked than the directory says, whatever the data hold."""
        content = bytearray(pack(("toy.py", bytes(MEGABYTE))))
        struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 24, 10)
        with pytest.raises(
            UnreadableSubmission, match=r"hw\.zip is not a zip file that can be read"
        ):
            snapshot(handed_in(bytes(content)), [])

    def test_too_large_a_file(self, handed_in):
        content = bytearray(pack(("big.bin", b"1"), method=zipfile.ZIP_STORED))
        struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 24, 129 * MEGABYTE)
        with pytest.raises(UnreadableSubmission, match=r"big\.bin is larger than 128 MB"):
            snapshot(handed_in(bytes(content)), [])

    def test_too_many_files(self, handed_in):
        content = pack(*((f"{number}.txt", b"") for number in range(501)))
        with pytest.raises(UnreadableSubmission, match="More than 500 files"):
            snapshot(handed_in(content), [])

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_a_method_that_is_not_read(self, handed_in, method):
        with pytest.raises(
            UnreadableSubmission, match=r"toy\.py in hw\.zip uses a compression method"
        ):
            snapshot(handed_in(pack(("toy.py", b"1" * 100), method=method)), [])

    def test_a_password(self, handed_in):
        content = bytearray(pack(("toy.py", b"1")))
        for start, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            content[content.index(start) + place] |= 1
        with pytest.raises(
            UnreadableSubmission, match=r"toy\.py in hw\.zip is protected by a password"
        ):
            snapshot(handed_in(bytes(content)), [])

    def test_a_directory_of_millions_is_not_read(self, tmp_path):
        """An entry of 46 bytes becomes an object of six hundred, before anyone counts them."""
        entry = b"PK\x01\x02" + bytes(42)
        path = tmp_path / "hw.zip"
        path.write_bytes(
            entry * 300_000 + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, 13_800_000, 0, 0)
        )
        tracemalloc.start()
        try:
            with pytest.raises(
                UnreadableSubmission, match=r"^hw\.zip contains too many files to be read"
            ):
                snapshot(path, [])
            assert tracemalloc.get_traced_memory()[1] < 6 * MEGABYTE
        finally:
            tracemalloc.stop()

    def test_a_file_is_held_once(self, handed_in):
        path = handed_in(pack(("a.bin", bytes(16 * MEGABYTE)), method=zipfile.ZIP_STORED))
        tracemalloc.start()
        try:
            assert len(taken(path)["a.bin"]) == 16 * MEGABYTE
            assert tracemalloc.get_traced_memory()[1] < 1.3 * 16 * MEGABYTE + 2 * MEGABYTE
        finally:
            tracemalloc.stop()

    def test_no_more_is_unpacked_than_there_is_room_for(self, handed_in, monkeypatch):
        monkeypatch.setattr(bounds, "TOTAL_MB", 8)
        path = handed_in(pack(*((f"{n}.bin", bytes(5 * MEGABYTE)) for n in range(4))))
        tracemalloc.start()
        try:
            with pytest.raises(UnreadableSubmission, match="More than 500 files or 8 MB"):
                snapshot(path, [])
            assert tracemalloc.get_traced_memory()[1] < 9 * MEGABYTE
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
    def test_a_reason_is_short_whatever_the_name(self, handed_in, method):
        content = pack(("x" * 60_000 + "\u202e", bytes(40 * MEGABYTE)), method=method)
        with pytest.raises(UnreadableSubmission) as caught:
            snapshot(handed_in(content), [])
        assert len(str(caught.value)) < 300 and str(caught.value).isprintable()

    @pytest.mark.parametrize("number", [2**63, 2**64 - 1])
    def test_places_that_no_file_has(self, handed_in, number):
        extra = struct.pack("<2HQ", 1, 8, number)
        entry = struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", *[20] * 2, *[0] * 7, 1, len(extra), *[0] * 4, 0xFFFFFFFF
        )
        entry += b"a" + extra
        content = (
            b"x" * 60
            + entry
            + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), 60, 0)
        )
        with pytest.raises(
            UnreadableSubmission, match=r"hw\.zip is not a zip file that can be read"
        ):
            snapshot(handed_in(content), [])

    @pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04 and nothing", bytes(1000)])
    def test_what_is_no_zip(self, handed_in, content):
        with pytest.raises(
            UnreadableSubmission, match=r"hw\.zip is not a zip file that can be read"
        ):
            snapshot(handed_in(content), [])

    def test_an_empty_zip(self, handed_in):
        assert taken(handed_in(pack())) == {}

    def test_every_damage_ends_in_files_or_in_a_reason(self, handed_in):
        """A zip with bytes changed, cut and repeated is read, or refused; nothing else comes out."""
        whole = pack(("hw/toy.py", b"x = 1\n" * 50), ("hw/été.csv", b"1,2\n" * 9), ("hw/a", b""))
        rng = np.random.default_rng(4)
        outcomes = set()
        for _ in range(600):
            content = bytearray(whole)
            for _ in range(rng.integers(1, 5)):
                place = int(rng.integers(len(content)))
                length = int(rng.integers(1, 40))
                match rng.integers(4):
                    case 0:
                        content[place] = rng.integers(256)
                    case 1:
                        content[place] ^= 1 << int(rng.integers(8))
                    case 2:
                        del content[place : place + length]
                    case 3:
                        content[place:place] = content[place : place + length]
            try:
                files = snapshot(handed_in(bytes(content)), [])
            except UnreadableSubmission as reason:
                outcomes.add("refused")
                assert str(reason)
            else:
                outcomes.add("read")
                assert all(
                    not name.startswith("/") and ".." not in name.split("/") for name in files
                )
        assert outcomes == {"read", "refused"}


INNER = {"toy.py": b"1", "data/a.csv": b"2"}


class TestZipsInside:
    """A zip in a zip, or beside what is not code, is opened within the same bounds."""

    @pytest.mark.parametrize("name", ["hw.zip", "HW.ZIP", "hw", "hw.zip.part"])
    def test_a_zip_is_one_by_its_content(self, handed_in, name):
        assert taken(handed_in(pack(*INNER.items()), name)) == INNER

    def test_in_a_zip(self, handed_in):
        content = pack(("hw.zip", pack(*INNER.items())))
        assert taken(handed_in(content)) == INNER

    def test_in_a_zip_in_a_zip_and_no_deeper(self, handed_in):
        twice = pack(("hw.zip", pack(("inner.zip", pack(*INNER.items())))))
        assert taken(handed_in(twice)) == INNER
        assert list(taken(handed_in(pack(("outer.zip", twice)), "more.zip"))) == ["inner.zip"]

    @pytest.mark.parametrize("name", ["report.pdf", "photo.png", "readme.md", "model.pt", "a.docx"])
    def test_beside_other_files(self, handed_in, name):
        other = pack(("a", b"1")) if name in ("model.pt", "a.docx") else b"%PDF"
        files = taken(handed_in({"hw.zip": pack(*INNER.items()), name: other}, "hw"))
        assert files == {"hw/toy.py": b"1", "hw/data/a.csv": b"2", name: other}

    @pytest.mark.parametrize("name", ["toy.py", "HW.IPYNB"])
    def test_beside_code_it_is_data(self, handed_in, name):
        data = pack(("a.csv", b"1"))
        assert taken(handed_in({name: b"1", "data.zip": data}, "hw")) == {
            name: b"1",
            "data.zip": data,
        }

    def test_the_same_names_are_safe_there(self, handed_in):
        content = pack(
            ("hw.zip", pack(("../evil.py", b"1"), ("/a/evil.py", b"2"), ("toy.py", b"3")))
        )
        assert taken(handed_in(content)) == {"evil.py": b"1", "a/evil.py": b"2", "toy.py": b"3"}

    def test_the_bounds_hold_for_all_of_it_together(self, handed_in, monkeypatch):
        monkeypatch.setattr(bounds, "TOTAL_MB", 3)
        inner = pack(("toy.py", os.urandom(MEGABYTE)), method=zipfile.ZIP_STORED)
        assert len(taken(handed_in(pack(("hw.zip", inner)), "once.zip"))) == 1
        both = pack(("a.zip", inner), ("b.zip", inner))
        with pytest.raises(UnreadableSubmission, match="More than 500 files or 3 MB"):
            snapshot(handed_in(both, "both.zip"), [])

    def test_a_bomb_in_it(self, handed_in):
        bomb = pack(("zeros.csv", bytes(40 * MEGABYTE)))
        with pytest.raises(
            UnreadableSubmission,
            match=r"zeros\.csv in inner\.zip unpacks to far more than it should",
        ):
            snapshot(handed_in(pack(("inner.zip", bomb), method=zipfile.ZIP_STORED)), [])
