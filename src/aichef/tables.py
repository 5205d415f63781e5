"""Reading the plain data files that ship with each room."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def rows(package: str, name: str) -> Iterator[dict[str, str]]:
    """Rows of `<package>/data/<name>` as dicts of strings; leading `#` lines are comments."""
    text = (files(package) / "data" / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return csv.DictReader(lines)
