"""Surveys of prices, fetched once a day while a server runs and a key is set.

In a process of its own: a survey day is half a minute of work, and whoever answers HTTP must not
do it. A second server on the same folder finds the day done, or waits for the first.
"""

from __future__ import annotations

import subprocess
import sys
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from aichef.errors import ShopError
from aichef.kitchens.durable import log
from aichef.kitchens.local import configured, now
from aichef.prices.survey_store import SurveyStore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aichef.settings import Settings

COMMAND: Final = (sys.executable, "-m", "aichef", "prices", "refresh")
LOOK: Final = 60.0
"""Seconds between two looks whether a new day has begun."""

AGAIN: Final = 3600.0
"""Seconds before a refresh that failed is tried again."""

LONGEST: Final = 1800.0
"""Seconds after which a refresh is ended; it carries on where it was the next time."""

_NOTE: Final = "refreshed_on"
_STEP: Final = 0.5


class Surveys:
    """Fetches the surveys of each day, in a thread that waits and a process that works."""

    def __init__(
        self, settings: Settings, environ: Mapping[str, str], command: Sequence[str] = COMMAND
    ) -> None:
        self._settings = settings
        self._environ = dict(environ)
        self._command = command
        self._stop = Event()
        self._thread = Thread(target=self._days, name="aichef-surveys", daemon=True)

    def begin(self) -> None:
        """Fetch from now on; nothing where no key is set."""
        on = configured(self._settings)
        if on["KAMIS"] or on["참가격"]:
            self._thread.start()

    def close(self) -> None:
        """Stop, a refresh under way included."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _days(self) -> None:
        while not self._stop.is_set():
            self._stop.wait(AGAIN if not self.today() else LOOK)

    def today(self) -> bool:
        """Fetch what is new unless this day was done; False where that failed."""
        day = now().date().isoformat()
        try:
            store = SurveyStore(self._settings.data_dir)
            if store.exists and store.noted(_NOTE) == day:
                return True
            if not self._fetched():
                log.warning("prices: the surveys could not be refreshed")
                return False
            store.note(_NOTE, day)
        except (ShopError, OSError) as failed:
            log.warning("prices: %s", type(failed).__name__)
            return False
        log.info("prices: surveys refreshed")
        return True

    def _fetched(self) -> bool:
        with subprocess.Popen(  # noqa: S603 - ourselves
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self._environ,
        ) as working:
            waited = 0.0
            while waited < LONGEST and not self._stop.is_set():
                try:
                    return working.wait(_STEP) == 0
                except subprocess.TimeoutExpired:
                    waited += _STEP
            working.terminate()
            return False
