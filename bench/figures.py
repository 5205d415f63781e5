"""A figure of the report: what was promised, what was measured here, and whether it holds.

Each bench is a generator of figures; `python -m bench NAME` prints them, `bench.report` writes
them down. Two lengths: the short form (`make bench`, half an hour for all) and the full one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

FULL = os.environ.get("AICHEF_BENCH") == "full"


@dataclass(frozen=True)
class Figure:
    """One row. `share` is the part of its limit that was used, where a bar can show it."""

    goal: str
    measured: str
    met: bool
    share: float | None = None

    def line(self) -> str:
        return f"{'met' if self.met else 'NOT MET':<8}{self.goal}: {self.measured}"


def at_most(goal: str, limit: float, value: float, measured: str) -> Figure:
    """A figure that has to stay at or under a limit of the same unit."""
    return Figure(goal, measured, value <= limit, value / limit if limit else None)


def at_least(goal: str, limit: float, value: float, measured: str) -> Figure:
    """A figure that has to reach a limit of the same unit."""
    return Figure(goal, measured, value >= limit, limit / value if value else None)


def none_of(goal: str, many: int, measured: str = "") -> Figure:
    """A count that has to be nought."""
    return Figure(goal, measured or str(many), many == 0)


def length(short: int, full: int) -> int:
    """How many in this run's form."""
    return full if FULL else short
