"""The worker processes of this machine: started, started again when they die, gone when we are.

A worker's standard input is a pipe of ours, on which sessions are handed to it. It ends when this
process does, however that happens, and the worker with it. On its standard output a worker says
`ROOM` each time it has room for one more; a session is handed to nobody who has none.
"""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from aichef.kitchens.durable import log

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STOPPING: Final = 10.0
"""Seconds a worker may take to stop."""

ROOM: Final = b"+"
"""What a worker says when a session may be handed to it."""

_JOINING: Final = 1.0
_LOOK: Final = 0.25
_SHORT: Final = 10.0
_PAUSES: Final = (0.0, 1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before a worker is started again that has lived for less than ten, several times."""


class _Place:
    """A place for one worker at a time."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._command = command
        self._environ = environ
        self._short_lives = 0
        self._again_at = 0.0
        self._began = 0.0
        self._room = 0
        self._lock = Lock()
        self.process: subprocess.Popen[bytes] | None = None

    def fill(self) -> None:
        """Start a worker where there is none, and where it is time."""
        if self.process and self.process.poll() is None:
            return
        if self.process:
            self._mourn(self.process.returncode)
        if self.process is None and monotonic() >= self._again_at:
            self._began = monotonic()
            process = subprocess.Popen(  # noqa: S603 - ourselves
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                env=dict(self._environ),
            )
            with self._lock:
                self.process, self._room = process, 0
            Thread(target=self._hear, args=(process,), name="aichef-room", daemon=True).start()

    def hand(self, line: bytes) -> bool:
        """Give the worker a line to read; False where it has no room, or is gone."""
        with self._lock:
            if not (self._room and self.process and self.process.stdin):
                return False
            self._room -= 1
            try:
                self.process.stdin.write(line)
            except OSError:
                return False
            return True

    def _hear(self, process: subprocess.Popen[bytes]) -> None:
        """Count the room of a worker for as long as it lives."""
        if process.stdout is None:
            return
        with process.stdout as told:
            while said := told.read(64):
                with self._lock:
                    if process is self.process:
                        self._room += said.count(ROOM)

    def _mourn(self, code: int) -> None:
        log.warning("a worker ended (%s)", code)
        short = monotonic() - self._began < _SHORT
        self._short_lives = self._short_lives + 1 if short else 0
        self._again_at = monotonic() + _PAUSES[min(self._short_lives, len(_PAUSES) - 1)]
        self._close()

    def _close(self) -> None:
        with self._lock:
            if self.process and self.process.stdin:
                self.process.stdin.close()
            self.process, self._room = None, 0

    def empty(self, until: float) -> None:
        """Wait for the worker until then, and end it where it is still there."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._close()


class Crew:
    """So many workers. `environ` holds the settings they read."""

    def __init__(self, many: int, environ: Mapping[str, str]) -> None:
        command = (sys.executable, "-m", "aichef", "work")
        self._places = [_Place(command, environ) for _ in range(many)]
        self._next = 0
        self._stop = Event()
        self._thread = Thread(target=self._watch, name="aichef-crew", daemon=True)

    def begin(self) -> None:
        """Start them, and watch over them in a thread."""
        self._thread.start()

    def hand(self, one: str, attempt: int) -> bool:
        """Have a worker that has room begin an attempt at once; False where nobody has.

        Nothing is written down: who hands a session over has it in a store already, and the keeper
        finds what a worker took with it when it died.
        """
        line = f"{one} {attempt}\n".encode()
        # Somebody else first each time.
        self._next = (self._next + 1) % len(self._places)
        places = self._places[self._next :] + self._places[: self._next]
        return any(place.hand(line) for place in places)

    def close(self) -> None:
        """Have all stop, within ten seconds: what they have in hand is finished or handed back."""
        until = monotonic() + STOPPING
        self._stop.set()
        if self._thread.is_alive():
            # It only starts processes; one that it starts now sees that we are gone.
            self._thread.join(timeout=_JOINING)
        for place in self._places:
            if place.process:
                place.process.terminate()
        for place in self._places:
            place.empty(until)

    def _watch(self) -> None:
        while True:
            for place in self._places:
                try:
                    place.fill()
                except OSError as trouble:
                    log.warning("no worker could be started: %s", trouble.strerror)
            if self._stop.wait(_LOOK):
                return


def usual_number() -> int:
    """A worker for each processor, one at least and four at most."""
    return max(1, min(4, os.cpu_count() or 1))
