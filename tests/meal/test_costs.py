"""What each line of a recipe costs: every pack counted, nothing counted twice."""

from __future__ import annotations

from aichef.meal.costs import Paid, as_bought, won_each


def test_all_packs_of_a_food_count_for_its_line() -> None:
    lines = [Paid("tofu_firm", "두부", 1_500), Paid("tofu_firm", "두부", 2_900)]
    assert won_each([("두부", "tofu_firm")], lines) == (4_400,)


def test_what_is_bought_for_two_lines_is_told_at_the_first() -> None:
    lines = [Paid("garlic", "마늘, 다진 마늘", 1_200)]
    wanted = [("마늘", "garlic"), ("두부", "tofu_firm"), ("다진 마늘", "garlic")]
    assert won_each(wanted, lines) == (1_200, None, 0)


def test_a_name_with_a_comma_is_one_name() -> None:
    lines = [Paid("salt_refined", "소금, 굵은 것", 900)]
    assert won_each([("소금, 굵은 것", "salt_refined")], lines) == (900,)


def test_what_lies_at_home_is_not_given_the_price_of_its_namesake() -> None:
    lines = [Paid("onion", "다진 양파", 800)]
    assert won_each([("양파", "onion"), ("다진 양파", "onion")], lines) == (None, 800)


def test_cooked_rice_costs_what_its_rice_costs() -> None:
    assert as_bought("rice_white_cooked") == "rice_white_raw"
    assert as_bought("no such food") == "no such food"
    lines = [Paid("rice_white_raw", "밥", 5_000)]
    assert won_each([("밥", "rice_white_cooked")], lines) == (5_000,)
    assert won_each([("모르는 것", None)], lines) == (None,)
