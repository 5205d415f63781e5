"""The log of the web door: one JSON object a line, never a profile."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from typing import TextIO

_FACTS: Final = ("session", "method", "route", "status", "ms")


class JsonLines(logging.Formatter):
    """A record as one line of JSON; of an exception its kind alone, never its text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        facts = {name: getattr(record, name) for name in _FACTS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            facts["error"] = record.exc_info[0].__name__
        return json.dumps(line | facts, ensure_ascii=False)


def begin(stream: TextIO | None = None) -> None:
    """Write what the doors on the web do to a stream (standard error).

    A line for each answer that changed something or refused it.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("aichef")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False
