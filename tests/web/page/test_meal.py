"""The pages of a meal that is ready, over plain HTTP: what they say, and what they let in."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from recipe_scrapers import scrape_html

from aichef.kitchens.local import now
from aichef.meal.render import is_least
from aichef.profile.parse import parse_profile
from aichef.recipe.rules import all_rules
from aichef.session.model import canonical, new_id
from aichef.web.page.chart import chart
from aichef.web.page.checked import MAY, checked, timers
from aichef.web.page.kept import Wish
from aichef.web.page.linked import FIGURES
from aichef.web.page.recipe import _ingredients
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


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_recipe_scrapers_read_back_what_the_page_says(
    home: Larder, meals: dict[str, str], lang: str
) -> None:
    """Title, lines, steps, yield, time and every figure of nutrition, none lost, none added."""
    for name, one in meals.items():
        body = json.loads(home.store.result(one))["recipe"]
        # The page may be read in another language; what others import is the meal's own.
        page = home.page(f"{one}?lang={lang}")
        read: Any = scrape_html(page, f"http://testserver/s/{one}", supported_only=False)
        assert read.title() == body["recipeName"], name
        assert linked_data(page)["inLanguage"] == "ko"
        assert read.total_time() == body["cookingTime"]
        assert read.yields() == f"{body['servings']} servings"
        steps = [step.partition(". ")[2] for step in body["instructions"]]
        assert read.instructions_list() == [" ".join(step.split()) for step in steps]
        told = [
            *(
                f"{row.get('prep', '')} {row['name']} {row['amount']}{row['unit']}".strip()
                for row in body["ingredients"]
            ),
            *(f"{row['name']} {row['grams'] * body['servings']:g}g" for row in body["servedWith"]),
        ]
        assert read.ingredients() == told
        serving = body["nutrition"]["perServing"]
        missing = body["nutrition"]["missing"]
        expected = {
            key: f"{serving[field]:.{places}f} {unit}"
            for key, (field, unit, places) in FIGURES.items()
            if serving[field] is not None and not is_least(missing, field)
        }
        assert len(expected) >= 5
        assert read.nutrients() == {"servingSize": "1인분", **expected}


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


def test_a_diabetic_diet_is_not_claimed_where_medicines_are_not_known(
    home: Larder, meals: dict[str, str]
) -> None:
    def all_hold(body: dict[str, Any]) -> None:
        for one in body["recipe"]["findings"]:
            one["verdict"] = "pass" if one["verdict"] in {"warn", "fail"} else one["verdict"]

    def unknown_medicines(body: dict[str, Any]) -> None:
        all_hold(body)
        finding(body, "A01", "unknown")

    def close(body: dict[str, Any]) -> None:
        all_hold(body)
        rows = [one for one in body["recipe"]["findings"] if one["rule"] == "D01"]
        rows[0]["verdict"] = "warn"

    def claims(change: Any) -> list[str]:
        data = linked_data(home.page(rewritten(home, meals["diabetes"], change)))
        return list(data.get("suitableForDiet", []))

    assert claims(all_hold) == ["https://schema.org/DiabeticDiet"]
    assert claims(unknown_medicines) == []
    assert claims(close) == []


@pytest.mark.parametrize("unknown", ["비밀 양념", "비밀 양념: amount"])
def test_with_an_unknown_food_every_figure_is_a_lower_bound(
    home: Larder, meals: dict[str, str], unknown: str
) -> None:
    def hide(body: dict[str, Any]) -> None:
        body["recipe"]["nutrition"]["missing"] = [
            unknown,
            *(f"채소 {n}: sodium_mg" for n in range(11)),
        ]

    one = rewritten(home, meals["keto"], hide)
    _, rows = chart(home.kept(one).view(Wish()), "ko")
    known = [row for row in rows if row.value != "?"]
    assert len(known) > 5
    assert all(row.value.startswith("≥ ") for row in known)
    assert all(row.total.startswith("≥ ") for row in known if row.total)
    assert len(linked_data(home.page(one))["nutrition"]) == 2
    text = home.page(one)
    assert "외 4가지" in text
    assert "and 4 more" in home.page(f"{one}?lang=en")
    sheet = home.client.get(f"/s/{one}.md").text
    assert "- 나트륨 ≥ " in sheet
    assert "외 4가지" in sheet


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


def test_lists_to_take_along_have_fees_and_what_has_no_price(
    home: Larder, meals: dict[str, str]
) -> None:
    def add(body: dict[str, Any]) -> None:
        body["pricing"]["unpriced"].append(
            {"ingredient": "사프란", "reason": "가격 정보가 없어요."}
        )
        body["pricing"]["delivery"] = [
            {"vendor": "하나", "won": 3_000, "freeFrom": 40_000, "toFree": 20_000,
             "assumed": True, "asOf": "2026-09-02"},
            {"vendor": "두리", "won": 0, "freeFrom": None, "toFree": None,
             "assumed": False, "asOf": None},
        ]  # fmt: skip

    one = rewritten(home, meals["general"], add)
    page = home.page(f"{one}/basket")
    copied = page[page.index('id="list-text"') :]
    for text in (copied[: copied.index("</textarea>")], home.client.get(f"/s/{one}.md").text):
        assert "사프란 (" in text
        assert "하나: 배송비 3,000원" in text
        assert "두리" not in text
    assert "추정, 9월 2일 기준" in page
    assert "2026-09-02" not in page
    assert "assumed, as of 2 September" in home.page(f"{one}/basket?lang=en")


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


def test_another_try_starts_from_the_meal_as_it_was_changed(
    home: Larder, meals: dict[str, str]
) -> None:
    one = meals["keto"]
    wish = "servings=3&have=avocado&buy=salt_refined"
    page = home.page(f"{one}/again?{wish}")
    address = f'/s/{one}/again?servings=3&amp;have=avocado&amp;buy=salt_refined"'
    assert page.count(f'action="{address}') >= 2
    answer = home.client.post(
        f"/s/{one}/again?{wish}", data={"note": "맵게"}, follow_redirects=False
    )
    made = json.loads(home.store.find(answer.headers["location"].rpartition("/")[2]).profile)
    profile = parse_profile(made)
    assert (made["servings"], made["note"]) == (3, "맵게")
    assert "avocado" in profile.pantry
    assert "salt_refined" not in profile.pantry
    assert "salt_sea" in profile.pantry
    # The same words about another meal are another try.
    plain = home.client.post(f"/s/{one}/again", data={"note": "맵게"}, follow_redirects=False)
    assert plain.headers["location"] != answer.headers["location"]


def test_a_note_is_added_to_the_one_before_and_what_is_wrong_with_it_is_said_plainly(
    home: Larder,
) -> None:
    one = home.cooked({"target": "keto", "note": "국물 있게"})
    answer = home.client.post(f"/s/{one}/again", data={"note": "맵게"}, follow_redirects=False)
    made = answer.headers["location"].rpartition("/")[2]
    assert json.loads(home.store.find(made).profile)["note"] == "국물 있게, 맵게"
    wrong = home.client.post(f"/s/{one}/again", data={"note": "새우 알레르기가 있어요"})
    assert wrong.status_code == 422
    alert = wrong.text[wrong.text.index('role="alert"') :][:600]
    assert "알레르기" in alert
    assert "(allergies)" not in alert
    assert "새우 알레르기가 있어요</textarea>" in wrong.text


def test_the_dish_that_is_shown_as_the_next_is_the_next(home: Larder) -> None:
    one = home.cooked({"target": "general", "seed": "41"})
    shown = re.search(r"다음은 (.+?) \(\d+분\)이에요", home.page(f"{one}/again"))
    assert shown
    answer = home.client.post(f"/s/{one}/again", data={"another": "1"}, follow_redirects=False)
    made = answer.headers["location"].rpartition("/")[2]
    assert json.loads(home.store.find(made).profile)["seed"] == 42
    assert json.loads(home.store.result(made))["recipe"]["recipeName"] == shown[1]


def test_till_tomorrow_is_the_same_day_in_another_try(home: Larder) -> None:
    one = home.cooked({"target": "fridge", "availableIngredients": "두부 1모 (내일까지)"})
    held = home.store._held[one]
    earlier = now() - timedelta(days=3)
    session = replace(held.session, accepted_at=earlier, started_at=earlier)
    home.store._held[one] = replace(held, session=session)
    answer = home.client.post(f"/s/{one}/again", data={"another": "1"}, follow_redirects=False)
    assert answer.status_code in {303, 422}
    given = home.kept(one).given["availableIngredients"]
    assert given[0]["expires"] == (earlier + timedelta(days=1)).date().isoformat()


def test_a_meal_of_an_earlier_version_says_so_on_every_page(
    home: Larder, meals: dict[str, str]
) -> None:
    def old(body: dict[str, Any]) -> None:
        for row in body["pricing"]["ingredients"]:
            del row["food"]

    one = rewritten(home, meals["keto"], old)
    for path in ("", "/cook", "/basket", "/again"):
        text = home.page(f"{one}{path}", 409)
        assert "이전 버전에서 만든 식사" in text
        assert f'href="/?from={one}"' in text
    assert home.client.post(f"/s/{one}/again", data={"note": "x"}).status_code == 409
    assert home.client.get(f"/s/{one}.csv").status_code == 409


def test_a_meal_speaks_its_own_language_whatever_the_page_is_read_in(home: Larder) -> None:
    korean = home.cooked({"target": "keto"})
    page = home.page(f"{korean}?lang=en")
    assert '<h1 lang="ko">' in page
    assert '<ol class="method-steps" lang="ko">' in page
    assert linked_data(page)["inLanguage"] == "ko"
    assert home.client.get(f"/s/{korean}.jsonld?lang=en").json()["inLanguage"] == "ko"
    assert "<h1>" in home.page(korean)
    english = home.cooked({"target": "keto", "locale": "en-US"})
    for path in ("", "/cook", "/basket", "/again"):
        assert '<html lang="en"' in home.page(f"{english}{path}")
    assert linked_data(home.page(english))["inLanguage"] == "en"


def test_cook_mode_names_what_a_step_uses_and_nothing_its_name_stands_in(
    home: Larder, meals: dict[str, str]
) -> None:
    def steps(body: dict[str, Any]) -> None:
        names = ("무", "새우젓", "새우")
        rows = body["recipe"]["ingredients"]
        foods = ("radish_korean", "salted_shrimp", "shrimp")
        for row, name, food in zip(rows, names, foods, strict=False):
            row.update(name=name, food=food, prep="", amount="1", unit="개")
        body["recipe"]["instructions"] = [
            "1. 나무 주걱으로 새우젓을 풉니다.",
            "2. 무를 썰고 새우를 볶습니다.",
        ]

    one = rewritten(home, meals["keto"], steps)
    first, second = re.findall(r'class="for-step".*?<ul>(.*?)</ul>', home.page(f"{one}/cook"))
    assert re.findall(r"<li>(.*?)</li>", first) == ["새우젓 1개"]
    assert re.findall(r"<li>(.*?)</li>", second) == ["무 1개", "새우 1개"]


def test_every_pack_of_an_ingredient_counts_and_no_pack_twice(
    home: Larder, meals: dict[str, str]
) -> None:
    def packs(body: dict[str, Any]) -> None:
        lines = [one for some in body["pricing"]["vendorBreakdown"].values() for one in some]
        line = lines[0]
        more = {**line, "price": 777, "quantity": "1 × 50g"}
        body["pricing"]["vendorBreakdown"]["두리"] = [more]
        rows = body["recipe"]["ingredients"]
        row = next(one for one in rows if one["food"] == line["food"])
        line["name"] = more["name"] = f"{row['name']}, 다진 것, 조금"
        rows.append({**row, "name": "다진 것, 조금"})
        rows.append({**row, "name": "어디에도 없는 것", "food": None})

    one = rewritten(home, meals["keto"], packs)
    view = home.kept(one).view(Wish())
    told = {row["name"]: row["cost"] for row in _ingredients(view, "ko")}
    line = next(iter(view.body["pricing"]["vendorBreakdown"].values()))[0]
    name = line["name"].partition(",")[0]
    assert told[name] == f"{line['price'] + 777:,}원"
    assert told["다진 것, 조금"] == "위에 포함"
    assert told["어디에도 없는 것"] == ""


def test_what_was_changed_is_told_as_it_is(home: Larder, meals: dict[str, str]) -> None:
    one = meals["general"]
    kept = home.kept(one)
    assert "1인분 영양은 그대로예요" in home.page(f"{one}?servings=3")
    foods = (one.food or "" for one in kept.recipe.ingredients if one.to_buy)
    swap, _ = next(pair for food in foods for pair in kept.swaps(food))
    ((old, new),) = swap.swap
    text = home.page(f"{one}?servings=3&swap={old}.{new}")
    assert "2인분" in text or "4인분을 3인분으로 바꿨어요" in text
    assert "1인분 영양은 그대로예요" not in text
    assert "바꾼 것" not in home.page(f"{one}?have=salmon&plan=fewest_shops&pick=salmon.3")


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


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("센불에서 2분, 중불에서 5분 끓입니다.", [(120, "2분"), (300, "5분")]),
        ("30초간 데칩니다.", [(30, "30초")]),
        ("1.5시간 삶습니다.", [(5400, "1.5시간")]),
        ("1시간 30분 삶습니다.", [(5400, "1시간 30분")]),
        ("1분 30초 돌립니다.", [(90, "1분 30초")]),
        ("반 시간 둡니다.", [(1800, "반 시간")]),
        ("1시간 반 끓입니다.", [(5400, "1시간 반")]),
        ("두 시간 반을 끓입니다.", [(9000, "두 시간 반")]),
        ("삼십 분 재웁니다.", [(1800, "삼십 분")]),
        ("10~15분 굽습니다.", [(600, "10분(10~15분 중 첫 확인)")]),
        ("5분에서 10분 둡니다.", [(300, "5분(5분에서 10분 중 첫 확인)")]),
        ("30분~1시간 재웁니다.", [(1800, "30분(30분~1시간 중 첫 확인)")]),
        ("1시간~1시간 30분 끓입니다.", [(3600, "1시간(1시간~1시간 30분 중 첫 확인)")]),
        ("2분 전자레인지에 돌립니다.", [(120, "2분")]),
        ("180℃ 오븐에서 20분 굽습니다.", [(1200, "20분")]),
        ("속까지 익었는지(75℃ 1분) 확인합니다.", []),
        ("물 3분의 1 컵을 넣습니다.", []),
        ("1/3분량만 넣고 2인분으로 4등분합니다.", []),
        ("먹기 30분 전에 꺼냅니다.", []),
        ("12시간 불립니다.", []),
        ("한입 크기로 썹니다.", []),
        ("Simmer for 1 hour, rest 30 seconds.", [(3600, "1 hour"), (30, "30 seconds")]),
        ("Cook for 1/2 hour.", [(1800, "1/2 hour")]),
        ("Cook for 1 1/2 hours.", [(5400, "1 1/2 hours")]),
        ("Cook for 1½ hours.", [(5400, "1½ hours")]),
        ("Cook for 1.5 hrs.", [(5400, "1.5 hrs")]),
        ("Rest half an hour.", [(1800, "half an hour")]),
        ("Cook an hour and a half.", [(5400, "an hour and a half")]),
        ("Cook 1 hour and 30 minutes.", [(5400, "1 hour and 30 minutes")]),
        ("A 10-minute rest.", [(600, "10-minute")]),
        ("Fry 2 to 3 minutes.", [(120, "2 min (first look of 2 to 3 minutes)")]),
        ("Bake at 180°C for 20–25 min.", [(1200, "20 min (first look of 20–25 min)")]),
        ("Check it is cooked through (75 °C for a minute).", []),
        ("Take it out 30 minutes before eating.", []),
    ],
)
def test_timers_are_what_a_step_says(said: str, found: list[tuple[int, str]]) -> None:
    assert list(timers(said)) == found


def test_a_rule_on_what_may_be_inside_is_known_as_one() -> None:
    """No rule is missed by what a label may say, and no label is said to be a recommendation."""
    speaks = re.compile(r"(?:표시|원재료|인증)[를을]|원재료를|들었는지")
    told = {
        rule.id
        for rule in all_rules()
        if rule.kind in {"avoid", "check"} and rule.severity == "soft" and speaks.search(rule.ko)
    }
    assert told == MAY


def finding(body: dict[str, Any], rule: str, verdict: str, **more: Any) -> None:
    rows = body["recipe"]["findings"]
    rows[:] = [one for one in rows if one["rule"] != rule]
    rows.append(
        {"rule": rule, "severity": "soft", "verdict": verdict, "value": None, "limit": None,
         "unit": "", "source": "AI Chef design note, arithmetic", "message": f"{rule} 문장",
         "foods": [], **more}
    )  # fmt: skip


def test_what_may_be_inside_is_no_recommendation_that_was_missed(
    home: Larder, meals: dict[str, str]
) -> None:
    def may(body: dict[str, Any]) -> None:
        finding(body, "vegan.01b", "fail")
        finding(body, "D01", "fail", value=900.0, limit=700.0, unit="kcal")

    view = home.kept(rewritten(home, meals["diet"], may)).view(Wish())
    groups = {name: [one.rule for one in some] for name, some in checked(view, "ko").groups}
    assert "vegan.01b" in groups["may"]
    assert "vegan.01b" not in groups["missed"]
    assert "D01" in groups["missed"]
    text = home.page(rewritten(home, meals["diet"], may))
    assert "권장 기준을 벗어났어요" in text
    assert "못 미" not in text
    # What we set ourselves has a name that a Korean can read.
    assert "AI 셰프 자체 기준" in text
    assert "AI Chef design note" not in text


def test_every_food_stands_in_an_aisle_that_has_a_name() -> None:
    assert all(f"meal.aisle_{one}" in catalogue() for one in AISLES)
