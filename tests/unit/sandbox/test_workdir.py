"""A worker's folder: what it takes, and how it is removed whatever a student made of it."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox import workdir

MEGABYTE = 1 << 20


class TestMeasuring:
    def fits(self, folder: Path) -> bool:
        return workdir.fits(str(folder), MEGABYTE)

    def test_an_empty_folder(self, tmp_path):
        assert self.fits(tmp_path)

    def test_bytes_in_folders(self, tmp_path):
        inner = tmp_path / "a" / "b"
        inner.mkdir(parents=True)
        (inner / "file").write_bytes(bytes(MEGABYTE // 2))
        assert self.fits(tmp_path)
        (tmp_path / "a" / "file").write_bytes(bytes(MEGABYTE // 2 + 1))
        assert not self.fits(tmp_path)

    def test_holes_take_no_room(self, tmp_path):
        with (tmp_path / "file").open("wb") as file:
            file.truncate(1 << 40)
        assert self.fits(tmp_path)

    def test_what_links_lead_to_is_not_counted(self, tmp_path):
        mine, other = tmp_path / "mine", tmp_path / "other"
        mine.mkdir()
        other.mkdir()
        (other / "file").write_bytes(bytes(2 * MEGABYTE))
        (mine / "file").symlink_to(other / "file")
        (mine / "folder").symlink_to(other)
        (mine / "round").symlink_to(mine)
        assert self.fits(mine)

    def test_many_small_files(self, tmp_path):
        for number in range(10):
            (tmp_path / str(number)).mkdir()
            for inner in range(9):
                (tmp_path / str(number) / str(inner)).touch()
        assert workdir.fits(str(tmp_path), MEGABYTE, most=100)
        (tmp_path / "more").touch()
        assert not workdir.fits(str(tmp_path), MEGABYTE, most=100)

    def test_a_folder_that_is_gone(self, tmp_path):
        assert self.fits(tmp_path / "gone")

    def test_nested_out_of_sight(self, tmp_path):
        """Deeper than a path can say: what lies there could not be counted."""
        handle = os.open(tmp_path, os.O_RDONLY)
        for _ in range(20):
            os.mkdir("x" * 250, dir_fd=handle)
            inner = os.open("x" * 250, os.O_RDONLY, dir_fd=handle)
            os.close(handle)
            handle = inner
        os.close(handle)
        assert not self.fits(tmp_path)


class TestRemoving:
    """Folders as a student may leave them; run as an ordinary user, who cannot enter closed ones."""

    @pytest.fixture
    def folder(self, tmp_path):
        path = tmp_path / "work"
        path.mkdir()
        return path

    def test_closed_folders(self, folder):
        for path in (folder / "a" / "b" / "c", folder / "d"):
            path.mkdir(parents=True)
            (path / "file").write_text("")
        (folder / "a" / "b" / "file").write_text("")
        for name in ("a/b/c", "a/b", "a", "d", "."):
            (folder / name).chmod(0)
        workdir.remove(folder)
        assert not folder.exists()

    def test_deeper_than_a_path_can_say(self, folder):
        handle = os.open(folder, os.O_RDONLY)
        for _ in range(1_200):
            os.mkdir("folder", dir_fd=handle)
            inner = os.open("folder", os.O_RDONLY, dir_fd=handle)
            os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=handle))
            os.close(handle)
            handle = inner
        os.close(handle)
        workdir.remove(folder)
        assert not folder.exists()

    def test_what_links_lead_to_stays_as_it_is(self, folder, tmp_path):
        other = tmp_path / "other"
        other.mkdir()
        (other / "file").write_text("mine")
        other.chmod(0o500)
        (folder / "folder").symlink_to(other)
        (folder / "file").symlink_to(other / "file")
        (folder / "closed").mkdir()
        (folder / "closed" / "folder").symlink_to(other)
        (folder / "closed").chmod(0)
        workdir.remove(folder)
        assert not folder.exists()
        assert (other / "file").read_text() == "mine"
        assert stat.S_IMODE(other.stat().st_mode) == 0o500

    def test_links_in_what_resists(self, folder, tmp_path):
        other = tmp_path / "other"
        other.mkdir()
        (folder / "a" / "b").mkdir(parents=True)
        for path in (folder, folder / "a", folder / "a" / "b"):
            (path / "link").symlink_to(other)
        workdir._remove_what_resists(folder)
        assert not folder.exists()
        assert other.is_dir()

    def test_what_cannot_be_removed_is_let_be(self, folder, monkeypatch):
        (folder / "file").write_text("")

        def refuse(*_, **__):
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "unlink", refuse)
        workdir.remove(folder)
        assert (folder / "file").exists()


class TestMarks:
    @pytest.fixture(autouse=True)
    def temporary(self, tmp_path, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def test_the_folders_of_one_batch_are_cleared_and_no_others(self):
        one, other, none = (workdir.unused_path(mark) for mark in ("0a1b", "0a1c", ""))
        for folder in (one, other, none):
            (folder / "deep").mkdir(parents=True)
        workdir.clear("0a1b")
        assert [folder.exists() for folder in (one, other, none)] == [False, True, True]

    def test_what_bears_its_mark_and_is_no_folder_is_let_be(self, tmp_path):
        kept = tmp_path / "kept"
        kept.mkdir()
        (kept / "file").touch()
        link, file = workdir.unused_path("0a1b"), workdir.unused_path("0a1b")
        link.symlink_to(kept)
        file.touch()
        workdir.clear("0a1b")
        assert link.is_symlink() and file.exists() and (kept / "file").exists()

    def test_no_two_names_are_the_same(self):
        assert len({workdir.unused_path("0a1b") for _ in range(100)}) == 100
