"""Frames of the cook's book: dishes of our own as data. The format is docs/cookbook.md."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import tomli

from aichef.food.table import foods

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aichef.food.model import Treatment

Text = dict[str, str]
"""The same words in "ko" and "en"."""

RESERVED: Final = frozenset(
    [
        *("food", "grams", "measure", "ko", "en", "prep"),
        *("trimmed", "raw", "form", "treatment", "own", "instead"),
    ]
)


class Option(NamedTuple):
    """A food a role may be filled with; `low` and `high` are grams per serving as written.

    `own`: taken only where it is at home already, never bought for this dish.
    `instead`: a stand-in, for those who cannot or would not have the other options.
    """

    food: str
    low: float
    high: float
    measure: str
    called: Mapping[str, str]
    prep: Mapping[str, str]
    words: Mapping[str, Text]
    trimmed: bool = False
    raw: bool = False
    form: Literal["ground", "mashed", "cut", "cooked"] | None = None
    treatment: Treatment | None = None
    own: bool = False
    instead: bool = False


class Role(NamedTuple):
    """A place in the dish, filled with `least` to `most` of its options."""

    id: str
    least: int
    most: int
    served: bool
    options: tuple[Option, ...]


class Step(NamedTuple):
    """A step; left out unless every role of `needs` is filled."""

    needs: tuple[str, ...]
    text: Mapping[str, str]


@dataclass(frozen=True)
class Frame:
    """A dish: roles with ranges and allowed swaps, steps, time, level and tools.

    `minutes` is for one serving and `minutes_each` what every further one adds, as bowls that go
    through a microwave one after another do; `takes` says how long a number of servings takes.
    Of most pages only the top is looked at, so `body` is read as TOML when it is first needed.
    """

    id: str
    targets: tuple[str, ...]
    stages: tuple[str, ...]
    level: Literal["beginner", "intermediate", "advanced"]
    minutes: int
    minutes_each: int
    tools: tuple[str, ...]
    season: tuple[int, ...]
    name: Text
    description: Text
    notes: Text
    body: str

    def takes(self, servings: int) -> int:
        """Minutes from first cut to table for so many servings."""
        return self.minutes + self.minutes_each * (servings - 1)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """The places of the dish."""
        return tuple(_role(one) for one in self._read["roles"])

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What is done, in order."""
        return tuple(
            Step(tuple(one.get("if", ())), {"ko": one["ko"], "en": one["en"]})
            for one in self._read["steps"]
        )

    @cached_property
    def _read(self) -> Mapping[str, Any]:
        return tomli.loads(self.body)


@cache
def frames(target: str) -> tuple[Frame, ...]:
    """Every frame that serves a target, ordered by id."""
    wanted = f'"{target}"'
    texts = (path.read_text(encoding="utf-8") for path in _pages())
    # Reading TOML costs far more than reading text, so other targets' pages are passed over.
    chosen = [frame_of(text) for text in texts if wanted in text]
    return tuple(sorted((f for f in chosen if target in f.targets), key=lambda f: f.id))


def foods_of(some: Iterable[Frame]) -> frozenset[str]:
    """Food ids one would buy for any option of the frames."""
    named = {o.food for frame in some for role in frame.roles for o in role.options if not o.own}
    bought = (foods()[one].bought_as for one in named)
    return frozenset(named | {one[0] for one in bought if one})


def _pages() -> Iterator[Path]:
    for folder in (Path(__file__).parent / "cookbook").iterdir():
        if folder.is_dir():
            yield from (page for page in folder.iterdir() if page.name.endswith(".toml"))


def frame_of(text: str) -> Frame:
    """A page of the book as a Frame; KeyError where something required is missing."""
    top, roles, rest = text.partition("[[roles]]")
    page = tomli.loads(top)
    return Frame(
        id=page["id"],
        targets=tuple(page["targets"]),
        stages=tuple(page.get("stages", ())),
        level=page["level"],
        minutes=page["minutes"],
        minutes_each=page.get("minutes_each", 0),
        tools=tuple(page["tools"]),
        season=tuple(page.get("season", ())),
        name=page["name"],
        description=page["description"],
        notes=page.get("notes", {"ko": "", "en": ""}),
        body=roles + rest,
    )


def _role(row: Mapping[str, Any]) -> Role:
    least, most = row.get("pick", (1, 1))
    return Role(
        row["id"], least, most, row.get("served", False), tuple(map(_option, row["options"]))
    )


def _option(row: Mapping[str, Any]) -> Option:
    low, high = row["grams"]
    return Option(
        food=row["food"],
        low=float(low),
        high=float(high),
        measure=row["measure"],
        called={locale: row[locale] for locale in ("ko", "en") if locale in row},
        prep=row.get("prep", {}),
        words={key: value for key, value in row.items() if key not in RESERVED},
        trimmed=row.get("trimmed", False),
        raw=row.get("raw", False),
        form=row.get("form"),
        treatment=row.get("treatment"),
        own=row.get("own", False),
        instead=row.get("instead", False),
    )
