"""Side by side with the design AI Chef began from (bench/original), in one run.

The same model and the same shopping search stand in for both: 60 tokens a second, 150 to 400 ms a
search. The original runs in this process over a table in memory; ours is `aichef serve` with its
durable sessions, followed over server-sent events. The model says the same dish to both, to each in
the form it asked for. Neither has a pantry, and the only shop is the one the original knows.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

from aichef.chef.answer import read_answer
from aichef.chef.write import Order
from aichef.cook import admitted, cook, run
from aichef.errors import Infeasible, UnusableRecipe
from aichef.fake.answers import planted
from aichef.fake.model import ModelStandIn, model_stand_in
from aichef.fake.model_wires import KEY
from aichef.fake.prices import StandIn, stand_in
from aichef.fake.wire import NAVER_ID, NAVER_SECRET
from aichef.food.table import foods
from aichef.kitchens.local import local_kitchen, now
from aichef.meal.section4 import nutrition_json, to_json, written_json
from aichef.prices.find import TAP
from aichef.profile.parse import parse_profile
from aichef.recipe.nutrients import nutrition
from aichef.session.sqlite import SqliteSessions
from aichef.settings import Settings
from bench import basket
from bench.answers import FIRST_SEED, THIRDS, Says, Tally, profiles, settled
from bench.figures import Figure, at_most, length, none_of
from bench.load import Served, product
from bench.original.cost import aws, rate
from bench.original.suppliers import Listing, Suppliers, look_up_together
from bench.original.till import Bill, Bought, as_advised, bill
from bench.original.workflow import PHASES, Seen, cooked

if TYPE_CHECKING:
    from datetime import date

    from aichef.cook import Kitchen
    from aichef.profile.model import Profile
    from aichef.recipe.model import Ingredient, Recipe

SPEED, FIRST = 60.0, 0.5
SLOW_MS = (150, 400)
SEED = 9
EASY: Mapping[str, Any] = {"servings": 2, "budget": 60_000, "pantry": "empty"}
EATERS: tuple[Mapping[str, Any], ...] = (
    {"target": "keto", "allergies": ["땅콩"]},
    {"target": "diabetes", "medications": ["없음"]},
    {"target": "diet", "allergies": ["우유"]},
    {"target": "baby_food", "babyAgeMonths": 9},
    {"target": "fridge", "availableIngredients": "두부 2모, 시금치 500g"},
)
MEALS, FEW_MEALS = 10, 3
FAULTY, FEW_FAULTY = 3, 1
ANSWERS, FEW_ANSWERS = 3_000, 150
AT_ONCE = 30
MARKETS, FEW_MARKETS = 100, 20
MARKET = (12, 100)
NAMED = ("claude-opus-4-1-20250805", "claude-haiku-5-5")
"""The model that each of the two names: the original's, and ours of today."""

OURS_ON_AWS = {"transitions": 0.13, "tables": 0.23, "requests and logs": 0.05}
"""Dollars for 1,000 meals as counted in docs/aws.md, what depends on seconds left out."""

SHORT = "AICHEF_SHORT"
"""Set to 1, it asks for the short form whatever else is set."""


def main() -> Iterator[Figure]:
    many = _many(FEW_MEALS, MEALS)
    with served() as place:
        meals = [both(place, number) for number in range(many)]
        broken = [both(place, 100 + number, 1) for number in range(_many(FEW_FAULTY, FAULTY))]
    table = Table()
    yield from times(table, meals, broken)
    yield from lags(table, meals)
    yield from tills(table, meals)
    yield from markets(table, _many(FEW_MARKETS, MARKETS))
    yield from costs(table, meals)
    print(table.text(), flush=True)
    table = Table()
    yield from verdicts(table, judged(_many(FEW_ANSWERS, ANSWERS)))
    print(table.text(), flush=True)


def _many(short: int, full: int) -> int:
    return short if os.environ.get(SHORT) == "1" else length(short, full)


@dataclass
class Table:
    """What is printed at the end: a row for each measure, the original's column before ours."""

    rows: list[tuple[str, str, str]] = field(default_factory=lambda: [("", "original", "AI Chef")])

    def add(self, what: str, theirs: str, ours: str) -> None:
        self.rows.append((what, theirs, ours))

    def text(self) -> str:
        wide = [max(len(row[place]) for row in self.rows) for place in range(3)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip()
            for row in self.rows
        )


# --- one meal, both ways ------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Both stand-ins, our server with its folder, and the way to them for the original."""

    model: ModelStandIn
    prices: StandIn
    server: Served
    folder: Path

    @property
    def suppliers(self) -> Suppliers:
        return suppliers_at(self.model, self.prices)


@dataclass(frozen=True)
class Ours:
    """A meal of ours as a client sees it: when it asked, when it was told, and what it got.

    `made` has the moment each phase was written, `seen` the moment it was heard of.
    """

    began: float
    made: Mapping[str, float]
    seen: Mapping[str, float]
    first_line: float
    recipe_seen: float
    meal: Mapping[str, Any]


@dataclass(frozen=True)
class Both:
    """The same eater and dish, both ways; `together` are seconds of searches all at once."""

    lines: tuple[Ingredient, ...]
    theirs: Seen
    ours: Ours
    together: float

    @property
    def is_same_dish(self) -> bool:
        by = self.ours.meal["recipe"]["writtenBy"]
        return bool(by["kind"] == "model" and not by["repairs"])


def suppliers_at(model: ModelStandIn, prices: StandIn) -> Suppliers:
    return Suppliers(model.url, KEY, f"{prices.url}/naver", NAVER_ID, NAVER_SECRET)


@contextmanager
def served() -> Iterator[Place]:
    """Stand-ins and a warm server. They share this process: they mostly wait, as it does."""
    with (
        model_stand_in() as model,
        stand_in() as prices,
        tempfile.TemporaryDirectory() as folder,
    ):
        plain = {name: said for name, said in os.environ.items() if not name.startswith("AICHEF_")}
        search = {
            name: said
            for name, said in prices.environment.items()
            if name.startswith("AICHEF_NAVER")
        }
        environ = {**plain, **search, **model.environment("openai"), "AICHEF_DATA_DIR": folder}
        with product(environ, 1) as server:
            place = Place(model, prices, server, Path(folder))
            # Nobody measures the meal for which a server loads its libraries.
            model.speed, model.first = 2_000.0, 0.0
            for number in range(2):
                eater, text, _ = dish(200 + number)
                model.say = partial(_says, [text])
                our_meal(place, eater)
            model.speed, model.first = SPEED, FIRST
            prices.slow_ms, prices.slow_to_ms = SLOW_MS
            random.seed(SEED)
            yield place


def dish(number: int, faults: int = 0) -> tuple[dict[str, Any], str, str]:
    """An eater, what a model answers in our form with so many faults planted, and with none."""
    while True:
        eater = {**EASY, **EATERS[number % len(EATERS)], "seed": SEED * 1_000 + number}
        try:
            profile = _admitted(eater)
            text, named = planted(profile, number, faults)
            if len(named) >= faults:
                whole = planted(profile, number, 0)[0]
                return eater, _compact(json.loads(text)), _compact(json.loads(whole))
        except Infeasible:
            pass
        number += len(EATERS)


def _admitted(eater: Mapping[str, Any]) -> Profile:
    moment = now()
    return admitted(parse_profile(dict(eater), today=moment.date()), moment)[0]


def in_its_form(text: str, target: str) -> str:
    """The same dish in the form the original asks for; it has no place for anything else."""
    said = json.loads(text)
    steps = [re.sub(r"^\d+\. ", "", step) for step in said["instructions"]]
    form = {
        **{key: said[key] for key in ("recipeName", "description", "cookingTime", "difficulty")},
        "servings": said["servings"],
        "ingredients": [
            {key: line[key] for key in ("name", "amount", "unit")} for line in said["ingredients"]
        ],
        "instructions": [f"{number}. {step}" for number, step in enumerate(steps, 1)],
        "ketoNotes" if target == "keto" else "notes": said["notes"],
    }
    return _compact(form)


def _compact(value: object) -> str:
    """JSON without blanks: the stand-in counts a blank as a token, a model hardly does."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def both(place: Place, number: int, faults: int = 0) -> Both:
    """A meal of the original, then the same of ours; where ours asks again it hears no fault."""
    eater, text, whole = dish(number, faults)
    place.model.say = partial(_says, [in_its_form(text, eater["target"])])
    theirs = cooked(eater, place.suppliers)
    began = time.perf_counter()
    look_up_together(place.suppliers, [one.name for one in theirs.session.found])
    together = time.perf_counter() - began
    forget_offers(place.folder)
    place.model.say = partial(_says, [text, whole])
    ours = our_meal(place, eater)
    return Both(lines_of(whole, _admitted(eater)), theirs, ours, together)


def _says(texts: list[str], *_: object) -> str:
    """The next of the texts; the last one for ever."""
    return texts.pop(0) if len(texts) > 1 else texts[0]


def forget_offers(folder: Path) -> None:
    """Leave our server no offer of an earlier meal: the original keeps none either."""
    with closing(sqlite3.connect(folder / "prices.sqlite3", timeout=10)) as store, store:
        store.execute("DELETE FROM offers")


def our_meal(place: Place, eater: Mapping[str, Any]) -> Ours:
    """A meal over HTTP: asked for, followed to its end, fetched."""
    line = http.client.HTTPConnection("127.0.0.1", place.server.port, timeout=120)
    with closing(line):
        began = time.time()
        body = json.dumps(eater).encode()
        line.request("POST", "/v1/sessions", body, {"Content-Type": "application/json"})
        said = json.loads(line.getresponse().read())
        one = said["sessionId"]
        line.request("GET", f"/v1/sessions/{one}/events")
        heard = list(_heard(line.getresponse()))
        line.request("GET", f"/v1/sessions/{one}/result")
        meal = json.loads(line.getresponse().read())
    assert "recipe" in meal, meal
    with closing(SqliteSessions(place.folder)) as store:
        at = {event.number: event.at.timestamp() for event in store.events(one)}
    made: dict[str, float] = {}
    seen: dict[str, float] = {}
    for number, phase, moment in heard:
        made.setdefault(phase, at[number])
        seen.setdefault(phase, moment)
    return Ours(began, made, seen, seen["ingredient"], seen["recipe"], meal)


def _heard(said: http.client.HTTPResponse) -> Iterator[tuple[int, str, float]]:
    """Number, phase (or kind) and moment of each event, as it arrives."""
    number, kind = 0, ""
    for raw in said:
        name, _, value = raw.decode().rstrip("\n").partition(": ")
        if name == "id":
            number = int(value)
        elif name == "event":
            kind = value
        elif name == "data":
            phase = json.loads(value)["phase"] if kind == "phase" else kind
            yield number, "finished" if phase == "result" else phase, time.time()


# --- seconds ------------------------------------------------------------------------------------


def times(table: Table, meals: Sequence[Both], broken: Sequence[Both]) -> Iterator[Figure]:
    theirs, ours = [one.theirs for one in meals], [one.ours for one in meals]
    answers = [one.session.answer for one in theirs]
    spent = [one.meal["recipe"]["writtenBy"]["tokens"] for one in ours]
    table.add(
        "tokens read, written a meal (median)",
        f"{median(one.tokens_in for one in answers if one):.0f}, "
        f"{median(one.tokens_out for one in answers if one):.0f}",
        f"{median(one['in'] for one in spent):.0f}, {median(one['out'] for one in spent):.0f}",
    )

    def made(phase: str) -> tuple[list[float], list[float]]:
        return (
            [one.session.reached[phase] - one.began for one in theirs],
            [one.made[phase] - one.began for one in ours],
        )

    shown = [one.phases["finished"] - one.began for one in theirs]
    first = (shown, [one.first_line - one.began for one in ours])
    read = (shown, [one.recipe_seen - one.began for one in ours])
    whole = (shown, [one.seen["finished"] - one.began for one in ours])
    written, priced = made("recipe_completed"), made("finished")
    after = (_less(priced[0], written[0]), _less(priced[1], written[1]))
    for what, pair, digits in (
        ("first ingredient on the screen, s", first, 1),
        ("recipe written, s", written, 1),
        ("recipe on the screen, s", read, 1),
        ("meal priced, s", priced, 1),
        ("priced meal on the screen, s", whole, 1),
        ("from the recipe to its prices, s", after, 2),
    ):
        table.add(what, *(_spread(values, digits) for values in pair))
    looking = _less(made("price_completed")[0], made("price_lookup")[0])
    together = [
        at - took + one.together for at, took, one in zip(priced[0], looking, meals, strict=True)
    ]
    table.add("meal priced, were its searches parallel, s", _spread(together), "")
    if broken:
        table.add(
            "priced meal on the screen, a fault in the answer, s",
            _spread([one.theirs.phases["finished"] - one.theirs.began for one in broken]),
            _spread([one.ours.seen["finished"] - one.ours.began for one in broken]),
        )
    for goal, pair, more in (
        ("priced meal on the screen, no later than the original's", whole, ""),
        ("recipe on the screen, no later than the original's", read, _said("written", written)),
        ("from the recipe to its prices, sooner than the original", after, ""),
    ):
        yield at_most(
            f"side by side: {goal}",
            median(pair[0]),
            median(pair[1]),
            f"{_said('median', pair)} ({len(meals)} meals){more and '; ' + more}",
        )


def _less(later: Sequence[float], sooner: Sequence[float]) -> list[float]:
    return [one - other for one, other in zip(later, sooner, strict=True)]


def _said(what: str, pair: tuple[Sequence[float], Sequence[float]]) -> str:
    return f"{what} {median(pair[1]):.2f} s, original {median(pair[0]):.2f} s"


def _spread(values: Sequence[float], digits: int = 1) -> str:
    least, most = min(values), max(values)
    return f"{median(values):.{digits}f} ({least:.{digits}f} to {most:.{digits}f})"


def lags(table: Table, meals: Sequence[Both]) -> Iterator[Figure]:
    """Seconds from a change of phase until the client knows that it was reached or passed."""
    theirs = [
        one.theirs.phases[phase] - one.theirs.session.reached[phase]
        for one in meals
        for phase in PHASES
    ]
    ours = [one.ours.seen[phase] - one.ours.made[phase] for one in meals for phase in PHASES]
    table.add("lag of a phase, s", _spread(theirs, 2), _spread(ours, 2))
    yield at_most(
        "side by side: a client hears of a phase sooner than by looking every 2 s",
        median(theirs),
        median(ours),
        f"median {median(ours):.2f} s, most {max(ours):.2f}; original {median(theirs):.2f}, "
        f"most {max(theirs):.2f} ({len(ours)} changes)",
    )


# --- the till -----------------------------------------------------------------------------------


def lines_of(text: str, profile: Profile) -> tuple[Ingredient, ...]:
    """The lines of an answer as they are read, in its order."""
    order = Order(profile, lambda _: {}, now().date())
    return read_answer(text, order).recipe.ingredients


def their_bill(one: Both) -> Bill:
    """The cheaper of its two advices: the cheapest listing of each, or the shop with most rows.

    The buyer takes as many packs as the amount asks for, leaves what is at home, and drinks from
    the tap; the original knows none of the three.
    """
    found, result = one.theirs.session.found, one.theirs.session.result
    assert result
    needs: dict[str, float] = {}
    for line, it in zip(one.lines, found, strict=True):
        if line.to_buy and line.food != TAP:
            needs[it.name] = needs.get(it.name, 0.0) + (line.grams or math.inf)
    shop = result["pricing"]["optimalVendor"]
    bills = (as_advised(needs, found, only) for only in (None, shop))
    return min(bills, key=lambda it: (-it.covered, it.won))


def our_bill(one: Both, *, whole: bool = False) -> Bill:
    """Our basket by the same arithmetic; what nobody offers is paid at its average, not covered.

    Not `whole`: without what is eaten beside the dish, for which the original's form has no place.
    """
    needs: dict[str, float] = {}
    for line in one.ours.meal["recipe"]["ingredients"]:
        if line["toBuy"] and line["food"] != TAP:
            raw, grams_each = foods()[line["food"]].bought_as or (line["food"], 1.0)
            needs[raw] = needs.get(raw, 0.0) + line["grams"] * grams_each
    bought, averages = [], 0
    for seller, lines in one.ours.meal["pricing"]["vendorBreakdown"].items():
        for line in lines:
            if not whole and line["food"] not in needs:
                continue
            if not line["url"]:
                averages += line["price"]
            else:
                count = int(line["quantity"].partition(" ×")[0])
                listing = Listing(line["product"], line["price"] // count, seller)
                bought.append(Bought(line["food"], listing, count))
    paid = bill(needs, bought)
    return replace(paid, won=paid.won + averages)


def tills(table: Table, meals: Sequence[Both]) -> Iterator[Figure]:
    same = [one for one in meals if one.is_same_dish]
    pairs = [(their_bill(one), our_bill(one)) for one in same]
    shown = [_shown(one) for one in same]
    table.add(
        f"really paid at the till, won ({len(same)} meals)",
        _won([it.won for it, _ in pairs]),
        _won([it.won for _, it in pairs]),
    )
    table.add(
        "ingredients covered",
        *(
            f"{sum(it.covered for it in some)} of {sum(it.needs for it in some)}"
            for some in zip(*pairs, strict=True)
        ),
    )
    paid = [
        (theirs.won, our_bill(one, whole=True).won)
        for one, (theirs, _) in zip(same, pairs, strict=True)
    ]
    off = [
        median(said[side] / won[side] - 1 for said, won in zip(shown, paid, strict=True))
        for side in (0, 1)
    ]
    table.add("total it shows, won", *(_won([said[side] for said in shown]) for side in (0, 1)))
    table.add("total it shows is off by (median)", *(f"{share:+.0%}" for share in off))
    traps = sum(bool(it.traps) for one in same for it in one.theirs.session.found)
    searched = sum(len(one.theirs.session.found) for one in same)
    table.add("cheapest of all is nothing one can buy", f"{traps} of {searched}, forgiven", "")
    saved = mean(1 - ours.won / theirs.won for theirs, ours in pairs)
    yield at_most(
        "side by side: no dearer at the till than the original",
        mean(it.won for it, _ in pairs),
        mean(it.won for _, it in pairs),
        f"{_change(saved)} on average over {len(same)} meals at the stand-in's four shops; the "
        f"total shown is off by {off[1]:+.0%}, the original's by {off[0]:+.0%}",
    )


def _shown(one: Both) -> tuple[int, int]:
    result = one.theirs.session.result
    assert result
    return result["pricing"]["totalEstimatedCost"], one.ours.meal["pricing"]["totalEstimatedCost"]


def _change(saved: float) -> str:
    return f"{abs(saved):.1%} {'less' if saved >= 0 else 'more'}"


def _won(values: Sequence[float]) -> str:
    return f"{median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def markets(table: Table, many: int) -> Iterator[Figure]:
    """The same two ways over drawn markets (bench/basket.py), which are dearer to get wrong."""
    items, shops = MARKET
    basket.solved(basket.drawn(8, 20, 0))  # loads the solver
    pairs = []
    for seed in range(1, many + 1):
        instance = basket.drawn(items, shops, seed)
        each = basket.listing_each(instance)
        rows = basket.listing_each(instance, basket.most_rows(instance))
        pairs.append((min(each, rows), basket.solved(instance)[0]))
    table.add(
        f"the same in {many} drawn markets, {items} × {shops}, won",
        _won([theirs for theirs, _ in pairs]),
        _won([ours for _, ours in pairs]),
    )
    saved = mean(1 - ours / theirs for theirs, ours in pairs)
    yield at_most(
        "side by side: no dearer in drawn markets",
        mean(theirs for theirs, _ in pairs),
        mean(ours for _, ours in pairs),
        f"{_change(saved)} on average over {many} markets of {items} ingredients and {shops} shops",
    )


# --- 3,000 answers ------------------------------------------------------------------------------


Eater = tuple[int, dict[str, Any], "Profile"]


@dataclass(frozen=True)
class Verdict:
    """An answer: what it breaks unchecked (None: unreadable), and all that is said of ours."""

    third: str
    unchecked: list[str] | None
    ours: list[str]


@dataclass
class Judged:
    """Answers by third, and of each way how many of those delivered break something.

    "hard": a rule of this eater. "unknown": a name or an amount nobody can judge; the rest of the
    recipe holds. "servings": for another number of people, the rest holds. "unread": not to be
    read by us, and so not judged.
    """

    many: Counter[str] = field(default_factory=Counter)
    theirs: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    rules: Counter[str] = field(default_factory=Counter)
    ours: int = 0
    ours_in_all: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, verdicts: Iterable[Verdict]) -> None:
        for one in verdicts:
            self.many[one.third] += 1
            self.ours += any(of_the_dish(it) for it in one.ours)
            self.ours_in_all.update({it.split()[0].rstrip(":") for it in one.ours})
            said = one.unchecked
            self.theirs[one.third]["unread" if said is None else kind_of(said)] += 1
            self.rules.update({it.split()[0].rstrip(":") for it in said or ()})

    def total(self, what: str) -> int:
        return sum(some[what] for some in self.theirs.values())


def judged(wanted: int, first: int = FIRST_SEED) -> Judged:
    """The answers of `bench answers`, as the original delivers them and as we do.

    Many of them are judged in a process for each core; which they are does not hang on that.
    """
    found, began = Judged(), time.perf_counter()
    _checker()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as leaving:
        eaters = profiles(local_kitchen(Settings(Path(folder))), first)
        batch = max(1, min(AT_ONCE, wanted // 3))
        judge: Callable[[Iterable[Eater]], Iterable[list[Verdict]]] = partial(map, verdicts_of)
        if wanted > AT_ONCE:
            # Forked, they would inherit whatever threads and connections this process has had.
            pool = leaving.enter_context(ProcessPoolExecutor(mp_context=get_context("spawn")))
            judge = partial(pool.map, verdicts_of)
        while found.many.total() < wanted:
            for some in judge(list(islice(eaters, batch))):
                if found.many.total() < wanted:
                    found.add(some)
    found.seconds = time.perf_counter() - began
    return found


def verdicts_of(eater: Eater) -> list[Verdict]:
    """What becomes of the three answers to an eater, or of fewer where there is no such fault."""
    seed, data, profile = eater
    violations, found = _checker(), []
    with tempfile.TemporaryDirectory() as folder:
        kitchen = local_kitchen(Settings(Path(folder)))
        try:
            answers = [planted(profile, seed, faults) for faults in (0, 1, 2 + seed % 3)]
        except Infeasible:
            return []
        for third, (text, faults) in zip(THIRDS, answers, strict=True):
            if third == THIRDS[0] or faults:
                meal = ours_of(text, profile, kitchen, Tally())
                said = unchecked(text, profile, data, kitchen.clock())
                found.append(Verdict(third, said, violations(meal, data)))
    return found


def ours_of(text: str, profile: Profile, kitchen: Kitchen, tally: Tally) -> dict[str, Any]:
    """The meal we deliver for an answer: as written, mended, or of the cook's book."""
    _, recipe = settled(text, profile, kitchen, tally)
    one = replace(kitchen, writer=kitchen.writer if recipe is None else Says(recipe))
    return to_json(run(cook(profile, one), one))


NOT_OF_THE_DISH = re.compile(
    r"(money|nutrition|refuse|amount|text|tools|G05|F03)\b|.* by the engine itself$"
)
"""What the checker says of how we count, price and print; the original does none of it."""


def of_the_dish(said: str) -> bool:
    """Whether a violation is one of the dish, which is what both can be held to."""
    return not NOT_OF_THE_DISH.match(said)


def unchecked(
    text: str, profile: Profile, data: Mapping[str, Any], moment: datetime
) -> list[str] | None:
    """What an answer breaks as it stands; None where it cannot be read even so.

    Names nobody knows and amounts nobody can weigh are named and left out; the rest is judged by
    the second checker, which looks at lists and figures and not at what a step adds unlisted.
    """
    try:
        recipe = as_it_stands(text, profile, moment.date())
    except UnusableRecipe:
        return None
    strange = [one.name for one in recipe.ingredients if one.food is None]
    weighed = tuple(
        one if one.grams and one.edible_grams else replace(one, grams=0.0, edible_grams=0.0)
        for one in recipe.ingredients
        if one.food is not None
    )
    strange += [one.name for one in weighed if not one.grams]
    said = [f"unknown: {name}" for name in strange]
    meal = plain_meal(replace(recipe, ingredients=weighed), profile, moment)
    return said + [one for one in _checker()(meal, data) if of_the_dish(one)]


def as_it_stands(text: str, profile: Profile, today: date) -> Recipe:
    """The recipe for the people it says it is for, nothing set right. Raises UnusableRecipe."""
    people = json.loads(text)["servings"]
    return read_answer(text, Order(replace(profile, servings=people), lambda _: {}, today)).recipe


def plain_meal(recipe: Recipe, profile: Profile, moment: datetime) -> dict[str, Any]:
    """Section 4 of an unpriced recipe, for the checker."""
    figures = nutrition_json(nutrition(recipe, profile, moment.date()))
    return {
        "recipe": {**written_json(recipe, profile.locale), "nutrition": figures, "findings": []},
        "pricing": {
            **dict.fromkeys(("totalEstimatedCost", "usedCost"), 0),
            **dict.fromkeys(("ingredients", "unpriced", "assumedAtHome", "delivery"), ()),
            "vendorBreakdown": {},
        },
        "summary": {"totalCost": 0, "costPerServing": 0},
        "generatedAt": moment.isoformat(),
    }


def kind_of(said: Sequence[str]) -> str:
    """The gravest of what was said: "hard", "unknown", "servings"; "" where nothing was."""
    kinds = {
        "unknown" if one.startswith("unknown:") else "servings" if one.startswith("G06") else "hard"
        for one in said
    }
    return next((kind for kind in ("hard", "unknown", "servings") if kind in kinds), "")


def _checker() -> Callable[[Mapping[str, Any], Mapping[str, Any]], list[str]]:
    root = str(Path(__file__).parents[1])
    if root not in sys.path:
        sys.path.insert(0, root)
    from tests.independent import violations

    return violations


def verdicts(table: Table, found: Judged) -> Iterator[Figure]:
    many = found.many.total()
    hard, unknown, people = (found.total(one) for one in ("hard", "unknown", "servings"))
    table.add(
        f"break a hard rule as delivered, of {many:,}",
        f"{hard:,} ({hard / many:.0%})",
        str(found.ours),
    )
    for third in THIRDS:
        some = found.theirs[third]["hard"]
        share = some / max(1, found.many[third])
        table.add(f"  answers {third}: of {found.many[third]:,}", f"{some:,} ({share:.0%})", "")
    table.add("  else a food or amount nobody can judge", f"{unknown:,}", "0")
    table.add("  else for another number of people", f"{people:,}", "0")
    table.add("  else not to be read by us, counted for it", f"{found.total('unread'):,}", "0")
    told = ", ".join(f"{rule} {times}" for rule, times in found.rules.most_common(8))
    print(f"rules broken most by what is delivered unchecked: {told}")
    ours = ", ".join(f"{rule} {times}" for rule, times in found.ours_in_all.most_common(8))
    print(f"all that is said of ours, sums and prices shown included: {ours or 'nothing'}")
    print(f"answers judged both ways in {found.seconds:.0f} s", flush=True)
    yield none_of(
        "side by side: hard violations in what is delivered",
        found.ours,
        f"{found.ours} of {many:,}; unchecked, as in the original, {hard:,} ({hard / many:.0%}) "
        f"and {unknown + people:,} more nobody can judge or for other numbers of people",
    )


# --- money of the operator ----------------------------------------------------------------------


def costs(table: Table, meals: Sequence[Both]) -> Iterator[Figure]:
    answers = [one.theirs.session.answer for one in meals]
    spent = [one.ours.meal["recipe"]["writtenBy"]["tokens"] for one in meals]
    theirs = (
        mean(one.tokens_in for one in answers if one),
        mean(one.tokens_out for one in answers if one),
    )
    ours = (mean(one["in"] for one in spent), mean(one["out"] for one in spent))
    for name in NAMED:
        each = rate(name)
        table.add(
            f"model for 1,000 meals, {name} ({each.usd_in:g}/{each.usd_out:g}, {each.day})",
            *(f"${each.thousand(*tokens):,.2f}" for tokens in (theirs, ours)),
        )
    named = [
        rate(name).thousand(*tokens) for name, tokens in zip(NAMED, (theirs, ours), strict=True)
    ]
    there = (mean(map(their_aws, meals)), mean(map(our_aws, meals)))
    both_ways = [one + other for one, other in zip(named, there, strict=True)]
    table.add("AWS for 1,000 meals", *(f"${one:.2f}" for one in there))
    table.add("together, each with the model it names", *(f"${one:,.2f}" for one in both_ways))
    same = rate(NAMED[0])
    more = same.thousand(*ours) / same.thousand(*theirs)
    yield at_most(
        "side by side: 1,000 meals cost no more, each with the model it names",
        both_ways[0],
        both_ways[1],
        f"${both_ways[1]:.2f}, original ${both_ways[0]:.2f}; AWS alone ${there[1]:.2f} and "
        f"${there[0]:.2f}; of the same model ours takes {more:.1f} times the money",
    )


def their_aws(one: Both) -> float:
    """Dollars for 1,000 such meals of the original, by the memory its documents give.

    Its session function, of which they say nothing, is taken to be as short as ours, on 256 MB,
    and all of it to run on arm64, which is cheaper.
    """
    reached, looks = one.theirs.session.reached, one.theirs.looks
    kilobytes = len(json.dumps(one.theirs.session.result, ensure_ascii=False).encode()) / 1024
    writing = reached["recipe_completed"] - reached["recipe_generation"]
    pricing = reached["price_completed"] - reached["price_lookup"]
    asked = looks + 2
    return aws(
        gb_seconds=0.5 * writing + 0.25 * (pricing + 0.1 + 0.02 * asked),
        calls=3 + asked,
        transitions=4,
        writes=1 + len(PHASES) + math.ceil(kilobytes),
        reads=0.5 * looks + math.ceil(kilobytes / 4) / 2,
        requests=asked,
    )


def our_aws(one: Both) -> float:
    """Dollars for 1,000 such meals of ours: as docs/aws.md, the recipe function as long as here."""
    made = one.ours.made
    writing = made["recipe_completed"] - made["recipe_generation"]
    lambdas = aws(1.7 * writing + 1 + 1 + 40 * 0.02, 43, 0, 0, 0, 0)
    return lambdas + sum(OURS_ON_AWS.values())


if __name__ == "__main__":
    for figure in main():
        print(figure.line(), flush=True)
