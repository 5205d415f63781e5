"""The pages of a meal that is ready, over plain HTTP: what they say, and what they let in."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from recipe_scrapers import scrape_html

from aichef.kitchens.local import now
from aichef.session.model import canonical, new_id
from aichef.web.page.checked import timers
from aichef.web.page.shopping import AISLES
from aichef.web.page.take import _cell
from aichef.web.page.texts import catalogue
from tests.web.page.cooked import PROFILES, Larder, larder, linked_data


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Larder:
    return larder(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def meals(home: Larder) -> dict[str, str]:
    return {name: home.cooked(profile) for name, profile in PROFILES.items()}


def rewritten(home: Larder, one: str, change: Any) -> str:
    """The id of a session that holds the same meal, changed as stored text."""
    body = json.loads(home.store.result(one))
    change(body)
    other, moment = new_id(), now()
    profile = canonical(json.loads(home.store.find(one).profile))
    home.store.accept(other, profile, moment, moment + timedelta(minutes=5))
    home.store.finish(other, 1, json.dumps({**body, "sessionId": other}), moment)
    return other


@pytest.mark.parametrize("name", PROFILES)
def test_every_page_of_every_target_is_there_in_both_languages(
    home: Larder, meals: dict[str, str], name: str
) -> None:
    one = meals[name]
    findings = json.loads(home.store.result(one))["recipe"]["findings"]
    for path in ("", "/cook", "/basket", "/basket?by=aisle"):
        for lang in ("ko", "en"):
            mark = "&" if "?" in path else "?"
            text = home.page(f"{one}{path}{mark}lang={lang}")
            assert f'<html lang="{lang}"' in text
            assert "안전" not in text
            sources = {one["source"] for one in findings}
            for source in sources:
                text = text.replace(source, "")
            assert not re.search(r"\bsafe\b", text)


def test_what_was_checked_stands_before_the_recipe(home: Larder, meals: dict[str, str]) -> None:
    text = home.page(meals["keto"])
    assert text.index("확인한 것") < text.index("만드는 법")
    assert "땅콩: 재료에서 찾지 못했어요" in text
    assert "찾아봤지만 없었어요" in text
    assert "치료용 케톤식은 처방이 필요한" in text


def test_medicines_that_nobody_named_are_said_to_be_unknown_and_only_then(home: Larder) -> None:
    asked = {"target": "diabetes", "healthConditions": ["당뇨"]}
    assert "확인하지 못했어요" in home.page(home.cooked(asked))
    assert "확인하지 못했어요" not in home.page(home.cooked({**asked, "medications": "없음"}))


def test_servings_are_links_that_scale_the_page_and_say_so(
    home: Larder, meals: dict[str, str]
) -> None:
    one = meals["keto"]
    assert f'href="/s/{one}?servings=3"' in home.page(one)
    text = home.page(f"{one}?servings=3")
    assert "2인분을 3인분으로 바꿨어요" in text
    assert f'href="/s/{one}"' in text
    assert linked_data(text)["recipeYield"][0] == "3"


def test_a_page_without_a_meal_leads_to_the_session(home: Larder) -> None:
    moment, one = now(), new_id()
    home.store.accept(one, canonical({"target": "keto"}), moment, moment + timedelta(minutes=5))
    for path in ("basket", "cook", "again"):
        answer = home.client.get(f"/s/{one}/{path}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/s/{one}")
    answer = home.client.get(f"/s/{one}.json")
    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_READY")
    answer = home.client.get(f"/s/{new_id()}.csv")
    assert (answer.status_code, answer.json()["code"]) == (404, "SESSION_NOT_FOUND")


def test_what_others_wrote_is_shown_as_text(home: Larder, meals: dict[str, str]) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"

    def spoil(body: dict[str, Any]) -> None:
        body["recipe"]["recipeName"] = evil
        body["recipe"]["description"] = evil
        body["recipe"]["notes"] = evil
        body["recipe"]["instructions"].append(f"9. {evil}")
        body["recipe"]["writtenBy"] = {"kind": "model", "model": evil, "repairs": 1,
                                       "changes": [evil]}  # fmt: skip
        for lines in body["pricing"]["vendorBreakdown"].values():
            for line in lines:
                line["product"] = evil
                line["url"] = "javascript:alert(3)"
        for row in body["pricing"]["ingredients"]:
            for price in row["prices"]:
                price["product"] = evil
                price["url"] = "javascript:alert(3)"
        body["pricing"]["unpriced"].append({"ingredient": evil, "reason": evil})

    one = rewritten(home, meals["keto"], spoil)
    for path in ("", "/cook", "/basket", "/again"):
        text = home.page(f"{one}{path}")
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "javascript:" not in text
    assert linked_data(home.page(one))["name"] == evil
    sheet = home.client.get(f"/s/{one}.md").text
    assert "<script>" not in sheet.replace("\\<", "")


def test_recipe_scrapers_read_back_what_the_page_says(home: Larder, meals: dict[str, str]) -> None:
    for name, one in meals.items():
        body = json.loads(home.store.result(one))["recipe"]
        read: Any = scrape_html(home.page(one), f"http://testserver/s/{one}", supported_only=False)
        assert read.title() == body["recipeName"], name
        assert read.total_time() == body["cookingTime"]
        assert read.yields() == f"{body['servings']} servings"
        steps = [step.partition(". ")[2] for step in body["instructions"]]
        assert read.instructions_list() == [" ".join(step.split()) for step in steps]
        said = read.ingredients()
        assert len(said) == len(body["ingredients"]) + len(body["servedWith"])
        for line, row in zip(said, body["ingredients"], strict=False):
            assert row["name"] in line
            assert row["amount"] in line
        kcal = body["nutrition"]["perServing"]["energy_kcal"]
        assert read.nutrients()["calories"] == f"{kcal:.0f} calories"
        assert read.nutrients()["sodiumContent"].endswith(" mg")


def test_a_diet_is_claimed_only_where_every_rule_of_it_holds(
    home: Larder, meals: dict[str, str]
) -> None:
    vegan = linked_data(home.page(meals["diet"]))
    assert "https://schema.org/VeganDiet" in vegan["suitableForDiet"]
    assert "suitableForDiet" not in linked_data(home.page(meals["keto"]))

    def doubt(body: dict[str, Any]) -> None:
        rows = [one for one in body["recipe"]["findings"] if one["severity"] == "hard"]
        rows[0]["verdict"] = "unknown"

    assert "suitableForDiet" not in linked_data(home.page(rewritten(home, meals["diet"], doubt)))


def test_a_lower_bound_is_no_figure_for_others(home: Larder, meals: dict[str, str]) -> None:
    def hide(body: dict[str, Any]) -> None:
        body["recipe"]["nutrition"]["missing"] = ["상추: sodium_mg"]

    one = rewritten(home, meals["keto"], hide)
    text = home.page(one)
    assert "sodiumContent" not in linked_data(text)["nutrition"]
    assert "적어도 이만큼이에요" in text


def test_files_to_take_along(home: Larder, meals: dict[str, str]) -> None:
    one = meals["general"]
    answer = home.client.get(f"/s/{one}.json")
    assert answer.json() == json.loads(home.store.result(one))
    assert "attachment" in answer.headers["content-disposition"]
    assert home.client.get(f"/s/{one}.jsonld").json()["@type"] == "Recipe"
    sheet = home.client.get(f"/s/{one}.csv")
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    lines = home.store.result(one).count('"surplus"')
    assert len(rows) == 1 + lines
    markdown = home.client.get(f"/s/{one}.md").text
    assert markdown.startswith("# ")
    assert "- [ ] " in markdown
    assert "확인한 것" in markdown


def test_no_cell_of_a_sheet_is_a_formula() -> None:
    assert _cell("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert _cell("두부") == "두부"


def test_another_try_is_a_new_session_with_what_was_asked(
    home: Larder, meals: dict[str, str]
) -> None:
    one = meals["keto"]
    text = home.page(f"{one}/again")
    assert "더 싸게" in text
    asked: tuple[tuple[dict[str, str], str, object], ...] = (
        ({"wish": "less_salt"}, "prefer", ["less_salt"]),
        ({"another": "1"}, "seed", 1),
        ({"note": "더 매콤하게"}, "note", "더 매콤하게"),
    )
    for form, field, value in asked:
        answer = home.client.post(f"/s/{one}/again", data=form, follow_redirects=False)
        assert answer.status_code == 303
        made = answer.headers["location"].rpartition("/")[2]
        assert made != one
        new = json.loads(home.store.find(made).profile)
        assert new[field] == value
        assert new["target"] == "keto"
        twice = home.client.post(f"/s/{one}/again", data=form, follow_redirects=False)
        assert twice.headers["location"] == answer.headers["location"]
    nothing = home.client.post(f"/s/{one}/again", data={"note": " "}, follow_redirects=False)
    assert nothing.headers["location"] == f"/s/{one}/again"


def test_another_site_cannot_have_a_meal_made(home: Larder, meals: dict[str, str]) -> None:
    answer = home.client.post(
        f"/s/{meals['keto']}/again",
        data={"another": "1"},
        headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


def test_swaps_show_their_effect_before_they_are_taken(home: Larder, meals: dict[str, str]) -> None:
    one = meals["keto"]
    food = json.loads(home.store.result(one))["recipe"]["ingredients"][2]["food"]
    text = home.page(f"{one}/again?food={food}")
    found = re.findall(rf'href="(/s/{one}\?swap=[^"]+)"', text)
    assert found
    taken = home.client.get(found[0]).text
    assert "바꿨어요" in taken
    assert "처음대로 되돌리기" in taken


def with_shops(body: dict[str, Any]) -> None:
    """Each thing is sold by three shops; at one of them all, at two others cheaper by turns."""
    for place, row in enumerate(body["pricing"]["ingredients"]):
        row["prices"] = [
            {
                "vendor": vendor,
                "product": f"{vendor} {row['ingredient']}",
                "price": won + 8_000 * (place % 2 == odd),
                "pack": "500g",
                "unit": "pack",
                "kind": "offer",
                "source": "test",
                "observedOn": "2026-09-02",
                "url": "https://shop.example/1",
                "flags": [],
                "grams": 500.0,
                "bandPct": 10,
            }
            for vendor, won, odd in (("하나", 7_000, 2), ("두리", 1_000, 0), ("세찌", 1_000, 1))
        ]


def test_a_basket_over_several_shops_offers_other_ways_to_buy(
    home: Larder, meals: dict[str, str]
) -> None:
    one = rewritten(home, meals["general"], with_shops)
    text = home.page(f"{one}/basket?servings=3")
    assert "다르게 사기" in text
    assert "배송비" in text
    assert 'href="https://shop.example/1" rel="noopener noreferrer nofollow"' in text
    plan = re.search(rf'href="(/s/{one}/basket\?[^"]*plan=[^"]+)"', text)
    assert plan
    taken = home.client.get(plan[1].replace("&amp;", "&")).text
    assert "지금 보는 장바구니" in taken
    assert taken != text


def test_another_product_can_be_taken(home: Larder, meals: dict[str, str]) -> None:
    one = rewritten(home, meals["general"], with_shops)
    food = json.loads(home.store.result(one))["pricing"]["ingredients"][0]["food"]
    text = home.page(f"{one}/basket?pick={food}.0")
    shop = text.index('<h2 id="shelf-')
    assert "하나" in text[shop : text.index("</main>")]
    assert "고른 상품" in text
    assert f"pick={food}.1" in text


def test_the_worker_is_fetched_from_the_root_and_never_kept(home: Larder) -> None:
    answer = home.client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"


def test_timers_are_what_a_step_says() -> None:
    said = "센불에서 2분, 중불에서 10~12분 끓입니다. 속까지 익었는지(75℃ 1분) 확인합니다."
    assert list(timers(said)) == [(120, "2분"), (720, "10~12분")]
    assert list(timers("Simmer for 1 hour, rest 30 seconds.")) == [
        (3600, "1 hour"),
        (30, "30 seconds"),
    ]
    assert list(timers("Check it is cooked through (75 °C for a minute).")) == []
    assert list(timers("한입 크기로 썹니다.")) == []


def test_every_food_stands_in_an_aisle_that_has_a_name() -> None:
    assert all(f"meal.aisle_{one}" in catalogue() for one in AISLES)
