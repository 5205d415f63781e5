"""What a person sees: bars against the strictest limit, what was found, what is unknown."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO

from rich.console import Console

from aichef.chef.composer import CooksBook
from aichef.cook import Kitchen, cook
from aichef.meal.render import (
    Gauge,
    _costs,
    bar,
    figures,
    gauges,
    render,
    render_check,
    sources,
)
from aichef.prices.book import PriceBook
from aichef.prices.model import Need, Price, Priced
from aichef.profile.parse import parse_profile
from aichef.recipe.check import check
from aichef.recipe.model import Finding, Recipe, Verdict
from aichef.recipe.nutrients import nutrition
from aichef.recipe.read import recipe_from

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def test_a_bar_is_full_at_the_upper_limit_and_says_when_it_is_over() -> None:
    assert bar(Gauge("sodium_mg", 400.0, None, 800.0, "pass")).plain == "████████········"
    assert bar(Gauge("sodium_mg", 900.0, None, 800.0, "fail")).plain.endswith("▶")
    assert bar(Gauge("fibre_g", 9.0, 5.0, None, "pass")).plain == "█" * 16
    assert bar(Gauge("sodium_mg", None, None, 800.0, "unknown")).plain == ""
    assert bar(Gauge("iron_mg", 3.0, None, None, "not_applicable")).plain == ""


def test_the_strictest_of_several_limits_is_drawn() -> None:
    profile = parse_profile({"target": "diet", "healthConditions": "고혈압, 심부전"}, today=TODAY)
    recipe = recipe_from({"name": "두부", "servings": 1, "ingredients": ["두부 100g"]})
    drawn = gauges(nutrition(recipe, profile, TODAY), check(recipe, profile, TODAY), profile, 1.0)
    (sodium,) = [one for one in drawn if one.field == "sodium_mg"]
    assert sodium.high == 600


def test_a_foreign_recipe_says_what_it_does_not_know() -> None:
    profile = parse_profile({"target": "general", "allergies": "땅콩"}, today=TODAY)
    recipe = recipe_from(
        {"name": "볶음", "servings": 2, "ingredients": ["두부 1모", "비밀양념 2큰술", "소금 약간"]}
    )
    figures = nutrition(recipe, profile, TODAY)
    console = Console(width=80, record=True, file=StringIO())
    console.print(
        render_check(recipe, figures, check(recipe, profile, TODAY), profile, False, True)
    )
    page = console.export_text()
    assert "이 사람에게는 맞지 않아요" in page
    assert "비밀양념" in page
    assert "모르는 재료" in page
    assert "RDA" in page
    assert "안전" not in page


def test_a_floor_above_the_ceiling_gives_way() -> None:
    profile = parse_profile({"target": "keto", "healthConditions": "당뇨"}, today=TODAY)
    recipe = recipe_from({"name": "두부", "servings": 1, "ingredients": ["두부 100g"]})
    drawn = gauges(nutrition(recipe, profile, TODAY), check(recipe, profile, TODAY), profile, 1.0)
    (carbohydrate,) = [one for one in drawn if one.field == "carbohydrate_g"]
    assert (carbohydrate.low, carbohydrate.high) == (None, 5)


def page_of(recipe: Recipe, target: str) -> str:
    profile = parse_profile({"target": target}, today=TODAY)
    counted, found = nutrition(recipe, profile, TODAY), check(recipe, profile, TODAY)
    console = Console(width=80, record=True, file=StringIO())
    console.print(render_check(recipe, counted, found, profile, True, False))
    return console.export_text()


def test_a_main_dish_is_measured_against_its_part_of_the_meal() -> None:
    lines = {"servings": 2, "ingredients": ["두부 1모", "간장 2큰술"]}
    page = page_of(recipe_from({"name": "두부조림", **lines}), "diabetes")
    assert "690mg, 이 요리 몫)" in " ".join(page.split())
    assert "≤ 460" in page
    assert "≤ 767" not in page


def finding(value: float, limit: float | str, unit: str, verdict: Verdict = "warn") -> Finding:
    return Finding("X", "hard", verdict, value, limit, unit)


def test_figures_of_a_finding_are_in_the_words_of_the_reader() -> None:
    shown = [
        (finding(12, 400, "mg", "unknown"), "12 이상 / 400mg", "at least 12 / 400 mg"),
        (finding(1234567, 30000, "KRW"), "1,234,567 / 30,000원", "1,234,567 / 30,000 won"),
        (finding(33.84, "15-25", "% energy"), "33.84 / 15–25%", "33.84 / 15–25%"),
        (finding(45, 30, "min"), "45 / 30분", "45 / 30 min"),
        (finding(3, 2, "persons"), "3 / 2명", "3 / 2 people"),
        (finding(0, 0, "count"), "", ""),
    ]
    for one, korean, english in shown:
        assert (figures(one, "ko"), figures(one, "en")) == (korean, english)


def meal_page(**fields: object) -> str:
    kitchen = Kitchen(CooksBook(), (PriceBook.at(NOW.date()),), lambda: NOW)
    file = StringIO()
    Console(file=file, width=100, no_color=True).print(
        render(asyncio.run(cook(parse_profile(fields, today=NOW.date()), kitchen)))
    )
    return file.getvalue()


def test_what_comes_from_the_fridge_is_not_among_what_was_only_assumed() -> None:
    page = meal_page(target="fridge", availableIngredients="두부 1모 (꼭), 양파 2개", seed=1)
    fridge, assumed = page.split("냉장고에서 쓰는 것")[1].split("집에 있다고 본 것")
    assert "두부" in fridge
    assert "두부" not in assumed.split("출처")[0]


def test_a_medicine_is_called_what_the_eater_calls_it() -> None:
    page = meal_page(target="diabetes", medications="암로디핀", seed=2)
    assert "암로디핀" in page
    assert "자몽 상호작용" not in page


def _page(**fields: object) -> str:
    kitchen = Kitchen(CooksBook(), (PriceBook.at(TODAY),), lambda: NOW)
    meal = asyncio.run(cook(parse_profile(fields, today=TODAY), kitchen))
    console = Console(width=100, record=True, file=StringIO())
    console.print(render(meal))
    return console.export_text()


def test_eggs_left_over_are_counted_not_weighed() -> None:
    page = _page(target="keto", servings=1, budget=15_000, seed=2)
    assert "8개 남음" in page


def test_rice_that_has_to_be_cooked_first_is_said_with_its_grams() -> None:
    page = _page(target="diabetes", servings=2, medications="없음", seed=9)
    assert re.search(r"미리 지어 둘 것: \S+\(\S+ \d+g\)", page)


def test_rice_from_the_fridge_is_cooked_already() -> None:
    page = _page(target="fridge", servings=1, availableIngredients="밥 1공기, 달걀 2개", seed=3)
    assert "미리 지어" not in page


def test_a_limit_kept_by_little_is_not_said_as_one_broken() -> None:
    page = _page(target="keto", servings=1, budget=15_000, seed=2)
    assert "지키지만 한도에 가까움" in page


def test_what_is_bought_for_two_lines_costs_once() -> None:
    """Every won of the basket stands beside exactly one line of the recipe."""
    meal = asyncio.run(
        cook(
            parse_profile({"target": "general", "pantry": "empty", "budget": 90_000}),
            Kitchen(CooksBook(), (PriceBook.at(TODAY),), lambda: NOW),
        )
    )
    first = meal.recipe.ingredients[0]
    twin = replace(first, name="다진 것, 조금")
    lines = tuple(
        replace(line, ingredient=f"{line.ingredient}, {twin.name}")
        if line.food == first.food
        else line
        for line in meal.basket.lines
    )
    twice = tuple(replace(line, won=700) for line in lines if line.food == first.food)
    meal = replace(
        meal,
        recipe=replace(meal.recipe, ingredients=(*meal.recipe.ingredients, twin)),
        basket=replace(meal.basket, lines=(*lines, *twice)),
    )
    told = list(_costs(meal))
    paid = sum(int(one.removesuffix("원").replace(",", "")) for one in told if one.endswith("원"))
    assert paid == sum(line.won for line in meal.basket.lines)
    assert told[len(meal.recipe.ingredients) - 1] == "위에 포함"


def _days_of_prices(*days: date) -> str:
    """What the sources say of prices of these days."""
    need = Need("두부", "300", "g", "tofu_firm", 300)
    prices = [
        Price("tofu_firm", "두부", "pack", 300, 1500, "reference", "KAMIS", one) for one in days
    ]
    profile = parse_profile({"target": "general"})
    eaten = nutrition(recipe_from({"ingredients": ["두부 300g"]}), profile, TODAY)
    told = sources(eaten, profile, (), [Priced(need, (one,), one) for one in prices], TODAY)
    return "\n".join(map(str, told))


def test_days_of_prices_in_two_years_each_name_theirs() -> None:
    assert "2023년 4월 28일 ~ 2026년 9월 2일" in _days_of_prices(
        date(2026, 9, 2), date(2023, 4, 28)
    )
    assert " 4월 28일 ~ 9월 2일" in _days_of_prices(date(2026, 4, 28), date(2026, 9, 2))
    assert "2023년 9월 2일" in _days_of_prices(date(2023, 9, 2))
