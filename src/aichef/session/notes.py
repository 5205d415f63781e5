"""What the log may say of an error that nobody expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from logging import Logger


def note(log: Logger, trouble: BaseException, facts: Mapping[str, object] | None = None) -> None:
    """Log kind and place of an error; never its own text, which may quote a profile."""
    place, frame = "", trouble.__traceback__
    while frame:
        place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
        frame = frame.tb_next
    log.error("%s at %s", type(trouble).__name__, place, extra=facts)
