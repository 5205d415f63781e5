"""A meal for the terminal: what was checked first, then what to do, then what it costs.

Pure: a meal in, things rich can print out. Width, colour and piping are the console's matter.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from aichef.basket.model import vendor_label
from aichef.food.allergens import allergens
from aichef.food.nutrition import RATIOS, SHOWN
from aichef.food.table import foods
from aichef.meal.costs import Paid, won_each
from aichef.meal.section4 import unassessed
from aichef.meal.why import why
from aichef.meal.words import (
    DIET,
    DIFFICULTY,
    DISCLAIMERS,
    IDEA,
    IDEA_UNIT,
    KETO_DISCLAIMER,
    PRICE_KIND,
    TARGET,
    day,
    figure,
    label,
    pick,
    plain,
    rule_unit,
    table_name,
    unit_of,
    won,
)
from aichef.prices.find import TAP
from aichef.profile.conditions import all_conditions, medicines_in
from aichef.profile.parse import assumption_text
from aichef.recipe.check import Case, field_of, limits
from aichef.recipe.rules import rules_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from aichef.basket.model import Delivery, Option
    from aichef.basket.model import Line as Bought
    from aichef.chef.better import Idea
    from aichef.meal.model import HomeItem, Meal
    from aichef.prices.model import Price
    from aichef.profile.model import Allergy, Profile
    from aichef.recipe.model import Finding, Nutrition, Recipe, WrittenBy

BAR: Final = 16
SIGN: Final = {"fail": "✗", "warn": "!", "unknown": "?", "pass": "✓", "not_applicable": "·"}
MOST_SOURCES: Final = 4
"""Works named behind the rules shown; --json has them all."""
_COOKED_GRAIN: Final = frozenset(
    {"barley_cooked", "rice_brown_cooked", "rice_multigrain_cooked", "rice_white_cooked"}
)
_PIECES: Final = re.compile(r"(?P<count>\d+)(?P<unit>개|장|알|구|봉|캔|모|팩|포|매)")
"""A pack counted in pieces."""
_WHOLE: Final = 0.05
"""How far from a whole number of pieces the rest may be and still be called one."""
_KILO: Final = 1000
MOST_GAPS: Final = 8
"""Unknown figures that are named; of all others it is said how many they are."""
MISSED: Final = "△"
"""A soft rule not met: worth knowing, no reason to refuse."""
STYLE: Final = {
    "fail": "bold red",
    "warn": "yellow",
    "unknown": "bold magenta",
    "pass": "green",
    "not_applicable": "dim",
}


def render(meal: Meal) -> RenderableType:
    """The whole meal, in the language of its profile."""
    locale = meal.profile.locale
    return Group(
        *_head(meal),
        *checked(meal.findings, meal.profile, meal.recipe),
        *_ingredients(meal),
        *_steps(meal.recipe, meal.profile),
        *nutrition_table(meal.nutrition, meal.findings, meal.profile, meal.recipe),
        *_basket(meal),
        *_at_home(meal),
        *sources(
            meal.nutrition,
            meal.profile,
            meal.findings,
            meal.basket.priced,
            meal.generated_at.date(),
        ),
        *_unheard(meal.suppliers, locale),
        *_paid(meal.recipe.written_by, locale),
    )


def _two(korean: str, english: str, locale: str) -> str:
    return korean if locale == "ko" else english


def _section(title: str) -> Iterator[RenderableType]:
    yield Text("")
    yield Line(title, align="left", style="dim")


def _head(meal: Meal) -> Iterator[RenderableType]:
    recipe, locale = meal.recipe, meal.profile.locale
    yield Text(recipe.name, style="bold")
    if recipe.description:
        yield Text(recipe.description)
    facts = [
        *([_two(f"{recipe.minutes}분", f"{recipe.minutes} min", locale)] if recipe.minutes else []),
        *([pick(DIFFICULTY[recipe.difficulty], locale)] if recipe.difficulty else []),
        _two(f"{recipe.servings}인분", f"serves {recipe.servings}", locale),
        _two("결제 금액 ", "at the till ", locale) + won(meal.total_cost, locale),
        _two("1인분 ", "a serving ", locale) + won(meal.cost_per_serving, locale),
    ]
    yield Text(" · ".join(facts), style="cyan")
    yield Text(_two("왜 이 요리: ", "why this dish: ", locale) + "; ".join(why(meal)))
    yield from _written_by(recipe.written_by, locale)


def _written_by(by: WrittenBy | None, locale: str) -> Iterator[RenderableType]:
    """Who wrote it where a model was asked, and what code changed in it."""
    if by is None or by.model is None:
        return
    if by.instead_of:
        instead = _two("대신 요리책에서 골랐어요.", "The cook's book wrote instead.", locale)
        yield Text(f"{by.instead_of} {instead}", style="yellow")
        return
    model = _two(
        f"{by.model} 모델이 쓰고 코드가 검사했어요.",
        f"Written by {by.model}, checked by code.",
        locale,
    )
    yield Text(model, style="dim")
    for change in by.changes:
        yield Text(_two("고친 곳: ", "Mended: ", locale) + change)


def _paid(by: WrittenBy | None, locale: str) -> Iterator[RenderableType]:
    """What the model cost, estimated from its list price."""
    if by is None or by.spent is None:
        return
    spent = by.spent
    tokens = _two(
        f"모델: 읽은 토큰 {spent.tokens_in:,}, 쓴 토큰 {spent.tokens_out:,}, "
        f"{spent.calls}번 물음, {spent.seconds:.1f}초",
        f"Model: {spent.tokens_in:,} tokens read, {spent.tokens_out:,} written, "
        f"asked {spent.calls} time(s), {spent.seconds:.1f} s",
        locale,
    )
    day = _two(f" ({spent.priced_on} 요금)", f" (rate of {spent.priced_on})", locale)
    cost = _two(f", 약 ${spent.usd}", f", about ${spent.usd}", locale)
    cost += day if spent.priced_on else ""
    yield Text(tokens + (cost if spent.usd else ""), style="dim")


def checked(
    findings: Sequence[Finding], profile: Profile, recipe: Recipe
) -> Iterator[RenderableType]:
    """The block that stands first: for whom, what was found, what could not be assessed."""
    locale = profile.locale
    yield from _section(_two("확인한 것", "What was checked", locale))
    yield Text(for_whom(profile))
    scaled = scaled_rules(profile, recipe)

    measured = {rule.id for rule in rules_for(profile) if rule.kind == "nutrient"}

    def line(one: Finding) -> Text:
        near = one.verdict == "warn" and one.rule in measured
        return _finding_line(one, locale, share=one.rule in scaled, near=near)

    for one in findings:
        if _told(one):
            yield line(one)
    for one in findings:
        if one.rule == "G01" and one.verdict == "pass":
            yield line(one)
    # What holds for everybody is how we work, not advice to this eater.
    advice = {
        rule.id for rule in rules_for(profile) if rule.kind == "advise" and rule.owners != ("all",)
    }
    for one in findings:
        if one.rule in advice:
            yield line(one)
    passed = sum(one.verdict == "pass" for one in findings)
    yield Text(
        _two(
            f"✓ 규칙 {passed}가지를 지킵니다 (하나씩 보려면 --json)",
            f"✓ {passed} rules hold (see each with --json)",
            locale,
        ),
        style="green",
    )
    for key in recipe.assumptions:
        yield Text(_two("가정: ", "assumed: ", locale) + assumption_text(key, locale), style="dim")


def _told(one: Finding) -> bool:
    """Whether a finding is worth a line of its own."""
    return one.verdict in {"fail", "unknown", "warn"} and one.severity != "info"


def share_of(profile: Profile, recipe: Recipe) -> float:
    """The part of a meal's allowance that the dish may take; no day matters to it."""
    return Case(recipe, profile, date.min).share


def scaled_rules(profile: Profile, recipe: Recipe) -> frozenset[str]:
    """Rules whose limit is only this dish's part of what a meal may have."""
    share = share_of(profile, recipe)
    return frozenset(
        rule.id
        for rule in rules_for(profile)
        if rule.kind == "nutrient"
        and limits(rule, profile, share)[1] != limits(rule, profile, 1)[1]
    )


def for_whom(profile: Profile) -> str:
    """Who eats: the target and all that was declared, in one line."""
    locale = profile.locale
    parts = [pick(TARGET[profile.target], locale)]
    if profile.baby_age_months is not None:
        months = profile.baby_age_months
        parts.append(_two(f"생후 {months}개월", f"{months} months old", locale))
    parts += dict.fromkeys(_condition(one, profile) for one in profile.conditions)
    parts += [pick(DIET.get(one, (one, one)), locale) for one in profile.diet]
    if profile.allergies:
        words = ", ".join(_allergy(one, locale) for one in profile.allergies)
        parts.append(_two(f"알레르기 {words}", f"allergic to {words}", locale))
    return _two("드시는 분: ", "for: ", locale) + " · ".join(parts)


def _condition(one: str, profile: Profile) -> str:
    """The condition's name; of a medicine the eater's own word for it."""
    row, korean = all_conditions()[one], profile.locale == "ko"
    words = [
        word
        for word in profile.medications or ()
        if row.kind == "medicine"
        and (korean or word.isascii())
        and any(one in medicine.conditions for medicine in medicines_in(word))
    ]
    return ", ".join(words) or row.name(profile.locale)


def _allergy(one: Allergy, locale: str) -> str:
    """The word as typed; an English reader gets the English names of a Korean one."""
    if locale == "ko" or one.word.isascii():
        return one.word
    names = [allergens()[each].name_en for each in one.allergens]
    names += [foods()[each].name_en for each in one.foods]
    return ", ".join(names) or one.word


def _finding_line(one: Finding, locale: str, *, share: bool, near: bool) -> Text:
    missed = one.verdict == "fail" and one.severity != "hard"
    sign, style = SIGN[one.verdict], STYLE[one.verdict]
    text = Text(f"{MISSED if missed else sign} ", style="yellow" if missed else style)
    text.append(one.message)
    if one.foods:
        text.append(f": {', '.join(one.foods)}")
    if told := figures(one, locale):
        part = _two(", 이 요리 몫", ", this dish's share", locale) if share else ""
        kept = _two(", 지키지만 한도에 가까움", ", kept but near the limit", locale) if near else ""
        text.append(f" ({told}{part}{kept})")
    text.append(f" [{one.rule}]", style="dim")
    return text


def figures(one: Finding, locale: str) -> str:
    """The value against the limit; a count of what must not be there says nothing."""
    if not isinstance(one.value, (int, float)) or one.limit is None:
        return ""
    if one.unit == "count" and one.limit == 0:
        return ""
    value = plain(one.value)
    if one.verdict == "unknown":
        value = _two(f"{value} 이상", f"at least {value}", locale)
    if isinstance(one.limit, (int, float)):
        limit = plain(one.limit)
    else:
        limit = "–".join(_number(end) for end in one.limit.split("-"))
    return f"{value} / {limit}{rule_unit(one.unit, locale)}"


def _number(text: str) -> str:
    try:
        return plain(float(text))
    except ValueError:
        return text


def _table(*aligned: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for place, how in enumerate(aligned):
        right = how == "right"
        table.add_column(
            justify="right" if right else "left", no_wrap=right, ratio=1 if place == 0 else None
        )
    return table


def _ingredients(meal: Meal) -> Iterator[RenderableType]:
    recipe, locale = meal.recipe, meal.profile.locale
    yield from _section(
        _two(f"재료 ({recipe.servings}인분)", f"Ingredients (serves {recipe.servings})", locale)
    )
    cost = iter(_costs(meal))
    table = _table("left", "right", "right")
    for one in recipe.ingredients:
        name = f"{one.prep} {one.name}".strip()
        space = "" if locale == "ko" else " "
        table.add_row(name, f"{one.amount}{space}{one.unit}", next(cost))
    for served in recipe.served_with:
        food = foods()[served.food]
        grams = _two(f"1인분 {served.grams:g}g", f"{served.grams:g} g each", locale)
        name = _two("곁들임: ", "with: ", locale) + food.name(locale)
        table.add_row(name, grams, next(cost))
    yield table


def _costs(meal: Meal) -> Iterator[str]:
    """What each ingredient, and then each thing beside the dish, costs; or where it is."""
    locale, recipe = meal.profile.locale, meal.recipe
    wanted = [
        *((one.name, one.food) for one in recipe.ingredients),
        *((foods()[one.food].name(locale), one.food) for one in recipe.served_with),
    ]
    lines = (Paid(one.food, one.ingredient, one.won) for one in meal.basket.lines)
    unpriced = {item.need.ingredient for item in meal.basket.unpriced}
    fridge = in_fridge(meal.profile)
    homes = {home.need.ingredient: home.need.food in fridge for home in meal.at_home}
    for (name, food), cost in zip(wanted, won_each(wanted, lines), strict=True):
        if cost is not None:
            yield won(cost, locale) if cost else _two("위에 포함", "counted above", locale)
        elif name in unpriced:
            yield _two("가격 정보 없음", "no price", locale)
        elif name in homes or food == TAP:
            where = ("냉장고", "fridge") if homes.get(name) else ("집에 있음", "at home")
            yield _two(*where, locale)
        else:
            yield ""


def render_ideas(ideas: Sequence[Idea], locale: str) -> RenderableType:
    """Computed swaps with their effect, and the flag that asks for each."""
    lines: list[RenderableType] = list(_section(_two("더 낫게", "Better still", locale)))
    for one in ideas:
        flag = f"--{one.wish.replace('_', '-')}"
        wish, field = IDEA[one.wish]
        effect = f"{pick(field, locale)} {one.before:,.0f} → {one.after:,.0f}"
        unit = pick(IDEA_UNIT[one.unit], locale)
        lines.append(
            Text(f"{pick(wish, locale)} ({flag}): {', '.join(one.changes)}; {effect}{unit}")
        )
    return Group(*lines)


def _steps(recipe: Recipe, profile: Profile) -> Iterator[RenderableType]:
    yield from _section(_two("만드는 법", "Method", profile.locale))
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for number, step in enumerate(recipe.instructions, 1):
        table.add_row(f"{number}.", step)
    yield table
    if recipe.notes:
        yield Padding(Text(recipe.notes, style="dim"), (1, 0, 0, 0))
    if apart := rice_apart(recipe, profile):
        yield Padding(Text(apart, style="dim"), (0 if recipe.notes else 1, 0, 0, 0))


def rice_apart(recipe: Recipe, profile: Profile) -> str:
    """What has to be cooked beforehand, of how much grain; "" where no cooked rice is used.

    The minutes of a recipe do not count it, which matters most to who asked for a quick meal.
    """
    locale, fridge = profile.locale, in_fridge(profile)
    used = [(one.food, one.grams * recipe.servings) for one in recipe.served_with]
    used += [(one.food, one.grams or 0.0) for one in recipe.ingredients if one.food]
    said = []
    for food_id, grams in used:
        food = foods()[food_id]
        if food_id not in _COOKED_GRAIN or food_id in fridge:
            continue
        grain = food.bought_as
        raw = (
            f"{foods()[grain[0]].name(locale)} {10 * round(grams * grain[1] / 10)}" if grain else ""
        )
        of = _two(f"({raw}g)", f" (from {raw} g)", locale) if raw else ""
        said.append(f"{food.name(locale)}{of}")
    if not said:
        return ""
    names = ", ".join(said)
    return _two(
        f"미리 지어 둘 것: {names}. 밥 짓는 시간은 조리 시간에 넣지 않았습니다.",
        f"Cook beforehand: {names}. Its time is not counted in the minutes.",
        locale,
    )


class Gauge(NamedTuple):
    """A field against its strictest limits; None where there is none."""

    field: str
    value: float | None
    low: float | None
    high: float | None
    verdict: str


def gauges(
    nutrition: Nutrition, findings: Iterable[Finding], profile: Profile, share: float
) -> tuple[Gauge, ...]:
    """Shown fields with the strictest of the limits that rules set them."""
    verdicts = {one.rule: one.verdict for one in findings}
    order = ["fail", "unknown", "warn", "pass", "not_applicable"]
    found: list[Gauge] = []
    for field in SHOWN:
        low: float | None = None
        hard_low: float | None = None
        high: float | None = None
        worst = "not_applicable"
        for rule in rules_for(profile):
            if rule.kind != "nutrient" or field_of(rule, profile) != field:
                continue
            least, most = limits(rule, profile, share)
            low = least if low is None else max(low, least or low)
            if rule.severity == "hard" and least is not None:
                hard_low = max(least, hard_low or least)
            high = most if high is None else min(high, most if most is not None else high)
            worst = min(worst, verdicts.get(rule.id, worst), key=order.index)
        if low is not None and high is not None and low > high:
            # Two aims that cannot both be met: the soft floor gives way, as it did in the dish.
            low = hard_low if hard_low is not None and hard_low <= high else None
        found.append(Gauge(field, nutrition.per_serving[field], low, high, worst))
    return tuple(found)


def nutrition_table(
    nutrition: Nutrition, findings: Iterable[Finding], profile: Profile, recipe: Recipe
) -> Iterator[RenderableType]:
    """Figures per serving with a bar against the strictest limit."""
    locale = profile.locale
    beside = _two(", 곁들임 포함", ", with what it is served with", locale)
    title = _two("영양 (1인분", "Nutrition (a serving", locale)
    yield from _section(f"{title}{beside if recipe.served_with else ''})")
    table = _table("left", "right", "left", "left")
    for one in gauges(nutrition, findings, profile, share_of(profile, recipe)):
        if one.field.endswith("_pct") and one.low is None and one.high is None:
            continue
        unit = unit_of(one.field)
        table.add_row(
            label(one.field, locale),
            f"{figure(one.value, one.field)}{unit}",
            bar(one),
            _range(one),
        )
    yield table
    if nutrition.missing:
        unknown = gaps(nutrition, locale)
        yield Text(
            _two(
                f"적어도 이만큼입니다. 모르는 것: {unknown}",
                f"lower bounds; unknown: {unknown}",
                locale,
            ),
            style="magenta",
        )


def gaps(nutrition: Nutrition, locale: str) -> str:
    """What is behind the lower bounds, the first of them by name and how many more; "" for none."""
    named = list(dict.fromkeys(gap(one, locale) for one in nutrition.missing))
    more = len(named) - MOST_GAPS
    said = ", ".join(named[:MOST_GAPS])
    return said + _two(f" 외 {more}가지", f" and {more} more", locale) if more > 0 else said


def is_least(missing: Iterable[str], field: str) -> bool:
    """Whether a figure is a lower bound only: a food, an amount or a part of it is unknown.

    `missing` as in `Nutrition`.
    """
    parts = {field, *RATIOS[field][:2]} if field in RATIOS else {field}
    if "atwater_kcal" in parts:
        parts |= {"carbohydrate_g", "protein_g", "fat_g"}
    if field == "net_carbohydrate_g":
        parts |= {"carbohydrate_g", "fibre_g"}
    for one in missing:
        _, colon, unknown = one.rpartition(": ")
        if not colon or unknown not in SHOWN or unknown in parts:
            return True
    return False


def gap(text: str, locale: str) -> str:
    """What is behind a lower bound, from an entry of `Nutrition.missing`."""
    name, _, field = text.partition(": ")
    if field == "amount":
        return f"{name} {_two('양', 'amount', locale)}"
    return f"{name} {label(field, locale)}" if field else name


def bar(gauge: Gauge) -> Text:
    """Sixteen cells; full is the upper limit, the dots are what is left of it."""
    full = gauge.high or gauge.low
    if full is None or gauge.value is None or full <= 0:
        return Text("")
    cells = min(BAR, round(BAR * gauge.value / full))
    style = STYLE[gauge.verdict]
    over = "▶" if gauge.value > full * 1.001 and gauge.high else ""
    return Text("█" * cells + "·" * (BAR - cells) + over, style=style)


def _range(gauge: Gauge) -> str:
    low = "" if gauge.low is None else plain(gauge.low)
    high = "" if gauge.high is None else plain(gauge.high)
    if low and high:
        return f"{low}–{high}"
    return f"≤ {high}" if high else f"≥ {low}" if low else ""


def _surplus(line: Bought, locale: str) -> str:
    """What is left over, in whole pieces where the pack is counted in them, else by weight."""
    if line.surplus_g < 1:
        return ""
    left = _two("남음", "left", locale)
    counted = _PIECES.fullmatch(line.price.pack)
    if counted:
        pieces = line.surplus_g / line.price.grams * int(counted["count"])
        if round(pieces) >= 1 and abs(pieces - round(pieces)) < _WHOLE:
            unit = counted["unit"] if locale == "ko" else ""
            return f"{round(pieces)}{unit} {left}"
    if line.surplus_g >= _KILO:
        return f"{line.surplus_g / _KILO:.1f}kg {left}"
    return f"{line.surplus_g:.0f}g {left}"


def _basket(meal: Meal) -> Iterator[RenderableType]:
    basket, locale = meal.basket, meal.profile.locale
    yield from _section(_two("장바구니", "Basket", locale))
    table = _table("left", "right", "right", "left")
    for vendor, lines in basket.by_vendor(locale).items():
        table.add_row(Text(vendor, style="bold"), "", "", "")
        for line in lines:
            product = line.price.product or line.ingredient
            table.add_row(
                f"  {product}", line.quantity, won(line.won, locale), _surplus(line, locale)
            )
    yield table
    for fee in basket.delivery:
        yield Text(_delivery(fee, locale, meal.generated_at.date()), style="dim")
    for item in basket.unpriced:
        yield Text(f"? {item.need.ingredient}: {item.reason}", style="magenta")
    budget = meal.profile.budget
    total, used = won(basket.total, locale), won(basket.used, locale)
    fits = (
        _two("예산 안", "within", locale)
        if basket.total <= budget
        else _two(
            f"예산보다 {won(basket.total - budget, locale)} 많음",
            f"{won(basket.total - budget, locale)} over",
            locale,
        )
    )
    yield Text(
        _two(
            f"결제 금액 {total} (예산 {won(budget, locale)}: {fits}) · 쓴 양만큼의 재료비 {used}",
            f"at the till {total} (budget {won(budget, locale)}: {fits}) · used {used}",
            locale,
        ),
        style="bold",
    )
    shown = {(one.vendors, one.total) for one in basket.options if one.name == "cheapest"}
    for option in basket.options:
        if option.vendors and (option.vendors, option.total) not in shown:
            shown.add((option.vendors, option.total))
            yield Text(_option(option, locale), style="dim")
    if not basket.proven:
        yield Text(
            _two(
                f"시간 안에 찾은 장바구니예요. 많아야 {basket.gap:.1%} 더 쌀 수 있어요.",
                f"the best basket found in time; it could be {basket.gap:.1%} cheaper at most",
                locale,
            ),
            style="magenta",
        )
    bands = sorted({one.chosen.band_pct for one in basket.priced})
    if bands:
        span = "–".join(str(one) for one in dict.fromkeys((bands[0], bands[-1])))
        yield Text(
            _two(
                f"값은 조사일 기준이며 ±{span}% 달라질 수 있습니다.",
                f"prices are of their day and may be off by ±{span} %",
                locale,
            ),
            style="dim",
        )


def _delivery(fee: Delivery, locale: str, today: date) -> str:
    """A fee with where it comes from, and what is missing for free delivery."""
    said = won(fee.won, locale)
    text = _two(f"배송비 {fee.vendor} {said}", f"delivery {fee.vendor} {said}", locale)
    if fee.assumed:
        as_of = day(fee.as_of, locale, today)
        text += _two(f" (추정 {as_of})", f" (assumed {as_of})", locale)
    if fee.to_free:
        left = won(fee.to_free, locale)
        text += _two(f" · 무료배송까지 {left}", f" · {left} short of free delivery", locale)
    return text


def _option(option: Option, locale: str) -> str:
    """Another basket by its shops and what it costs more."""
    names = {
        "cheapest_single_shop": ("한 곳에서 사면", "from one shop"),
        "fewest_shops": ("가게를 가장 적게 들르면", "from the fewest shops"),
    }
    title = _two(*names.get(option.name, ("", "")), locale)
    sign = "-" if option.difference < 0 else "+"
    more = sign + won(abs(option.difference), locale)
    return f"{title} ({', '.join(option.vendors)}): {won(option.total, locale)} ({more})"


def _at_home(meal: Meal) -> Iterator[RenderableType]:
    if not meal.at_home:
        return
    locale = meal.profile.locale
    fridge = in_fridge(meal.profile)
    own = [one for one in meal.at_home if one.need.food in fridge]
    if own:
        yield from _section(_two("냉장고에서 쓰는 것", "From the fridge", locale))
        yield Text(_items(own, locale))
    if len(own) == len(meal.at_home):
        return
    yield from _section(_two("집에 있다고 본 것", "Taken to be at home", locale))
    yield Text(_items((one for one in meal.at_home if one not in own), locale))
    yield Text(
        _two("없다면 --pantry empty 로 다시 계산하세요.", "If not: --pantry empty", locale),
        style="dim",
    )


def in_fridge(profile: Profile) -> frozenset[str]:
    """Foods of the fridge, also by what they are bought as."""
    own = [foods()[one.food] for one in profile.available if one.food]
    bought = [one.bought_as[0] for one in own if one.bought_as]
    return frozenset([*(one.id for one in own), *bought])


def _items(some: Iterable[HomeItem], locale: str) -> str:
    """Things at home with the won they would cost."""
    return ", ".join(
        f"{one.need.ingredient} ({won(one.won, locale) if one.won is not None else '?'})"
        for one in some
    )


def sources(
    nutrition: Nutrition,
    profile: Profile,
    findings: Iterable[Finding] = (),
    priced: Sequence[object] = (),
    today: date = date.min,
) -> Iterator[RenderableType]:
    """Where the figures come from, and what they are not; days of another year with theirs."""
    from aichef.prices.model import Priced

    locale = profile.locale
    yield from _section(_two("출처", "Sources", locale))
    tables = sorted({table_name(one, locale) for one in nutrition.sources})
    if tables:
        yield Text(_two("영양: ", "nutrition: ", locale) + ", ".join(tables), style="dim")
    if rules := _rule_sources(findings):
        yield Text(_two("규칙: ", "rules: ", locale) + rules, style="dim")
    days: dict[str, set[date]] = {}
    for one in priced:
        if isinstance(one, Priced):
            days.setdefault(_price_source(one.chosen, locale), set()).add(one.chosen.observed_on)
    for name, seen in days.items():
        ends = sorted({min(seen), max(seen)})
        # Beside a year that is not this one, this one's is said as well.
        beside = today if len({one.year for one in ends}) == 1 else date.min
        span = " ~ ".join(day(one, locale, beside) for one in ends)
        yield Text(_two("가격: ", "prices: ", locale) + f"{name} {span}", style="dim")
    for pair in DISCLAIMERS:
        yield Text(pick(pair, locale), style="dim")
    if profile.target == "keto":
        yield Text(pick(KETO_DISCLAIMER, locale), style="dim")


def _price_source(price: Price, locale: str) -> str:
    """Who asks a price, of what kind it is, and the line its supplier wants beside it."""
    name = vendor_label(price, locale)
    if not price.living:
        return name
    kind = pick(PRICE_KIND[price.kind], locale)
    notice = price.source.partition(" · ")[2].partition(", 조사일")[0]
    return " · ".join(part for part in (f"{name} ({kind})", notice) if part)


def _unheard(suppliers: Iterable[str], locale: str) -> Iterator[RenderableType]:
    """Suppliers that kept their prices back, and why."""
    for one in suppliers:
        if ": " in one:
            yield Text(_two("값을 못 받은 곳: ", "no prices from ", locale) + one, style="dim")


def _rule_sources(findings: Iterable[Finding]) -> str:
    """Where the rules shown come from, each shortened to its first work."""
    works = (one.source.partition(";")[0] for one in findings if _told(one))
    short = (re.sub(r"\s*\(.*", "", work).strip() for work in works)
    named = [one for one in dict.fromkeys(short) if one and not one.startswith("AI Chef")]
    return "; ".join(named[:MOST_SOURCES]) + ("; …" if len(named) > MOST_SOURCES else "")


def render_check(
    recipe: Recipe,
    nutrition: Nutrition,
    findings: Sequence[Finding],
    profile: Profile,
    holds: bool,
    explain: bool,
) -> RenderableType:
    """A foreign recipe's findings and nutrition; with `explain` each figure's rows."""
    locale = profile.locale
    if not holds:
        style = "bold red"
        verdict = _two("이 사람에게는 맞지 않아요.", "This does not hold for this person.", locale)
    elif unassessed(findings):
        style = "bold magenta"
        verdict = _two("확인하지 못한 것이 있어요.", "Some things could not be assessed.", locale)
    else:
        style = "green"
        verdict = _two("규칙을 어긴 곳을 찾지 못했어요.", "No hard rule is broken.", locale)
    parts: list[RenderableType] = [
        Text(recipe.name or _two("이름 없는 레시피", "unnamed recipe", locale), style="bold"),
        Text(verdict, style=style),
        *checked(findings, profile, recipe),
        *nutrition_table(nutrition, findings, profile, recipe),
    ]
    if explain:
        parts.extend(_explained(nutrition, locale))
    parts.extend(sources(nutrition, profile, findings))
    return Group(*parts)


def _explained(nutrition: Nutrition, locale: str) -> Iterator[RenderableType]:
    yield from _section(_two("숫자의 근거 (1인분)", "Behind the figures (a serving)", locale))
    for row in nutrition.trace:
        grams = row["edibleGrams"]
        weight = "?" if grams is None else f"{grams}g"
        source = row["source"] or _two("모르는 재료", "unknown ingredient", locale)
        yield Text(f"{row['name']} {weight} — {source}", style="bold")
        parts = row.get("parts")
        if isinstance(parts, dict):
            told = ", ".join(
                f"{label(field, locale)} {value:g}{unit_of(field)}"
                for field, value in parts.items()
                if value
            )
            yield Text(f"  {told}", style="dim")
