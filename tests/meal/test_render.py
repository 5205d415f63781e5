"""What a person sees: bars against the strictest limit, what was found, what is unknown."""

from __future__ import annotations

from datetime import date
from io import StringIO

from rich.console import Console

from aichef.meal.render import Gauge, bar, gauges, render_check
from aichef.profile.parse import parse_profile
from aichef.recipe.check import check
from aichef.recipe.nutrients import nutrition
from aichef.recipe.read import recipe_from

TODAY = date(2026, 11, 23)


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
