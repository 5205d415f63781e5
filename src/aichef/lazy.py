"""Regular expressions that are compiled when they are first used.

Compiling the few dozen that read Korean takes 40 ms, and a plain `aichef cook` needs a handful.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Lazy:
    """Stands for a compiled pattern; becomes one at the first attribute asked of it."""

    __slots__ = ("_compiled", "_source")

    def __init__(self, text: str, flags: int) -> None:
        self._source = (text, flags)
        self._compiled: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._compiled is None:
            self._compiled = re.compile(*self._source)
        return getattr(self._compiled, name)


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, later. Raises re.error at first use; pass it to methods, not to `re`."""
    return cast("re.Pattern[str]", _Lazy(text, flags))
