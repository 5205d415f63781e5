"""The line to a client: a request has to begin in time and an answer to be read, or it is closed.

uvicorn bounds how long a kept line may be idle, the guard how long a body may take. What is left
are clients that never end their headers, or never read on, and would hold their line for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    from asyncio import TimerHandle

    from uvicorn.protocols.http.h11_impl import H11Protocol as Line
else:
    Line = AutoHTTPProtocol

HEADERS: Final = 10.0
"""Seconds in which a client has to send the headers of its next request."""

STALL: Final = 30.0
"""Seconds in which a client has to read what waits for it."""


class Prompt(Line):
    """uvicorn's protocol; where nothing comes, or is read, for too long it hangs up."""

    _due: TimerHandle | None = None
    _unread: TimerHandle | None = None
    _hung_up = False

    def connection_made(self, transport: Any) -> None:
        """A client came: its request is due."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """A part of a request came; whether its headers are whole shows in what is under way."""
        super().data_received(data)
        if self._answering:
            self._rest()

    def on_response_complete(self) -> None:
        """An answer is out: the next request is due, unless it is here already."""
        super().on_response_complete()
        if not self._answering:
            self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone, and nothing is due on it."""
        self._rest()
        self._read_on()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client has more to read than is kept for it."""
        super().pause_writing()
        self._read_on()
        self._unread = self.loop.call_later(STALL, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has read on."""
        self._read_on()
        super().resume_writing()

    def _read_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect(self) -> None:
        self._rest()
        self._due = self.loop.call_later(HEADERS, self._hang_up)

    def _rest(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _hang_up(self) -> None:
        """Close the line; where its client then does not even read on, cut it."""
        if self._hung_up:
            self.transport.abort()
            return
        self._hung_up = True
        self.transport.close()
        self._expect()
