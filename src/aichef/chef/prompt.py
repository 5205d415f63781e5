"""What a model is asked, as text: pure functions of an Order. What a person typed is data in it.

Fixed text comes first (role, house rules, shape, example) and is the same for everybody with the
same target and language, so that a wire can cache it; the order follows. The rules are those the
gate will judge by, with its numbers and the distance to keep from them.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import tomli

from aichef.chef.model import Question, Turn
from aichef.errors import UnusableRecipe
from aichef.food.allergens import allergens
from aichef.food.table import foods, made_of
from aichef.prices.choose import choose
from aichef.profile.say import to_json
from aichef.recipe.admit import forbidden
from aichef.recipe.check import ENERGY_SHARES, SHARE, field_of, limits
from aichef.recipe.checks import ripe
from aichef.recipe.rules import age_in_months, rules_for
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aichef.chef.write import Order
    from aichef.food.model import Food
    from aichef.profile.model import Allergy, Available, Profile
    from aichef.recipe.model import Finding
    from aichef.recipe.rules import Rule

PROFILE: Final = "PROFILE: "
"""How the one line begins that holds, as JSON, all that a person typed."""

MOST_FOODS: Final = 100
FEW_FOODS: Final = 60
FEW_FOR_A_BABY: Final = 25
MOST_PRICES: Final = 40
MOST_HIDDEN: Final = 12
MOST_BANNED: Final = 4
MOST_FINDINGS: Final = 12
MOST_SAID: Final = 6_000
"""Signs of an answer that is handed back for mending."""

KEPT_OFF: Final = 0.10
"""Share of a firm limit to keep away from it: a model reckons worse than it writes."""
KEPT_OFF_POINTS: Final = 3.0

_TOLD_APART: Final = frozenset(
    {
        *("A01", "B00", "B01", "B64", "F05", "F06", "G01", "G02", "G03", "G04", "G05", "G06"),
        *("G07", "G07.baby", "G07.early", "G08", "G08.baby", "G10", "G10b", "G18"),
        *("F01", "F03", "P01", "P02", "P03", "P04", "B61"),
    }
)
"""Rules that the house rules or a line of the order say already, or that no cook breaks."""

_NOT_SENT: Final = frozenset({"region", "shops", "sex", "weightKg", "heightCm"})
"""What of a profile no recipe needs; it stays here."""


_MEANT_EMPTY: Final = frozenset({"pantry", "medications", "tools"})
"""Where an empty list says something: nothing is at home, none is taken."""

_WITHOUT_STAPLE: Final = frozenset({"keto", "baby_food"})
"""Targets whose dishes hold too little rice or noodles to be judged as a whole meal."""


def worked_example(page: str, locale: str) -> str:
    """The answer that a page of the prompts shows as its example, as JSON."""
    found = _prompts() / "examples" / f"{page}.{locale}.json"
    return str(found.read_text(encoding="utf-8"))


def question(order: Order) -> Question:
    """The question for an order: role and fixed text, then one turn with all that is particular."""
    profile = order.profile
    return Question(
        role=role(page_of(profile), profile.locale),
        turns=(Turn("user", particulars(order)),),
        schema=answer_schema(),
    )


def asked_again(
    asked: Question, said: str, findings: Sequence[Finding] | UnusableRecipe, order: Order
) -> Question:
    """The same question with the answer that broke rules, and what was found, with numbers."""
    text = _texts(order.profile.locale)["again"]
    if isinstance(findings, UnusableRecipe):
        why = [text["unread"].format(why=findings.message)]
    else:
        found = [_data(_finding(one)) for one in findings[:MOST_FINDINGS]]
        why = [text["broken"], "<data>", *found, "</data>"]
    turns = (
        *asked.turns,
        Turn("model", said[:MOST_SAID] or "{}"),
        Turn("user", "\n".join((*why, text["end"]))),
    )
    return Question(asked.role, turns, asked.schema, asked.most_tokens)


def _finding(one: Finding) -> dict[str, object]:
    told = {
        "rule": one.rule,
        "verdict": one.verdict,
        "says": one.message,
        "value": one.value,
        "limit": one.limit,
        "unit": one.unit,
        "foods": list(one.foods[:MOST_BANNED]),
    }
    return {key: value for key, value in told.items() if value not in (None, "", [])}


@cache
def answer_schema() -> Mapping[str, object]:
    """The one JSON schema of an answer, the same for every target."""
    text = (files("aichef.chef") / "answer_schema.json").read_text(encoding="utf-8")
    schema: Mapping[str, object] = json.loads(text)
    return schema


def page_of(profile: Profile) -> str:
    """Which fixed text and list of foods a profile gets: its target, for babies with the stage."""
    stage = profile.stage
    return f"{profile.target}_{stage}" if stage else profile.target


@cache
def role(page: str, locale: str) -> str:
    """The fixed text of a target (and stage) in a language: who the model is, what always holds."""
    text = _texts(locale)
    target = next(one for one in text["role"] if page.startswith(one))
    example = worked_example(page, locale)
    return "\n".join(
        (
            text["role"][target],
            "",
            f"# {text['house']['title']}",
            *(f"- {line}" for line in text["house"]["lines"]),
            "",
            f"# {text['shape']['title']}",
            *(f"- {line}" for line in text["shape"]["lines"]),
            "",
            f"# {text['example']['title']}",
            example.strip(),
        )
    )


def _prompts() -> Any:
    return files("aichef.chef") / "prompts"


@cache
def _texts(locale: str) -> Mapping[str, Any]:
    return tomli.loads((_prompts() / f"{locale}.toml").read_text(encoding="utf-8"))


def particulars(order: Order) -> str:
    """The turn of one order: its limits, allergies, fridge, money, foods, and the person's data."""
    profile = order.profile
    text = _texts(profile.locale)["ask"]
    allowed = foods_for(order)
    hard, soft = rule_lines(profile, allowed)
    parts = [
        f"# {text['who']}",
        *_who(order),
        "",
        f"# {text['hard']}",
        *(f"- {line}" for line in (*hard, *_allergies(profile))),
    ]
    if soft:
        parts += ["", f"# {text['soft']}", *(f"- {line}" for line in soft)]
    if items := [_item(one, profile.locale) for one in profile.available if one.food]:
        parts += ["", f"# {text['fridge']}", *(f"- {one}" for one in items), text["fridge_most"]]
    parts += [
        "",
        f"# {text['foods']}",
        ", ".join(_with_prices(allowed, order)),
        "",
        text["data"],
        "<data>",
        PROFILE + _data(_sent(profile)),
        "</data>",
        text["end"],
    ]
    return "\n".join(parts)


def _who(order: Order) -> Iterator[str]:
    """Servings, skill, time, tools, money, what is at home: the order in a few lines."""
    profile = order.profile
    texts = _texts(profile.locale)
    text, locale = texts["ask"], profile.locale
    yield text["servings"].format(servings=profile.servings, level=texts["level"][profile.level])
    months = age_in_months(profile)
    if profile.stage and months is not None:
        line = text["baby"] if months < 12 else text["toddler"]
        yield line.format(months=months, stage=texts["stage"][profile.stage])
        if eaten := _names(profile.current_foods, locale):
            yield text["eaten"].format(foods=", ".join(eaten))
    if profile.cooking_time:
        yield text["time"].format(minutes=profile.cooking_time)
    if profile.tools is not None:
        has = [texts["tool"][one] for one in sorted(profile.tools) if one in texts["tool"]]
        yield text["tools"].format(tools=", ".join(has) or "-")
    if profile.target not in _WITHOUT_STAPLE:
        yield text["meal"]
    yield text["budget"].format(budget=f"{profile.budget:,}")
    at_home = _allowed(_commonest(profile.pantry), order)
    if at_home:
        yield text["pantry"].format(foods=", ".join(_names(at_home, locale)))
    else:
        yield text["no_pantry"]
    if profile.prefer:
        wishes = ", ".join(texts["wish"][one] for one in profile.prefer)
        yield text["prefer"].format(wishes=wishes)


def rule_lines(profile: Profile, allowed: Sequence[str]) -> tuple[list[str], list[str]]:
    """What must hold and what should, as lines with the gate's numbers.

    Left out is what another line says more strictly, and what is only about foods that are not
    among the allowed. A firm number also names the aim, a tenth (of an energy share three points)
    inside of it.
    """
    share = SHARE["main"] if profile.target in _WITHOUT_STAPLE else SHARE["meal"]
    choice = {*allowed, *(one.food for one in profile.available)}
    rules = [one for one in rules_for(profile) if one.id not in _TOLD_APART]
    hard: list[str] = []
    soft: list[str] = []
    for rule in rules:
        if rule.severity == "info" or rule.kind in {"advise", "conflict", "refuse"}:
            continue
        if rule.kind == "nutrient" and _says_less(rule, rules, profile):
            continue
        if rule.kind in {"amount", "form"} and not rule.foods & choice:
            continue
        if rule.kind == "avoid" and rule.severity == "soft":
            continue
        (hard if rule.severity == "hard" else soft).append(_rule_line(rule, profile, share))
    return list(dict.fromkeys(hard)), list(dict.fromkeys(soft))


def _rule_line(rule: Rule, profile: Profile, share: float) -> str:
    said = rule.says(profile.locale)
    text = _texts(profile.locale)["ask"]
    if rule.kind in {"nutrient", "amount"} and rule.severity == "hard":
        numbers = _numbers(rule, profile, share, text["aim"])
        return f"{said} ({numbers})" if numbers else said
    named = _names(_commonest(rule.foods)[:MOST_BANNED], profile.locale)
    if rule.kind == "avoid" and rule.severity == "hard" and named:
        return f"{said} ({text['banned']}: {', '.join(named)})"
    return said


def _numbers(rule: Rule, profile: Profile, share: float, aim: str) -> str:
    """A firm limit as the gate takes it for such a share of a meal, and what to aim at."""
    low, high = limits(rule, profile, share)
    unit = rule.unit.replace("% energy", "%").replace("% of fat", "%")
    points = rule.field in ENERGY_SHARES
    told = []
    if low is not None:
        near = low + KEPT_OFF_POINTS if points else low * (1 + KEPT_OFF)
        told.append(f"≥ {low:g} {unit}, {aim} ≥ {_round(near)}")
    if high is not None:
        near = high - KEPT_OFF_POINTS if points else high * (1 - KEPT_OFF)
        told.append(f"≤ {high:g} {unit}" + (f", {aim} ≤ {_round(near)}" if near > 0 else ""))
    return "; ".join(told)


def _round(value: float) -> str:
    return f"{value:.0f}" if value >= 20 else f"{value:.1f}".removesuffix(".0")


def _says_less(rule: Rule, rules: Iterable[Rule], profile: Profile) -> bool:
    """Whether another rule on the same nutrient asks for as much, and is at least as firm."""
    low, high = limits(rule, profile, 1.0)
    field = field_of(rule, profile)
    for other in rules:
        if other is rule or other.kind != "nutrient" or field_of(other, profile) != field:
            continue
        if rule.severity == "hard" and other.severity != "hard":
            continue
        its_low, its_high = limits(other, profile, 1.0)
        lower = low is None or (its_low is not None and its_low >= low)
        higher = high is None or (its_high is not None and its_high <= high)
        same = (its_low, its_high) == (low, high) and other.severity == rule.severity
        if lower and higher and (not same or other.id < rule.id):
            return True
    return False


def _allergies(profile: Profile) -> Iterator[str]:
    """A line for each allergy by our own names, with the foods it hides in."""
    text = _texts(profile.locale)["ask"]
    locale = profile.locale
    for allergy in profile.allergies:
        named = [allergens()[one].name(locale) for one in allergy.allergens]
        name = ", ".join([*named, *_names(allergy.foods[:MOST_BANNED], locale)])
        hidden = [one for one in _hiding(_holding(allergy)) if not _tells(one, name, locale)]
        if hidden:
            listed = ", ".join(_names(hidden[:MOST_HIDDEN], locale))
            yield text["allergy"].format(name=name, hidden=listed)
        else:
            yield text["allergy_plain"].format(name=name)
        maybe = _hiding(_holding(allergy, strict=True) - _holding(allergy))
        if profile.strict_allergies and maybe:
            listed = ", ".join(_names(maybe[:MOST_HIDDEN], locale))
            yield text["may"].format(foods=listed)


@lru_cache(maxsize=256)
def _holding(allergy: Allergy, *, strict: bool = False) -> frozenset[str]:
    """Foods that contain, or likely contain, what the allergy is to; strict: that may."""
    levels = {"contains", "likely", "may"} if strict else {"contains", "likely"}
    return frozenset(
        food.id
        for food in foods().values()
        if any(food.allergens.get(one) in levels for one in allergy.allergens)
        or (allergy.foods and any(made_of(food.id).get(one) in levels for one in allergy.foods))
    )


def _hiding(some: Iterable[str]) -> list[str]:
    """Foods with seasonings first, for in those nobody looks for an allergen."""
    return sorted(_commonest(some), key=lambda one: foods()[one].category != "seasoning")


def _tells(food: str, name: str, locale: str) -> bool:
    """Whether the food's name itself gives the allergy away."""
    own = foods()[food].name(locale).lower()
    return any(word in own for word in name.lower().replace(",", " ").split() if len(word) > 1)


def _item(one: Available, locale: str) -> str:
    """A thing in the fridge by our name for it, with grams, date and whether it must be used."""
    text = _texts(locale)["ask"]
    told = [foods()[one.food or ""].name(locale)]
    if one.grams is not None:
        told.append(f"{one.grams:.0f} g")
    if one.expires:
        told.append(text["until"].format(date=one.expires.isoformat()))
    if one.must_use:
        told.append(text["must"])
    return ", ".join(told)


def foods_for(order: Order) -> tuple[str, ...]:
    """Food ids to choose from, the commonest of the target first; none that a rule keeps out."""
    profile = order.profile
    page = page_of(profile)
    found = _allowed((one for one in _pages()[page] if one != "water"), order, MOST_FOODS)
    few = FEW_FOR_A_BABY if profile.stage else FEW_FOODS
    if len(found) < few:
        others = _commonest(foods()) if profile.stage else list(_pages()["general"])
        more = [one for one in others if one != "water" and one not in found]
        found += _allowed(more, order, few - len(found))
    return tuple(found)


def may_be_named(food: str, order: Order) -> bool:
    """Whether no rule, age, allergy or dislike keeps a food from the order's eater."""
    return bool(_allowed((food,), order))


def _allowed(some: Iterable[str], order: Order, most: int | None = None) -> list[str]:
    """Those no rule, age, allergy or dislike keeps out, in any amount; the first `most` of them."""
    profile = order.profile
    out = _kept_out(profile)
    found: list[str] = []
    for one in some:
        if len(found) == most:
            break
        if one in out or not _is_ripe(foods()[one], profile):
            continue
        if not any(forbidden(one, foods()[one].name_ko, profile, order.today)):
            found.append(one)
    return found


def _is_ripe(food: Food, profile: Profile) -> bool:
    months = age_in_months(profile)
    return months is None or months >= 36 or ripe(food, months)


@lru_cache(maxsize=64)
def _kept_out(profile: Profile) -> frozenset[str]:
    """Foods that a rule, firm or soft, an allergy or a dislike wants out altogether."""
    avoid = (one.foods for one in rules_for(profile) if one.kind == "avoid")
    holding = (_holding(one, strict=profile.strict_allergies) for one in profile.allergies)
    return profile.disliked_foods.union(*avoid, *holding)


@cache
def _pages() -> Mapping[str, dict[str, None]]:
    return {
        row["page"]: dict.fromkeys(row["foods"].split("|"))
        for row in rows("aichef.chef", "prompt_foods.csv")
    }


def _commonest(some: Iterable[str]) -> list[str]:
    """Foods in the order in which the cook's book uses them."""
    place = {one: n for n, one in enumerate(_pages()["general"])}
    return sorted(some, key=lambda one: (place.get(one, len(place)), one))


def _names(some: Iterable[str], locale: str) -> list[str]:
    return [foods()[one].name(locale) for one in some]


def _with_prices(some: Sequence[str], order: Order) -> Iterator[str]:
    """Names, the first of them with what 100 g cost: who knows prices can mind the money."""
    profile = order.profile
    asked = [one for one in some if one not in profile.pantry][:MOST_PRICES]
    known = order.known(frozenset(asked))
    for one in some:
        name = foods()[one].name(profile.locale)
        prices = known.get(one) if one in asked else None
        yield f"{name} {round(100 * choose(prices).won_per_gram, -1):.0f}" if prices else name


def _sent(profile: Profile) -> dict[str, object]:
    """The profile as a person typed it, without what is empty and what no recipe needs."""
    typed = to_json(profile)
    idle = set() if profile.target == "keto" else {"carbLimit", "carbBasis"}
    return {
        key: value
        for key, value in typed.items()
        if key not in _NOT_SENT | idle
        and value is not False
        and (key in _MEANT_EMPTY or value not in ("", []))
    }


def _data(value: object) -> str:
    """JSON in one line that nothing inside can end: no brackets of markup, no line break."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(_escaped(sign) if _is_odd(sign) else sign for sign in text)


def _is_odd(sign: str) -> bool:
    return sign in "<>`" or unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _escaped(sign: str) -> str:
    return json.dumps(sign)[1:-1] if not sign.isascii() else f"\\u{ord(sign):04x}"
