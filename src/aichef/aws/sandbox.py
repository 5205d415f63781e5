"""What a function's sandbox holds between calls: made at the first one, looked after since."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Final

from aichef.kitchens.aws import (
    aws_kitchen,
    aws_sessions,
    known_prices_of,
    now,
    read_settings,
)

if TYPE_CHECKING:
    from datetime import date

    from aichef.cook import Kitchen
    from aichef.session.port import Sessions
    from aichef.settings import Settings

FRESH: Final = 600.0
"""Seconds after which secrets and surveys are read again: so long a rotated key still works."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Settings, store and kitchen of the functions that cook."""

    settings: Settings
    store: Sessions
    kitchen: Kitchen


@dataclass(slots=True)
class _Held:
    sandbox: Sandbox | None = None
    day: date | None = None
    until: float = 0.0


def warm() -> Sandbox:
    """The sandbox, made once and renewed every ten minutes and every day. Raises ChefError."""
    held, today = _held(), now().date()
    if held.sandbox is None or held.day != today or monotonic() >= held.until:
        before = held.sandbox
        settings = read_settings(os.environ)
        store = before.store if before else aws_sessions(os.environ, settings.locale)
        held.sandbox = Sandbox(
            settings, store, aws_kitchen(settings, known_prices_of(settings, os.environ))
        )
        held.day, held.until = today, monotonic() + FRESH
    return held.sandbox


def cool() -> None:
    """Forget what the sandbox holds, as a new one would begin."""
    _held.cache_clear()


@cache
def _held() -> _Held:
    return _Held()
