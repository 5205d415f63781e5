"""Nouns of the prices room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

Kind = Literal["reference", "store", "offer"]
Sold = Literal["loose", "pack"]
Per = Literal["100g", "100ml", "개"]


@dataclass(frozen=True, slots=True)
class Price:
    """What one can buy a food for.

    `grams` is the content of one pack or of one loose step (100 g, or one piece), `won` the whole
    won paid for it. `vendor` None: a survey average, nobody's price. `band_pct` is how far the
    price may be off, by age and kind (DESIGN section 4). `per` is the unit a person compares by;
    `content` is what `grams` hold counted in it (ml or pieces; None: by weight). `edible`: sold
    trimmed, so `grams` are edible grams. `living`: a supplier told it, it does not come from the
    book. `fresh`: of this food a recent market average counts before a shelf price.
    """

    food: str
    product: str
    sold: Sold
    grams: float
    won: int
    kind: Kind
    source: str
    observed_on: date
    vendor: str | None = None
    per: Per = "100g"
    pack: str = ""
    url: str | None = None
    flags: tuple[str, ...] = ()
    band_pct: int = 30
    estimate: bool = False
    content: float | None = None
    edible: bool = False
    living: bool = False
    fresh: bool = False

    @property
    def won_per_gram(self) -> float:
        """Won per gram as bought."""
        return self.won / self.grams


@dataclass(frozen=True, slots=True)
class Need:
    """So many grams as bought of a food, for one ingredient of a recipe.

    `food` "": a name that is no food of ours; `grams` 0: an amount that cannot be weighed.
    `edible_grams` are what is left after trimming, for prices of trimmed food (None: `grams`).
    """

    ingredient: str
    amount: str
    unit: str
    food: str
    grams: float
    edible_grams: float | None = None


@dataclass(frozen=True, slots=True)
class Priced:
    """A need with the prices found; `chosen` is the one the rule of the house picks.

    `troubles` name the shops that failed while others answered. `doubtful` are products that may
    be something else: shown, never priced.
    """

    need: Need
    prices: tuple[Price, ...]
    chosen: Price
    troubles: tuple[str, ...] = ()
    doubtful: tuple[Price, ...] = ()


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A missing price is an answer, not a crash; `reason` says why, for a person.

    `doubtful` as in `Priced`.
    """

    need: Need
    reason: str
    doubtful: tuple[Price, ...] = ()
