"""Worker processes: a session is handed to one that has said it has room, and to no other."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from aichef.kitchens.crew import Crew, _Place

WORKER = """
import sys
print("+", end="", flush=True)
for line in sys.stdin:
    open(sys.argv[1], "a").write(line)
    if line.startswith("die"):
        sys.exit(3)
    print("+", end="", flush=True)
"""


def waited(until: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def place(file: Path) -> _Place:
    return _Place((sys.executable, "-c", WORKER, str(file)), os.environ)


def test_nobody_is_handed_anything_before_there_is_room(tmp_path: Path) -> None:
    assert not Crew(2, os.environ).hand("sess_a", 1)
    one = place(tmp_path / "heard")
    assert not one.hand(b"early\n")
    one.fill()
    waited(lambda: one.hand(b"first\n"))
    waited(lambda: one.hand(b"second\n"))
    one.empty(time.monotonic())
    assert not one.hand(b"late\n")
    assert (tmp_path / "heard").read_text().split()[0] == "first"


def test_the_room_of_a_dead_worker_is_no_room(tmp_path: Path) -> None:
    one = place(tmp_path / "heard")
    one.fill()
    waited(lambda: one.hand(b"die\n"))
    process = one.process
    assert process
    process.wait(10)
    assert not one.hand(b"lost\n")

    def filled() -> bool:
        one.fill()
        return one.hand(b"again\n")

    # It lived so shortly that its place stays empty for a second.
    waited(filled)
    waited(lambda: "again" in (tmp_path / "heard").read_text())
    one.empty(time.monotonic())
