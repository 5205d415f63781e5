"""The command line as a person meets it: one clear line, the right exit code, no traceback."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from aichef.cli import progress_line
from tests.shared import shared_path

pytestmark = pytest.mark.usefixtures("home")

KEEP = ["COLUMNS", "LANG", "PATH", "PYTHONPATH", "VIRTUAL_ENV"]


def test_the_version_is_one_line(run) -> None:  # type: ignore[no-untyped-def]
    assert run("--version").out.startswith("aichef 0.")


def test_cook_prints_a_readable_meal_with_what_was_checked_first(run) -> None:  # type: ignore[no-untyped-def]
    ran = run("cook", "--target", "keto")
    assert ran.code == 0
    order = ["확인한 것", "재료", "만드는 법", "영양", "장바구니", "출처"]
    assert [ran.out.index(word) for word in order] == sorted(ran.out.index(w) for w in order)
    assert "\x1b" not in ran.out
    assert "안전" not in ran.out


def test_lines_fit_eighty_columns_counting_wide_characters(run) -> None:  # type: ignore[no-untyped-def]
    from rich.cells import cell_len

    for locale in ("ko", "en"):
        for target in ("keto", "diabetes", "fridge"):
            ran = run("cook", "--target", target, "--locale", locale)
            assert all(cell_len(line) <= 80 for line in ran.out.splitlines())


def test_english_meals_are_english(run) -> None:  # type: ignore[no-untyped-def]
    out = run("cook", "--target", "diet", "--locale", "en").out
    head = out.split("Basket")[0]
    assert "What was checked" in out
    assert not [ch for ch in head if "가" <= ch <= "힣"]


def test_the_original_example_is_section_four(run) -> None:  # type: ignore[no-untyped-def]
    asked = '{"target":"keto","healthConditions":["diabetes"],"budget":30000,"servings":2}'
    ran = run("cook", "--profile", "-", "--json", stdin=asked)
    assert ran.code == 0
    recipe = ran.json["recipe"]
    assert isinstance(recipe, dict)
    assert recipe["servings"] == 2
    first = recipe["findings"][0]
    assert (first["rule"], first["verdict"]) == ("A01", "unknown")


@pytest.mark.parametrize(
    ("profile", "named"),
    [
        ({"target": "keto", "healthConditions": "콩팥병"}, "K16.ckd"),
        ({"target": "keto", "medications": "인슐린"}, "insulin_su.01"),
        ({"target": "baby_food", "babyAgeMonths": 8, "note": "꿀을 넣어 주세요"}, "B39"),
        ({"target": "baby_food", "babyAgeMonths": 3}, "B01"),
        ({"target": "baby_food", "babyAgeMonths": 10, "healthConditions": "당뇨"}, "B64"),
        ({"target": "diet", "healthConditions": "임신"}, "W14.pregnancy"),
        ({"target": "diet", "servings": 4, "budget": 1000, "pantry": "empty"}, "G10"),
        ({"target": "fridge", "servings": 4, "budget": 1000, "pantry": "empty"}, "G10"),
        ({"target": "general", "servings": 4, "budget": 1000, "pantry": "empty"}, "G10"),
    ],
)
def test_what_cannot_be_met_is_refused_with_its_rule(run, profile, named) -> None:  # type: ignore[no-untyped-def]
    ran = run("cook", "--profile", "-", "--json", stdin=json.dumps(profile))
    assert ran.code == 2
    assert ran.json["error"] == "INFEASIBLE_PROFILE"
    details = ran.json["details"]
    assert isinstance(details, dict)
    assert named in {rule["rule"] for rule in details["rules"]}
    assert ran.err.count("\n") == 1
    assert named in ran.err


@pytest.mark.parametrize(
    ("profile", "error", "field"),
    [
        ({"target": "baby_food"}, "NEEDS_ANSWER", "babyAgeMonths"),
        ({"target": "keto", "servings": 0}, "INVALID_PROFILE", "servings"),
        ({"target": "keto", "servings": True}, "INVALID_PROFILE", "servings"),
        ({"target": "keto", "budget": "무제한"}, "INVALID_PROFILE", "budget"),
        ({"target": "keto", "alergies": "땅콩"}, "INVALID_PROFILE", "alergies"),
        ({"target": "keto", "allergies": "그거"}, "NEEDS_ANSWER", "allergies"),
        ({"target": "paleo"}, "INVALID_PROFILE", "target"),
    ],
)
def test_a_bad_field_is_named_in_one_line(run, profile, error, field) -> None:  # type: ignore[no-untyped-def]
    ran = run("cook", "--profile", "-", "--json", stdin=json.dumps(profile))
    assert ran.code == 2
    assert ran.json["error"] == error
    details = ran.json["details"]
    assert isinstance(details, dict)
    assert details["field"] == field
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\ufeff{", '{"target": NaN}', "[" * 9999])
def test_a_profile_that_is_not_json_is_one_line(run, text: str) -> None:  # type: ignore[no-untyped-def]
    ran = run("cook", "--profile", "-", stdin=text)
    assert ran.code == 2
    assert ran.err.count("\n") == 1


def test_a_missing_file_is_one_line(run) -> None:  # type: ignore[no-untyped-def]
    for arguments in (
        ["cook", "--profile", "/nowhere/profile.json"],
        ["check", "/nowhere/recipe.json"],
        ["prices", "import", "/nowhere/prices.csv"],
    ):
        ran = run(*arguments)
        assert ran.code == 2
        assert ran.err.count("\n") == 1


def test_wrong_flags_are_one_line(run) -> None:  # type: ignore[no-untyped-def]
    for arguments in ([], ["cook", "--nonsense"], ["prices"], ["fry"]):
        ran = run(*arguments)
        assert ran.code == 2
        assert ran.err.count("\n") == 1


def test_check_judges_any_recipe_and_explains_its_figures(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    recipe = tmp_path / "recipe.json"
    recipe.write_text(
        json.dumps(
            {"name": "삼겹살 상추쌈", "servings": 1, "ingredients": ["삼겹살 150g", "상추 40g"]}
        ),
        encoding="utf-8",
    )
    ran = run("check", str(recipe), "--target", "keto", "--explain")
    assert ran.code == 0
    assert "숫자의 근거" in ran.out
    assert "RDA" in ran.out
    read = run("check", str(recipe), "--target", "keto", "--allergies", "돼지고기", "--json").json
    assert read["holds"] is False


def test_check_of_our_own_meal_holds(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for target in ("keto", "diet", "diabetes"):
        cooked = run("cook", "--target", target, "--json", "--medications", "없음")
        kept = tmp_path / "meal.json"
        kept.write_text(cooked.out, encoding="utf-8")
        checked = run(
            "check", str(kept), "--target", target, "--json", "--medications", "없음"
        ).json
        assert checked["holds"] is True, checked["findings"]


def test_own_prices_are_kept_used_and_forgotten(run) -> None:  # type: ignore[no-untyped-def]
    assert run("prices", "add", "두부", "300g", "1,500원", "--seller", "동네마트").code == 0
    listed = run("prices", "list", "--json").out
    (row,) = json.loads(listed)
    assert (row["price"], row["vendor"]) == (1500, "동네마트")
    assert "동네마트" in run("prices", "find", "두부").out
    meal = run(
        "cook", "--target", "diabetes", "--seed", "4", "--json", "--medications", "없음"
    ).json
    assert meal["version"] == "1.0"
    assert run("prices", "remove", row["key"]).code == 0
    assert json.loads(run("prices", "list", "--json").out) == []
    assert run("prices", "remove", "nothing").code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("두부", "300g", "-5"),
        ("두부", "0g", "1500"),
        ("두부", "abc", "1500"),
        ("없는음식", "300g", "1500"),
        ("두부", "300g", "1500", "--date", "어제쯤"),
        ("두부", "300g", "1500", "--date", "2999-01-01"),
    ],
)
def test_a_price_that_cannot_be_is_one_line(run, arguments: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    ran = run("prices", "add", *arguments)
    assert ran.code == 2
    assert ran.err.count("\n") == 1


def test_foods_are_found_by_a_word(run) -> None:  # type: ignore[no-untyped-def]
    assert "tofu_firm" in run("foods", "두부").out
    assert "아는 음식이 아니에요" in run("foods", "zzz").out
    assert json.loads(run("foods", "두부", "--json").out)[0]["food"] == "tofu_firm"


def test_the_doctor_says_what_is_configured(run) -> None:  # type: ignore[no-untyped-def]
    report = run("doctor", "--json").json
    assert report["writer"] == "cookbook"
    assert report["foods"] == 600
    assert run("doctor").code == 0


def test_a_damaged_price_file_does_not_stop_a_meal(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "own_prices.csv").write_text("garbage\n\x00,,,\n", encoding="utf-8")
    assert run("cook", "--target", "keto").code == 0
    assert run("prices", "list").code == 2


def test_an_unexpected_fault_is_one_line_too(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    import aichef.cli

    def broken(_: object) -> int:
        raise ZeroDivisionError("secret 1234")

    monkeypatch.setattr(aichef.cli, "_doctor", broken)
    ran = run("doctor")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "secret" not in ran.err


def test_a_reader_that_leaves_is_no_fault() -> None:
    command = f"{sys.executable} -m aichef cook --target keto --json | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout == "{\n"
    assert done.stderr == ""


def on_terminal(folder: Path, typed: str, *arguments: str) -> tuple[int, str]:
    """Exit code of a command on a real terminal, with everything that was seen there."""
    primary, secondary = pty.openpty()
    environ = {**os.environ, "AICHEF_DATA_DIR": str(folder), "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen(
        [sys.executable, "-m", "aichef", *arguments],
        stdin=secondary,
        stdout=secondary,
        stderr=secondary,
        env=environ,
        close_fds=True,
    ) as process:
        os.close(secondary)
        os.write(primary, typed.encode())
        seen = b""
        while True:
            try:
                piece = os.read(primary, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        code = process.wait(timeout=30)
    os.close(primary)
    return code, seen.decode(errors="replace")


def test_the_terminal_asks_what_is_missing_and_shows_progress(tmp_path: Path) -> None:
    """On a real terminal: asked for the age, answered, served; colour and progress are there."""
    code, text = on_terminal(tmp_path, "생후 7개월\n", "cook", "--target", "baby_food")
    assert code == 0
    assert "개월" in text
    assert "100%" in text
    assert "\x1b[" in text


def test_the_terminal_asks_for_a_target_until_it_is_one(tmp_path: Path) -> None:
    code, text = on_terminal(tmp_path, "paleo\ngeneral\n", "cook")
    assert code == 0
    assert "어떤 식단인가요?" in text
    assert all(f"  {one}" in text for one in ("keto", "baby_food", "diabetes", "diet", "fridge"))
    assert "확인한 것" in text


def test_a_wrong_flag_on_a_terminal_is_no_question(tmp_path: Path) -> None:
    assert on_terminal(tmp_path, "", "cook", "--target", "paleo")[0] == 2


def test_nobody_is_asked_for_a_target_through_a_pipe(run) -> None:  # type: ignore[no-untyped-def]
    ran = run("cook")
    assert (ran.code, ran.err.count("\n")) == (2, 1)


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_the_line_of_progress_never_wraps(locale: str) -> None:
    from rich.cells import cell_len

    from aichef.meal.words import PHASE

    for phase in PHASE:
        assert cell_len(progress_line(phase, 60, locale, 40)) < 40
        assert progress_line(phase, 60, locale, 80).startswith("█" * 12 + "·" * 8 + "  60% ")


def test_english_errors_are_english(run, monkeypatch, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    said = [
        run("cook", "--profile", "/nowhere", "--locale", "en"),
        run("cook", "--profile", str(broken), "--locale", "en"),
        run("cook", "--profile", "/nowhere", "--jsonl", "--locale", "en"),
        run("check", "/nowhere", "--locale", "en"),
        run("foods", "zzz", "--locale", "en"),
        run("prices", "find", "zzz", "--locale", "en"),
        run("prices", "add", "tofu", "300g", "999999999999", "--locale", "en"),
        run("prices", "import", "/nowhere", "--locale", "en"),
    ]
    monkeypatch.setenv("AICHEF_LOCALE", "en")
    said += [
        run("prices", "list"),
        run("prices", "remove", "zzz"),
        run("prices", "add", "tofu", "x", "1500"),
        run("prices", "add", "tofu", "300g", "1500"),
        run("prices", "list"),
    ]
    for ran in said:
        text = (ran.out + ran.err).replace("개", "")
        assert text.strip()
        assert not [ch for ch in text if "가" <= ch <= "힣"], text


def test_a_price_beyond_the_limits_leaves_the_others_in_use(run) -> None:  # type: ignore[no-untyped-def]
    assert run("prices", "add", "양파", "1kg", "3000").code == 0
    ran = run("prices", "add", "두부", "300g", "999999999999")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert len(json.loads(run("prices", "list", "--json").out)) == 1


def test_a_bad_line_of_own_prices_is_named_and_can_be_removed(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    kept = tmp_path / "data" / "own_prices.csv"
    kept.parent.mkdir()
    kept.write_text("food,grams,won\nonion,100,lots\nonion,1000,3000\n", encoding="utf-8")
    cooked = run("cook", "--target", "general")
    assert cooked.code == 0
    assert "1줄을 읽지 못해" in cooked.err
    listed = run("prices", "list")
    assert "3,000원" in listed.out
    assert "lots" in listed.err
    assert run("prices", "remove", listed.err.split()[-1]).code == 0
    assert run("prices", "list").err == ""
    assert run("cook", "--target", "general").err == ""


def test_a_data_folder_that_cannot_be_one_is_named_and_stops_no_meal(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file", encoding="utf-8")
    prices = tmp_path / "prices.csv"
    prices.write_text("food,grams,won\nonion,1000,3000\n", encoding="utf-8")
    for folder in (taken, taken / "below", Path("/proc/aichef")):
        monkeypatch.setenv("AICHEF_DATA_DIR", str(folder))
        for arguments in (["add", "두부", "300g", "1500"], ["import", str(prices)]):
            ran = run("prices", *arguments)
            assert ran.code in {1, 2}
            assert ran.err.count("\n") == 1
            assert str(folder) in ran.err
        assert run("cook", "--target", "general").code == 0
        assert run("prices", "list").code in {0, 1}
        assert run("doctor").code == 0


def test_a_file_that_is_too_large_says_so(run, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("aichef.cli.BIGGEST_FILE", 2_000_000)
    large = tmp_path / "large.json"
    large.write_text('{"target": "keto"}' + " " * 2_000_000, encoding="utf-8")
    for arguments in (["cook", "--profile", str(large)], ["check", str(large)]):
        ran = run(*arguments)
        assert ran.code == 2
        assert "너무 커요" in ran.err


def test_a_key_given_twice_is_named(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    twice = '{"target": "keto", "allergies": "땅콩", "allergies": "없음"}'
    ran = run("cook", "--profile", "-", "--json", stdin=twice)
    assert (ran.code, ran.json["error"]) == (2, "INVALID_PROFILE")
    assert "allergies" in ran.err
    (line,) = run("cook", "--jsonl", stdin=twice).out.splitlines()
    assert "allergies" in json.loads(line)["message"]
    recipe = '{"name": "국", "ingredients": ["땅콩 1개"], "ingredients": ["두부 1모"]}'
    ran = run("check", "-", stdin=recipe)
    assert ran.code == 2
    assert "ingredients" in ran.err


def test_check_says_when_a_hard_rule_could_not_be_assessed(run) -> None:  # type: ignore[no-untyped-def]
    dish = {"name": "볶음", "servings": 2, "ingredients": ["두부 1모", "비밀양념 2큰술"]}
    read = run("check", "-", "--target", "diet", "--json", stdin=json.dumps(dish)).json
    assert read["holds"] is True
    assert read["unassessed"]
    page = run("check", "-", "--target", "diet", stdin=json.dumps(dish)).out
    assert page.splitlines()[1] == "확인하지 못한 것이 있어요."
    known = {"name": "두부", "servings": 2, "ingredients": ["두부 1모"]}
    assert run("check", "-", "--json", stdin=json.dumps(known)).json["unassessed"] == []
    page = run("check", "-", stdin=json.dumps(known)).out
    assert page.splitlines()[1] == "규칙을 어긴 곳을 찾지 못했어요."


def test_what_was_assumed_stands_first_and_names_are_words(run) -> None:  # type: ignore[no-untyped-def]
    out = run(
        "cook", "--target", "keto", "--health-conditions", "당뇨", "--diet", "pescatarian"
    ).out
    block = out.split("확인한 것")[1].splitlines()
    assert block[1] == "드시는 분: 케토 · 제2형 당뇨병 · 페스코 채식"
    assert block[2].startswith("? 드시는 약을 몰라서")
    assert "45–5" not in out
    assert "국가표준식품성분표 10.3" in out
    assert "규칙: " in out


def test_an_english_reader_gets_english_names_of_allergies(run) -> None:  # type: ignore[no-untyped-def]
    out = run("cook", "--target", "diet", "--allergies", "땅콩", "--locale", "en").out
    assert "allergic to peanut" in out
    assert "땅콩" not in out.split("Basket")[0]


def test_real_titles_can_be_checked_in_bulk(run) -> None:  # type: ignore[no-untyped-def]
    """Fifty foreign recipes pass through the door without a fault."""
    lines = shared_path("cases/recipes_dev.jsonl").read_text(encoding="utf-8").splitlines()[:50]
    for line in lines:
        row = json.loads(line)
        recipe = {"name": row["name"], "servings": 2, "ingredientsText": row["ingredients_text"]}
        ran = run("check", "-", "--json", stdin=json.dumps(recipe))
        assert ran.code == 0, ran.err
