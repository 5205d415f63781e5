"""A model's answer becomes a recipe, or an error that says why not; never a traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichef.chef.answer import early, read_answer
from aichef.chef.write import broken_rules
from aichef.errors import UnusableRecipe
from tests.chef.ordering import order

GENERAL = order(target="general", servings=2)


def body(**changes: object) -> dict[str, Any]:
    return {
        "ingredients": [
            {"name": "두부", "amount": "1.5", "unit": "모", "prep": ""},
            {"name": "양파", "amount": "1/2", "unit": "개", "prep": "채 썬"},
            {"name": "간장", "amount": "1", "unit": "큰술", "prep": ""},
            {"name": "대파", "amount": 1, "unit": "대", "prep": ""},
        ],
        "optional": ["대파"],
        "instructions": ["1. 두부를 팬에 굽습니다.", "2. 양파와 간장을 넣고 졸입니다."],
        "recipeName": "두부조림",
        "description": "짭조름한 밥반찬이에요.",
        "cookingTime": 20,
        "difficulty": "easy",
        "servings": 2,
        "servedWith": [{"name": "현미밥", "gramsPerServing": 140}],
        "notes": "뜨거울 때 드세요.",
        "claimed": {"kcal": 480, "carbohydrate_g": 60.5, "protein_g": "많음", "sodium_mg": True},
        **changes,
    }


def written(**changes: object) -> str:
    return json.dumps(body(**changes), ensure_ascii=False)


def test_what_can_be_left_out_is_said_by_a_list_or_at_its_line() -> None:
    line = {"name": "대파", "amount": 1, "unit": "대", "optional": True}
    lines = [*body()["ingredients"][:3], line]
    for text in (written(), written(ingredients=lines, optional=[])):
        assert [one.optional for one in read_answer(text, GENERAL).recipe.ingredients] == [
            *(False, False, False, True)
        ]


@pytest.mark.parametrize("strange", [True, "대파", ["땅콩"], [None, {}], [["대파"]], 3.5, {"a": 1}])
def test_a_list_of_what_can_be_left_out_hides_nothing(strange: object) -> None:
    recipe = read_answer(written(optional=strange), GENERAL).recipe
    assert not any(one.optional for one in recipe.ingredients)
    if strange == ["땅콩"]:
        allergic = order(target="general", servings=2, allergies=["땅콩"])
        assert broken_rules(read_answer(written(optional=strange), allergic).recipe, allergic)


def trouble_of(text: str) -> str:
    with pytest.raises(UnusableRecipe) as caught:
        read_answer(text, GENERAL)
    assert str(caught.value)
    return str(caught.value.details["trouble"])


def test_a_good_answer_becomes_a_recipe_that_holds() -> None:
    answer = read_answer(written(), GENERAL)
    recipe = answer.recipe
    assert recipe.name == "두부조림"
    assert [one.food for one in recipe.ingredients] == [
        *("tofu_firm", "onion", "soy_sauce", "green_onion_large")
    ]
    assert next((one.amount, one.unit) for one in recipe.ingredients) == ("1과 1/2", "모")
    assert recipe.ingredients[1].prep == "채 썬"
    assert recipe.ingredients[3].optional
    assert [one.to_buy for one in recipe.ingredients] == [True, True, False, True]
    assert recipe.instructions[0] == "두부를 팬에 굽습니다."
    assert (recipe.minutes, recipe.difficulty, recipe.tools) == (20, "easy", ("pan",))
    assert [(one.food, one.grams) for one in recipe.served_with] == [("rice_brown_cooked", 140.0)]
    assert (recipe.description, recipe.notes) == ("짭조름한 밥반찬이에요.", "뜨거울 때 드세요.")
    assert recipe.told == ()
    assert answer.claimed == {"kcal": 480.0, "carbohydrate_g": 60.5}
    assert not broken_rules(recipe, GENERAL)


def test_form_is_forgiven_where_it_leaves_no_doubt() -> None:
    text = written()
    plain = read_answer(text, GENERAL)
    backwards = json.dumps(dict(reversed(list(body().items()))), ensure_ascii=False)
    for other in (
        f"```json\n{text}\n```",
        f"네, {{요청}}하신 레시피예요!\n\n{text}\n\n맛있게 드세요 {{:}}",
        text.replace("}]", "},]").replace('"notes"', '"notes"'),
        json.dumps({"recipe": body()}),
        backwards,
        f"{text}\n{text}",
    ):
        assert read_answer(other, GENERAL).recipe == plain.recipe


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("죄송하지만 도와드릴 수 없어요.", "no_json"),
        ("오늘은 {두부조림} 어때요?", "no_json"),
        (written()[:-40], "cut"),
        (written()[:60], "cut"),
        ('{"answer": "두부조림"}', "shape"),
        (written(ingredients=[]), "empty"),
        (written(instructions=[]), "empty"),
        (written(instructions=["두부는 혈당에 좋습니다."]), "empty"),
        (written(ingredients="두부 1모"), "empty"),
        (written(recipeName=""), "shape"),
        (written(recipeName="건강한"), "shape"),
        (written(ingredients=[{"amount": "1"}]), "shape"),
        (written(ingredients=[{"name": "두부", "amount": {"g": 3}}]), "shape"),
        (written(ingredients=[{"name": "두부", "amount": "1", "unit": "모"}] * 400), "too_many"),
        ("{" + "가" * 300_000, "too_many"),
        (written(servings=None), "servings"),
        (written(servings="많이"), "servings"),
        (written(servings=4, instructions=["두부 2모를 굽습니다."]), "servings"),
        (written(servedWith="현미밥"), "shape"),
        (written(instructions=["간장을 넣어 혈당을 낮춥니다."]), "claim"),
        (written().replace('"servings"', '"ingredients"'), "shape"),
        (written() + written(recipeName="두부부침"), "shape"),
    ],
)
def test_what_is_no_recipe_says_why(text: str, trouble: str) -> None:
    assert trouble_of(text) == trouble


def test_another_language_is_not_accepted() -> None:
    english = written(
        ingredients=[{"name": "tofu", "amount": "300", "unit": "g"}],
        instructions=["Fry the tofu in a pan until golden."],
        recipeName="Fried tofu",
    )
    assert trouble_of(english) == "language"
    assert trouble_of(written(instructions=["豆腐を焼きます。", "醤油を加えます。"])) == "language"
    in_english = order(target="general", servings=2, locale="en")
    assert read_answer(english, in_english).recipe.name == "Fried tofu"
    with pytest.raises(UnusableRecipe):
        read_answer(written(), in_english)


def test_other_servings_are_reckoned_over_where_no_step_names_an_amount() -> None:
    recipe = read_answer(written(servings=4), GENERAL).recipe
    assert recipe.servings == 2
    assert (recipe.ingredients[0].amount, recipe.ingredients[0].grams) == ("3/4", 225.0)
    assert recipe.ingredients[1].amount == "1/4"


@pytest.mark.parametrize(
    "step",
    ["두부를 굽고 간장을 5큰술 넣어 졸입니다.", "두부 6모를 굽습니다.", "두부 여섯 모를 굽습니다."],
)
def test_a_step_that_takes_more_than_listed_is_judged(step: str) -> None:
    recipe = read_answer(written(instructions=[step]), GENERAL).recipe
    assert "G05" in {one.rule for one in broken_rules(recipe, GENERAL)}


@pytest.mark.parametrize(
    ("claimed", "steps", "minutes"),
    [
        (5, ["두부를 약한 불에서 90분 졸입니다."], 90),
        ("5분", ["두부를 10분 굽습니다.", "1시간 30분 졸입니다."], 100),
        (30, ["두부를 10분 굽습니다.", "15분 졸입니다."], 30),
        (10, ["두부를 20분 굽습니다.", "굽는 동안 양파를 15분 볶습니다."], 20),
        (10, ["두부를 속까지 75℃에서 1분 익힙니다.", "10~15분 졸입니다."], 10),
        (10, ["쌀을 30분 불린 뒤 두부를 5분 굽습니다."], 10),
        (None, ["두부를 20분 굽습니다."], None),
    ],
)
def test_the_time_is_no_shorter_than_the_steps(
    claimed: object, steps: list[str], minutes: int | None
) -> None:
    text = written(cookingTime=claimed, instructions=steps)
    assert read_answer(text, GENERAL).recipe.minutes == minutes


def test_a_short_time_that_the_steps_belie_passes_no_limit() -> None:
    hasty = order(target="general", servings=2, cookingTime=10)
    text = written(cookingTime=5, instructions=["두부와 양파, 간장을 약한 불에서 90분 졸입니다."])
    found = broken_rules(read_answer(text, hasty).recipe, hasty)
    assert "P02" in {one.rule for one in found}


def test_a_claim_in_a_preparation_is_not_shown_unless_it_makes_another_food() -> None:
    def line(name: str, prep: str) -> tuple[str, str, str | None]:
        lines = [
            *body()["ingredients"],
            {"name": name, "amount": "1", "unit": "큰술", "prep": prep},
        ]
        one = read_answer(written(ingredients=lines), GENERAL).recipe.ingredients[-1]
        return one.name, one.prep, one.food

    assert line("된장", "글루텐 프리") == ("된장", "", "doenjang")
    assert line("식초", "콜레스테롤을 낮추는")[1] == ""
    assert line("간장", "저염")[2] == "soy_sauce_low_sodium"


def test_claims_between_the_steps_are_not_shown() -> None:
    steps = ["두부를 팬에 굽습니다. 약을 끊어도 될 만큼 좋습니다.", "글루텐이 없어 누구나 먹어요."]
    recipe = read_answer(written(instructions=steps), GENERAL).recipe
    assert recipe.instructions == ("두부를 팬에 굽습니다.",)


def test_a_baby_gets_no_honey_by_a_note() -> None:
    baby = order(target="baby_food", babyAgeMonths=7, servings=1)
    recipe = read_answer(written(servings=1, notes="꿀을 조금 곁들여 주세요."), baby).recipe
    assert recipe.notes == ""
    assert broken_rules(recipe, baby)


def test_a_step_may_name_the_listed_amount_or_a_part_of_it() -> None:
    lines = [*body()["ingredients"], {"name": "간장게장", "amount": "900", "unit": "g"}]
    both = written(ingredients=lines, instructions=["간장게장 900g을 곁들여 두부를 굽습니다."])
    assert read_answer(both, GENERAL).recipe.ingredients
    steps = ["두부 1과 1/2모를 굽습니다.", "간장 1/2큰술과 물 1l를 붓고, 양파를 반 개 넣습니다."]
    assert read_answer(written(instructions=steps), GENERAL).recipe.instructions == tuple(steps)


@pytest.mark.parametrize("amount", ["적당량", "넉넉히", "아주 많이", "", "-3", "0", "1e999"])
def test_text_in_amounts_is_read_as_anybodys(amount: str) -> None:
    lines = [*body()["ingredients"], {"name": "소금", "amount": amount, "unit": ""}]
    recipe = read_answer(written(ingredients=lines), GENERAL).recipe
    salt = recipe.ingredients[-1]
    assert salt.vague or salt.problem or salt.grams is None


def test_an_invented_unit_or_food_stays_unknown_and_is_judged() -> None:
    strict = order(target="general", servings=2, allergies=["새우"])
    for line in (
        {"name": "간장", "amount": "2", "unit": "블롭"},
        {"name": "별빛두레", "amount": "20", "unit": "g"},
    ):
        recipe = read_answer(written(ingredients=[*body()["ingredients"], line]), strict).recipe
        assert broken_rules(recipe, strict)


def test_fish_without_its_bones_is_weighed_as_written() -> None:
    lines = [{"name": "대구", "amount": "170", "unit": "g", "prep": "살만 바른"}]
    cod = read_answer(written(ingredients=lines), GENERAL).recipe.ingredients[0]
    assert cod.edible_grams == 170.0
    assert (cod.grams or 0) > 400


def test_unknown_company_is_told_to_the_gate_and_not_served() -> None:
    nuts = order(target="general", servings=2, allergies=["땅콩"])
    served = [
        {"name": "땅콩 크런치 스틱", "gramsPerServing": 30},
        {"name": "쌀밥", "grams": "140g"},
    ]
    recipe = read_answer(written(servedWith=served), nuts).recipe
    assert [one.food for one in recipe.served_with] == ["rice_white_cooked"]
    assert recipe.told == ("땅콩 크런치 스틱",)
    assert "G01" in {one.rule for one in broken_rules(recipe, nuts)}


def test_notes_are_judged_and_shown_without_claims() -> None:
    nuts = order(target="general", servings=2, allergies=["땅콩"])
    recipe = read_answer(written(notes="땅콩 가루를 뿌려도 맛있어요. 혈당에 좋아요."), nuts).recipe
    assert recipe.notes == ""
    assert "G01" in {one.rule for one in broken_rules(recipe, nuts)}
    recipe = read_answer(written(notes="땅콩 알레르기가 있어도 안전합니다."), nuts).recipe
    assert recipe.notes == ""
    assert not broken_rules(recipe, nuts)


@pytest.mark.parametrize("note", ["꿀을 뿌리면 더 맛있어요.", "우유를 곁들여 드세요."])
def test_a_note_of_a_food_that_is_not_in_the_dish_is_not_shown(note: str) -> None:
    recipe = read_answer(written(notes=f"{note} 따뜻할 때 드세요."), order(target="general")).recipe
    assert recipe.notes == "따뜻할 때 드세요."


def test_a_key_nobody_asked_for_is_read_for_foods() -> None:
    nuts = order(target="general", servings=2, allergies=["땅콩"])
    recipe = read_answer(written(topping="땅콩버터 1큰술"), nuts).recipe
    assert "G01" in {one.rule for one in broken_rules(recipe, nuts)}


def test_of_two_tools_the_one_that_is_there_is_enough() -> None:
    def needed(step: str, *tools: str) -> tuple[str, ...]:
        kitchen = order(target="general", servings=2, tools=list(tools))
        return read_answer(written(instructions=[step]), kitchen).recipe.tools

    assert needed("두부를 절구나 믹서로 으깹니다.", "pan") == ()
    assert needed("두부를 오븐이나 에어프라이어에 굽습니다.", "airfryer") == ()
    assert needed("두부를 오븐이나 에어프라이어에 굽습니다.", "pan") == ("oven",)
    assert needed("두부를 믹서로 갈아 밥솥에 찝니다.", "pan") == ("blender", "rice_cooker")


def test_keto_says_how_carbohydrate_was_counted() -> None:
    assert read_answer(written(), order(target="keto", servings=2)).recipe.keto_notes


def test_a_streamed_line_is_read_as_in_the_whole_answer() -> None:
    recipe = read_answer(written(), GENERAL).recipe
    lines = [early(one) for one in body()["ingredients"]]
    assert [(one.name, one.amount, one.food, one.grams) for one in lines if one] == [
        (one.name, one.amount, one.food, one.grams) for one in recipe.ingredients
    ]
    for odd in ({}, {"name": 3}, {"name": ""}, {"name": "두부", "amount": []}):
        assert early(odd) is None
    line = early({"name": "olive oil", "amount": "1.5", "unit": "tbsp"}, "en")
    assert line is not None
    assert (line.amount, line.unit) == ("1 1/2", "tbsp")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "amount", "unit", "prep", "food", "grams", "x"]), inner
        )
    ),
    max_leaves=8,
)


def unharmed(text: str) -> None:
    try:
        read_answer(text, GENERAL)
    except UnusableRecipe as refused:
        assert refused.details["trouble"]


@given(st.dictionaries(st.sampled_from(list(body())), json_values, max_size=3))
@settings(max_examples=150, deadline=None)
def test_no_value_makes_a_traceback(changes: dict[str, object]) -> None:
    unharmed(written(**changes))


@given(st.text(max_size=60) | st.text(alphabet='{}[]",:\\ \n가1', max_size=200))
def test_no_text_makes_a_traceback(text: str) -> None:
    unharmed(text)


@given(st.integers(0, 700), st.sampled_from(["", "\\", '"', "}", "{", "\x00", "NaN", "𝟙", "[[["]))
@settings(max_examples=100, deadline=None)
def test_no_damage_makes_a_traceback(place: int, put: str) -> None:
    text = written()
    unharmed(text[:place] + put + text[place + 1 :])
    unharmed(text[:place] + put)


@given(json_values)
def test_no_streamed_line_makes_a_traceback(value: object) -> None:
    early({"name": value, "amount": value, "unit": value})
    early({"name": "두부", "amount": value, "unit": "g", "prep": value, "optional": value})
