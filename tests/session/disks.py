"""Disks that play up: one that is small, one that is full, a folder one may not write to."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

NOBODY = 65_534


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """A disk in memory of so much; skips where this process may not mount one."""
    folder = Path(tempfile.mkdtemp(prefix="aichef-disk-"))
    mount = shutil.which("mount")
    done = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if not done or done.returncode:
        folder.rmdir()
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """The disk of a folder without any room left."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4_096))
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def readonly(folder: Path) -> Iterator[None]:
    """A disk of ours that nobody may write to, root neither; no file of it may be open."""
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)


@contextmanager
def as_somebody() -> Iterator[None]:
    """Root may write everywhere, so that it becomes nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
