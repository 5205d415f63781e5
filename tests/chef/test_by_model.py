"""A model writes, code decides: what is asked, mended, asked again, and given up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, get_args

import pytest

from aichef.chef import by_model
from aichef.chef.answer import MOST_INGREDIENTS
from aichef.chef.by_model import _INSTEAD, MOST_BESIDE, ModelWriter, Trial
from aichef.chef.composer import CooksBook
from aichef.chef.model import Question, Rate, Said, Trouble
from aichef.chef.write import Order, broken_rules
from aichef.errors import Infeasible, ModelError
from aichef.food.table import foods
from aichef.prices.book import PriceBook
from aichef.prices.find import known_prices
from aichef.profile.parse import parse_profile
from aichef.recipe.model import Ingredient, Recipe

TODAY = date(2026, 11, 23)
RATE = Rate("1", "5", "2026-11-01")

SALAD = {
    "ingredients": [
        {"name": "닭가슴살", "amount": "240", "unit": "g", "prep": "", "optional": False},
        {"name": "두부", "amount": "200", "unit": "g", "prep": "", "optional": False},
        {"name": "브로콜리", "amount": "200", "unit": "g", "prep": "", "optional": False},
        {"name": "양파", "amount": "100", "unit": "g", "prep": "채 썬", "optional": False},
        {"name": "간장", "amount": "1", "unit": "큰술", "prep": "", "optional": False},
        {"name": "식용유", "amount": "1", "unit": "큰술", "prep": "", "optional": False},
    ],
    "instructions": [
        "브로콜리를 한입 크기로 썰어 끓는 물에 1분 데칩니다.",
        "팬에 식용유를 두르고 닭가슴살을 속까지 익도록(75℃에서 1분 이상) 볶습니다.",
        "양파와 두부, 브로콜리를 넣고 간장으로 간하여 3분 더 볶습니다.",
    ],
    "recipeName": "닭가슴살 두부 볶음",
    "description": "닭가슴살과 두부를 함께 볶은 요리입니다.",
    "cookingTime": 20,
    "difficulty": "easy",
    "servings": 2,
    "servedWith": [{"name": "현미밥", "gramsPerServing": 140}],
    "notes": "",
    "claimed": {"kcal": 450, "carbohydrate_g": 50, "protein_g": 40, "sodium_mg": 600},
}


@dataclass
class CannedModel:
    """Says what it is given, one thing after another, in pieces of 20 characters."""

    says: list[str | ModelError]
    asked: list[Question] = field(default_factory=list)
    name: str = "canned:model"
    rate: Rate | None = RATE
    takes: float = 2.5

    async def answer(self, question: Question, piece: Callable[[str], None], _: float) -> Said:
        self.asked.append(question)
        said = self.says.pop(0)
        if isinstance(said, ModelError):
            raise said
        for start in range(0, len(said), 20):
            piece(said[start : start + 20])
        return Said(said, 1_000, 500, self.takes)


def order(ready: Callable[[Ingredient], None] = lambda _: None, **fields: Any) -> Order:
    profile = parse_profile({"target": "diet", **fields}, today=TODAY)
    shops = [PriceBook.at(TODAY)]
    return Order(profile, lambda wanted: known_prices(wanted, shops), TODAY, ready)


def text(**changes: Any) -> str:
    return json.dumps({**SALAD, **changes}, ensure_ascii=False)


def with_line(name: str, amount: str, unit: str) -> str:
    line = {"name": name, "amount": amount, "unit": unit, "prep": "", "optional": False}
    return text(ingredients=[*SALAD["ingredients"], line])  # type: ignore[misc]


def written(model: CannedModel, given: Order) -> tuple[Recipe, Trial]:
    seen: list[Trial] = []
    recipe = asyncio.run(ModelWriter(model, CooksBook(), watch=seen.append).write(given))
    assert len(seen) == 1
    return recipe, seen[0]


def test_a_good_answer_is_taken_as_written_and_its_price_is_said() -> None:
    recipe, trial = written(CannedModel([text()]), order())
    assert recipe.name == SALAD["recipeName"]
    assert trial.outcome == "as_written"
    assert recipe.written_by is not None
    assert (recipe.written_by.kind, recipe.written_by.repairs) == ("model", 0)
    assert recipe.written_by.spent is not None
    assert recipe.written_by.spent.usd == "0.003500"
    assert recipe.written_by.spent.priced_on == "2026-11-01"


def test_each_line_is_told_in_turn_while_the_answer_comes() -> None:
    told: list[str] = []
    written(CannedModel([text()]), order(lambda one: told.append(one.name)))
    assert told[:3] == ["닭가슴살", "두부", "브로콜리"]
    assert len(told) == len(SALAD["ingredients"])  # type: ignore[arg-type]


def test_what_is_eaten_beside_it_is_told_too_for_it_has_a_price() -> None:
    told: list[str] = []
    given = order()
    model = CannedModel([text()])
    asyncio.run(
        ModelWriter(model, CooksBook()).write(
            replace(given, beside=lambda one: told.append(one.name))
        )
    )
    assert told == ["현미밥"]


def test_only_what_the_eater_may_have_is_told_before_the_gate_has_seen_it() -> None:
    told: list[Ingredient] = []
    lines = [
        {"name": "새우", "amount": "30", "unit": "g"},
        {"name": "별빛두레", "amount": "30", "unit": "g"},
        {"name": "계란", "amount": "2", "unit": "개", "prep": "혈당을 낮추는"},
        {"name": "약이 되는 두부", "amount": "200", "unit": "g"},
        *SALAD["ingredients"],  # type: ignore[misc]
    ]
    given = order(told.append, allergies=["새우"])
    written(CannedModel([text(ingredients=lines), text()]), given)
    assert told[0].name == "달걀"
    assert all(one.food and not one.prep for one in told)
    assert not {"shrimp", "shrimp_raw"} & {one.food for one in told}
    assert {one.name for one in told} <= {food.name_ko for food in foods().values()}


def test_no_more_lines_are_told_than_a_recipe_has() -> None:
    told: list[str] = []
    names = [food.name_ko for food in foods().values()][:400]
    lines = [{"name": name, "amount": str(n + 1), "unit": "g"} for n, name in enumerate(names)]
    model = CannedModel([text(ingredients=lines), text()])
    asked: list[str] = []
    beside = [{"name": name, "gramsPerServing": 5} for name in names]
    model.says[0] = text(ingredients=lines, servedWith=beside)
    given = replace(
        order(lambda one: told.append(one.name)), beside=lambda one: asked.append(one.name)
    )
    written(model, given)
    assert len(told) <= MOST_INGREDIENTS + len(SALAD["ingredients"])  # type: ignore[arg-type]
    assert len(asked) <= MOST_BESIDE + 1


def test_a_meal_that_was_paid_for_does_not_end_in_the_warming_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(by_model, "worked_example", broken)
    recipe, _ = written(CannedModel([text()]), order())
    assert recipe.name == SALAD["recipeName"]


def test_an_allergen_is_mended_without_a_second_call() -> None:
    model = CannedModel([with_line("새우", "30", "g")])
    given = order(allergies=["새우"])
    recipe, trial = written(model, given)
    assert len(model.asked) == 1
    assert trial.outcome == "mended"
    assert recipe.written_by is not None
    assert recipe.written_by.changes
    assert "새우" not in " ".join(one.name for one in recipe.ingredients)
    assert not broken_rules(recipe, given)


def test_what_no_one_can_read_is_asked_for_once_more_with_the_reason() -> None:
    model = CannedModel(["죄송하지만 잘 모르겠어요.", text()])
    recipe, _ = written(model, order())
    assert len(model.asked) == 2
    assert len(model.asked[1].turns) > len(model.asked[0].turns)
    assert recipe.written_by is not None
    assert recipe.written_by.repairs == 1
    assert recipe.written_by.spent is not None
    assert recipe.written_by.spent.calls == 2


def test_after_two_answers_without_a_recipe_the_book_writes_and_says_so() -> None:
    model = CannedModel(["아니요.", "그래도 아니요."])
    recipe, trial = written(model, order())
    assert trial.outcome == "replaced"
    assert recipe.written_by is not None
    assert recipe.written_by.kind == "cookbook"
    assert recipe.written_by.instead_of
    assert recipe.written_by.spent is not None


@pytest.mark.parametrize("trouble", ["timeout", "cut", "refused", "quota", "dropped", "key"])
def test_where_a_second_call_cannot_help_none_is_made(trouble: str) -> None:
    model = CannedModel([ModelError("아니요", trouble=trouble, tokensIn=900, tokensOut=0, calls=1)])
    recipe, trial = written(model, order())
    assert len(model.asked) == 1
    assert trial.wrong == (trouble,)
    assert recipe.written_by is not None
    assert recipe.written_by.kind == "cookbook"
    assert recipe.written_by.spent is not None
    assert recipe.written_by.spent.tokens_in == 900


def test_no_second_answer_is_paid_for_that_would_come_too_late() -> None:
    model = CannedModel(["아니요.", text()], takes=35.0)
    recipe, trial = written(model, order())
    assert len(model.asked) == 1
    assert trial.wrong == ("no_json",)
    assert recipe.written_by is not None
    assert "읽을 수 없었어요" in recipe.written_by.instead_of


def test_every_trouble_has_its_own_reason() -> None:
    assert set(get_args(Trouble)) == set(_INSTEAD) - {"gate", "read"}


def test_the_reason_is_said_in_the_language_of_the_profile() -> None:
    for locale, word in (("ko", "모델"), ("en", "model")):
        recipe, _ = written(CannedModel([ModelError("x", trouble="stall")]), order(locale=locale))
        assert recipe.written_by is not None
        assert word in recipe.written_by.instead_of


def test_no_model_is_asked_where_the_money_leaves_no_meal() -> None:
    model = CannedModel([text()])
    given = order(servings=4, budget=1000, pantry="empty")
    with pytest.raises(Infeasible) as refused:
        asyncio.run(ModelWriter(model, CooksBook()).write(given))
    assert [one["rule"] for one in refused.value.details["rules"]] == ["G10"]
    assert not model.asked


def test_a_model_without_a_known_rate_has_tokens_and_no_price() -> None:
    recipe, _ = written(replace(CannedModel([text()]), rate=None), order())
    assert recipe.written_by is not None
    assert recipe.written_by.spent is not None
    assert recipe.written_by.spent.usd is None
    assert recipe.written_by.spent.tokens_out == 500


def test_an_answer_that_costs_more_than_the_budget_does_not_pass() -> None:
    given = order(budget=12_000)
    dear = with_line("한우 안심", "600", "g")
    recipe, _ = written(CannedModel([dear, dear]), given)
    assert not broken_rules(recipe, given)
