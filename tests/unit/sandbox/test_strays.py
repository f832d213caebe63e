"""Files of a worker's that its folder does not show: counted while it lives, removed when it has ended."""

from __future__ import annotations

import mmap
import os
import stat
from pathlib import Path

import pytest

from autograder.sandbox import strays

MEGABYTE = 1 << 20
ME = os.getpid()


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "work"
    path.mkdir()
    return path


def held(folder):
    return strays.unnamed([ME], None, str(folder), 8 * MEGABYTE)


def unlinked(folder, size):
    path = folder / "file"
    file = path.open("w+b")
    file.write(bytes(size))
    file.flush()
    path.unlink()
    return file


class TestWithoutAName:
    def test_what_has_a_name_is_the_folders_to_count(self, folder):
        with (folder / "file").open("wb") as file:
            file.write(bytes(MEGABYTE))
            file.flush()
            assert held(folder) == 0

    def test_an_open_file_counts_once_until_it_is_closed(self, folder):
        with unlinked(folder, MEGABYTE) as file:
            again = os.dup(file.fileno())
            assert held(folder) == MEGABYTE
            assert strays.unnamed([ME, ME], None, str(folder), MEGABYTE) == MEGABYTE
        assert held(folder) == MEGABYTE
        os.close(again)
        assert held(folder) == 0

    def test_a_mapped_file_counts_when_it_is_closed(self, folder):
        with unlinked(folder, 2 * MEGABYTE) as file:
            view = mmap.mmap(file.fileno(), 2 * MEGABYTE, access=mmap.ACCESS_READ)
        with view:
            os.closerange(file_of(view), file_of(view) + 1)
            assert held(folder) == 2 * MEGABYTE
        assert held(folder) == 0

    def test_one_page_of_a_file_stands_for_an_eighth_of_the_room(self, folder):
        with unlinked(folder, 4 * MEGABYTE) as file:
            first = mmap.mmap(file.fileno(), 4096, access=mmap.ACCESS_READ)
        with first:
            os.closerange(file_of(first), file_of(first) + 1)
            assert held(folder) == MEGABYTE

    def test_shared_memory_and_the_files_of_others_are_not_counted(self, folder, tmp_path):
        other = tmp_path / "other"
        other.mkdir()
        with mmap.mmap(-1, MEGABYTE), unlinked(other, MEGABYTE) as file:
            view = mmap.mmap(file.fileno(), MEGABYTE, access=mmap.ACCESS_READ)
        with view:
            os.closerange(file_of(view), file_of(view) + 1)
            assert held(folder) == 0

    def test_a_process_that_is_gone_holds_nothing(self, folder):
        assert strays.unnamed([1 << 22], None, str(folder), MEGABYTE) == 0


def file_of(view):
    """The descriptor that Python keeps for a map: a map made in C keeps none."""
    handles = [int(path.name) for path in Path("/proc/self/fd").iterdir()]
    for handle in handles:
        try:
            about = os.fstat(handle)
        except OSError:
            continue
        if stat.S_ISREG(about.st_mode) and not about.st_nlink and about.st_size == view.size():
            return handle
    raise AssertionError("the map keeps no descriptor")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
class TestSweeping:
    UID = 54_321

    @pytest.fixture
    def place(self, tmp_path):
        tmp_path.chmod(0o1777)
        return tmp_path

    def own(self, path, uid=UID):
        os.chown(path, uid, uid, follow_symlinks=False)
        return path

    def make(self, path, uid=UID):
        path.touch()
        return self.own(path, uid)

    def test_files_links_and_folders_of_the_user_go(self, place):
        self.make(place / "file")
        (place / "link").symlink_to("/etc")
        self.own(place / "link")
        (place / "folder").mkdir()
        self.make(place / "folder" / "file")
        self.own(place / "folder").chmod(0)
        os.mkfifo(place / "fifo")
        self.own(place / "fifo")
        strays.sweep(self.UID, [str(place)])
        assert list(place.iterdir()) == []

    def test_what_is_others_stays(self, place):
        self.make(place / "file", uid=54_322)
        (place / "ours").mkdir()
        self.make(place / "ours" / "inner")  # nobody but its owner can have put it there
        (place / "link").symlink_to(place / "ours")
        strays.sweep(self.UID, [str(place), str(place / "gone")])
        assert {path.name for path in place.rglob("*")} == {"file", "ours", "inner", "link"}

    def test_folders_that_are_open_to_all_are_looked_into(self, place):
        (place / "open").mkdir()
        (place / "open").chmod(0o1777)
        self.make(place / "open" / "file")
        strays.sweep(self.UID, [str(place)])
        assert [path.name for path in place.rglob("*")] == ["open"]
