"""Nouns of the basket room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from aichef.prices.model import Price, Priced, Unpriced

OptionName = Literal["cheapest", "cheapest_single_shop", "fewest_shops"]

SECONDS: Final = 2.0
"""Time after which the best basket found is taken, with its gap."""


@dataclass(frozen=True, slots=True)
class Seller:
    """Someone who sells: what delivery costs in won, and from how many won it is free.

    `free_from` None: never. `walk`: one goes there oneself, so nothing is delivered. `assumed`:
    the fee is a guess of ours, as it stood on `as_of`; `source` says where it comes from.
    """

    name: str
    delivery: int = 0
    free_from: int | None = None
    walk: bool = False
    assumed: bool = False
    as_of: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a person asks of a basket.

    `avoid` and, where given, `only` are names of sellers. Up to `walks` shops one walks to are
    free of charge (None: any number); each further one must save `worth` won.
    """

    avoid: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    walks: int | None = 2
    worth: int = 3_000


ANYWHERE: Final = Limits()
"""The default: every shop will do, two walks."""


@dataclass(frozen=True, slots=True)
class Line:
    """So many packs or loose steps of one price; `won` is paid for the whole line.

    `ingredient` names every ingredient it is for. `surplus_g` is what is left over of the food,
    in grams as `price` counts them; where several lines cover a food it stands on the last.
    """

    food: str
    ingredient: str
    price: Price
    count: int
    won: int
    surplus_g: float

    @property
    def quantity(self) -> str:
        """Count and pack as a person reads it: "2 × 300g"."""
        return f"{self.count} × {self.price.pack or f'{self.price.grams:g}g'}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery fee in won, and from how many won the vendor waives it (None: never).

    `to_free` is how many won of goods are missing for that, None where nothing is. `assumed`,
    `as_of` and `source` as in `Seller`.
    """

    vendor: str
    won: int
    free_from: int | None = None
    to_free: int | None = None
    assumed: bool = False
    as_of: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A basket that was really solved; won, `difference` against the cheapest.

    `averages` name what nobody sells and is taken at a survey average. `proven`: nothing cheaper
    of its kind exists; else it may be cheaper by at most the share `gap`.
    """

    name: OptionName
    vendors: tuple[str, ...]
    total: int
    delivery: int
    difference: int
    lines: tuple[Line, ...] = field(repr=False, default=())
    deliveries: tuple[Delivery, ...] = ()
    averages: tuple[str, ...] = ()
    proven: bool = True
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Basket:
    """What to buy and what it costs, in whole won.

    `total` is paid at the till, packs and delivery; `used` is the part of it that is used.
    `optimal_vendor` is the cheapest shop that sells every line; None where none does, and where
    prices are survey averages, which are no seller's. `same_vendor_savings` is the delivery it
    saves. `priced` has one entry per food. `proven` and `gap` as in `Option`.
    """

    lines: tuple[Line, ...]
    total: int
    used: int
    optimal_vendor: str | None
    options: tuple[Option, ...]
    priced: tuple[Priced, ...]
    unpriced: tuple[Unpriced, ...]
    delivery: tuple[Delivery, ...] = ()
    same_vendor_savings: int = 0
    proven: bool = True
    gap: float = 0.0

    def by_vendor(self, locale: str = "ko") -> dict[str, tuple[Line, ...]]:
        """Lines by seller, or by the kind of survey where nobody sells."""
        shelves: dict[str, tuple[Line, ...]] = {}
        for line in self.lines:
            label = vendor_label(line.price, locale)
            shelves[label] = (*shelves.get(label, ()), line)
        return shelves


def vendor_label(price: Price, locale: str = "ko") -> str:
    """Seller of a price, or what kind of price it is when it has none."""
    if price.vendor:
        return price.vendor
    if "own" in price.flags:
        labels = ("내가 적은 가격", "Prices I wrote down")
    elif price.kind == "store":
        labels = ("매장 조사가(참가격)", "Shelf price survey (참가격)")
    elif price.source.startswith("KAMIS"):
        labels = ("평균 시세(KAMIS)", "Market average (KAMIS)")
    else:
        labels = ("참고 시세", "Reference price")
    return labels[1] if locale == "en" else labels[0]
