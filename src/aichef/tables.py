"""Reading the plain data files that ship with each room."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOUSE: Final = Path(__file__).parent


def rows(package: str, name: str) -> Iterator[dict[str, str]]:
    """Rows of `<package>/data/<name>` as dicts of strings; leading `#` lines are comments."""
    room = _HOUSE.joinpath(*package.split(".")[1:])
    text = (room / "data" / name).read_text(encoding="utf-8")
    table = csv.reader(line for line in text.splitlines() if line and not line.startswith("#"))
    heading = next(table)
    return (dict(zip(heading, cells, strict=True)) for cells in table)
