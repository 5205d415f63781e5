"""Whether a profile can be cooked for at all, asked of the cook's book before anybody is sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Final

from aichef.cook import Progress, write
from aichef.errors import ChefError, Infeasible
from aichef.kitchens.local import local_kitchen, without_malls

if TYPE_CHECKING:
    from datetime import date, datetime

    from aichef.cook import Kitchen
    from aichef.profile.model import Profile
    from aichef.settings import Settings

_PATIENCE: Final = 1.0


class Oracle:
    """Composes a dish with what lies here: the book and prices at hand, no model and no network.

    One at a time, since each takes some tenths of a second of the processor; whoever would wait
    too long is answered "as far as we know", and learns it from the session instead.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = without_malls(replace(settings, model=""))
        self._asks_a_model = bool(settings.model)
        self._lock = Lock()
        self._kitchen: tuple[date, Kitchen] | None = None

    def refusal(self, profile: Profile, now: datetime) -> Infeasible | None:
        """Why nothing can be cooked, with what would do; None where something can.

        A model may know a dish that the book has not, so where one is asked first, only too little
        money is a reason.
        """
        if not self._lock.acquire(timeout=_PATIENCE):
            return None
        try:
            asyncio.run(write(profile, self._of(now), now, Progress()))
        except Infeasible as refusal:
            money = bool(refusal.details.get("leastBudget"))
            return refusal if money or not self._asks_a_model else None
        except ChefError:
            # A price store that cannot be read is no reason to turn anybody away here.
            return None
        finally:
            self._lock.release()
        return None

    def _of(self, now: datetime) -> Kitchen:
        """The kitchen of a day: its prices grow old overnight."""
        if self._kitchen is None or self._kitchen[0] != now.date():
            self._kitchen = (now.date(), local_kitchen(self._settings))
        return self._kitchen[1]
