"""A worker's folder: laid out, measured while it lives, and removed whatever was made of it.

A student may close folders to their owner, nest them deeper than a path can say, and leave links in
them; what a link leads to is never touched.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "USER": "student",
    "MPLBACKEND": "Agg",
    "TORCH_COMPILE_DISABLE": "1",  # it would start a compiler; functions run as they are
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""What a student's code finds in ``os.environ``, in addition to its own folders."""

_BLOCK = os.sysconf("SC_PAGE_SIZE")  # what a file of one byte takes at least
MOST_FILES = 5_000
"""How many files and folders may be in a folder, not counting those that were put there at the start."""


def unused_path(mark: str = "") -> Path:
    """Where another worker's folder may be made.

    Args:
        mark: of a batch, by which its workers' folders are known when nothing of it is alive.
    """
    return Path(tempfile.gettempdir(), f"{_prefix(mark)}{secrets.token_hex(8)}")


def clear(mark: str) -> None:
    """Remove the folders of workers that were killed with everything that could have removed them.

    Args:
        mark: of a batch that is over; not empty, which every folder bears.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_prefix(mark)}*"):
        if folder.is_dir() and not folder.is_symlink():
            remove(folder)


def _prefix(mark: str) -> str:
    return f"autograder-{mark}-" if mark else "autograder-"


def environment(folder: str) -> dict[str, str]:
    """The whole environment of a worker whose folder this is."""
    return {
        **ENVIRONMENT,
        "HOME": folder,
        "TMPDIR": folder,
        "IPYTHONDIR": os.path.join(folder, ".ipython"),
        "MPLCONFIGDIR": os.path.join(folder, ".matplotlib"),
        "TORCHINDUCTOR_CACHE_DIR": os.path.join(folder, ".inductor"),
    }


def laid(files: Mapping[str, bytes]) -> tuple[int, int]:
    """How much room files take: in megabytes, and as a number of files and folders."""
    blocks = sum(-(-len(content) // _BLOCK) for content in files.values())
    return -(-blocks * _BLOCK // (1 << 20)), sum(len(Path(name).parts) for name in files)


def lay_out(folder: Path, files: Mapping[str, bytes], uid: int | None) -> None:
    """Write files into a folder and give it all to the worker's user, if that is a separate one."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if uid is not None:
        os.chown(folder, uid, uid)  # its name may be a link that leads there
        for path in folder.rglob("*"):
            os.chown(path, uid, uid, follow_symlinks=False)


def fits(folder: str, size: int, unnamed: int = 0, *, most: int = MOST_FILES) -> bool:
    """Whether what lies in a folder takes no more than so many bytes, and is not too many files.

    Args:
        folder: where to look.
        size: the bytes that there may be.
        unnamed: bytes of it that no folder shows.
        most: the files and folders that there may be.
    """
    used, count = unnamed, 0
    if used > size:
        return False
    folders = [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    used += entry.stat(follow_symlinks=False).st_blocks * 512
                    count += 1
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    if used > size or count > most:
                        return False
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:  # nested out of sight, which nothing honest is
                return False
    return True


def remove(folder: Path) -> None:
    """Remove a folder and everything in it; what cannot be removed is let be."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        with contextlib.suppress(OSError):
            _remove_what_resists(folder)


def _remove_what_resists(folder: Path) -> None:
    """Lift whatever lies in folders to the top, until there are only files and empty folders."""
    top = _open_folder(str(folder), None)
    try:
        while names := os.listdir(top):
            for name in names:
                if not _is_folder(name, top):
                    os.unlink(name, dir_fd=top)
                    continue
                handle = _open_folder(name, top)
                try:
                    for inner in os.listdir(handle):
                        if _is_folder(inner, handle):
                            os.close(_open_folder(inner, handle))
                        lifted = secrets.token_hex(16)
                        os.rename(inner, lifted, src_dir_fd=handle, dst_dir_fd=top)
                finally:
                    os.close(handle)
                os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)
    folder.rmdir()


def _is_folder(name: str, parent: int) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)


def _open_folder(name: str, parent: int | None) -> int:
    os.chmod(name, stat.S_IRWXU, dir_fd=parent)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
