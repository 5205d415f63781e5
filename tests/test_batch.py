"""The batch doors: a line in, a line out, in order; a bad line costs nobody else theirs."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aichef import batch
from aichef.batch import LONGEST_OBJECT, LONGEST_STRING, numbered, string_json
from aichef.food.table import foods
from aichef.recipe.rules import rules_for
from tests.shared import shared_path

pytestmark = pytest.mark.usefixtures("home")

AICHEF = [sys.executable, "-m", "aichef"]
KEYS = [
    *("raw", "name", "amount", "unit", "grams", "ml"),
    *("food", "prep", "optional", "vague", "unknown"),
]
FRIED_RICE = {
    "name": "김치볶음밥",
    "servings": 2,
    "ingredients": ["밥 2공기", "김치 200g", "식용유 1큰술"],
}


def lines_of(*values: object) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in values)


# --- lines ------------------------------------------------------------------------------------


def test_lines_keep_their_number_and_blank_ones_are_left_out() -> None:
    source = io.BytesIO("\ufeff하나\r\n\n \t\n둘".encode())
    assert list(numbered(source, 100)) == [(1, "하나", True), (4, "둘", True)]


def test_of_an_endless_line_only_the_beginning_is_kept() -> None:
    source = io.BytesIO(b"a" * 1000 + b"\nb\n" + b"c" * 100 + b"\n")
    assert list(numbered(source, 100)) == [
        (1, "a" * 101, False),
        (2, "b", True),
        (3, "c" * 100, True),
    ]


# --- strings ----------------------------------------------------------------------------------


def test_a_string_is_one_object_with_these_keys(run) -> None:  # type: ignore[no-untyped-def]
    ran = run("foods", "parse", stdin="다진 마늘 1큰술\n")
    assert ran.code == 0
    (one,) = ran.lines
    assert list(one) == KEYS
    assert one["name"] == "마늘"
    assert one["prep"] == "다진"
    assert (one["amount"], one["unit"], one["ml"]) == (1, "큰술", 15)
    assert one["food"] == "garlic"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("계란 2개", {"name": "달걀", "amount": 2, "unit": "개", "food": "egg"}),
        ("2 large eggs", {"amount": 2, "unit": "개", "food": "egg", "prep": "large(size)"}),
        ("양파(대) 1/2개", {"name": "양파", "amount": 0.5, "prep": "대(size)"}),
        ("물 2와1/2컵", {"amount": 2.5, "unit": "컵", "ml": 500, "grams": 500}),
        ("1 cup water", {"unit": "cup", "ml": 236.6, "food": "water"}),
        ("볶은 흑임자(검은깨) 1/2컵(55g)", {"name": "흑임자", "amount": 0.5, "grams": 55}),
        ("양상추 4~5장", {"amount": 4.5, "unit": "장"}),
        ("후추 약간", {"amount": None, "unit": "약간", "grams": None, "vague": True}),
        ("후추 1꼬집", {"amount": 1, "unit": "꼬집", "grams": None, "vague": True}),
        ("청양고추", {"amount": None, "unit": None, "vague": True}),
        ("캡사이신 1/2큰술 (생략가능)", {"ml": 7.5, "optional": True, "unknown": True}),
        ("굴소스 1비율", {"amount": 1, "unit": "비율", "grams": None, "ml": None}),
        ("굴소스 2", {"amount": 2, "unit": None, "vague": False}),
        ("물 (면삶을용)", {"name": "물", "prep": ""}),
        ("양파 nan개", {"amount": None, "grams": None}),
        ("양파 -3개", {"amount": None, "grams": None}),
        ("듣도보도못한것 30g", {"grams": 30, "food": None, "unknown": True}),
    ],
)
def test_conventions_of_the_labelled_strings(text: str, expected: dict[str, Any]) -> None:
    one = string_json(text)
    assert one["raw"] == text
    assert {key: one[key] for key in expected} == expected


def test_labelled_strings_are_read_as_labelled() -> None:
    with shared_path("cases/labelled_ingredients_dev.csv").open(encoding="utf-8") as opened:
        rows = [row for row in csv.DictReader(opened) if row["ambiguous"] != "1"]
    wrong = []
    for row in rows:
        one = string_json(row["raw"])
        amount = float(row["amount"]) if row["amount"] else None
        flags = (one["optional"], one["vague"]) == (row["optional"] == "1", row["vague"] == "1")
        if not flags or (one["name"], one["amount"], one["unit"] or "") != (
            row["name"],
            amount,
            row["unit"],
        ):
            wrong.append(row["raw"])
    assert len(wrong) <= 0.05 * len(rows), wrong


def test_any_bytes_are_answered_line_for_line(run) -> None:  # type: ignore[no-untyped-def]
    odd = [b"\xff\xfe\x00\x80", b"\x1b[31m\xec\x96\x91", "가".encode() * 10_000, b"{}", b"[]"]
    odd += ["양파\u2028 1개".encode(), b"1/0" * 50, b"NaN", b"-" * 300, b"(" * 300]
    ran = run("foods", "parse", stdin=b"\n".join(odd) + b"\n\n")
    assert ran.code == 0
    assert len(ran.lines) == len(odd)


def test_what_is_longer_than_a_line_of_a_recipe_is_not_read_in_part() -> None:
    one = string_json("양파 1개 " + "그리고 " * 200 + "땅콩 3개")
    assert (one["food"], one["amount"], one["unknown"]) == (None, None, True)


def test_the_end_of_an_endless_string_is_passed_over(run) -> None:  # type: ignore[no-untyped-def]
    ran = run("foods", "parse", stdin=b"a" * (3 * LONGEST_STRING) + "\n두부 1모\n".encode())
    assert [one["food"] for one in ran.lines] == [None, "tofu_firm"]


def test_searching_foods_still_works(run) -> None:  # type: ignore[no-untyped-def]
    assert "tofu_firm" in run("foods", "두부").out
    assert run("foods", "두부", "--json").out.startswith("[")


def test_nothing_in_is_nothing_out(run) -> None:  # type: ignore[no-untyped-def]
    for door in (["foods", "parse"], ["check", "-", "--jsonl"], ["cook", "--jsonl"]):
        ran = run(*door, stdin=" \n\n")
        assert (ran.code, ran.out) == (0, "")


# --- recipes ----------------------------------------------------------------------------------


def test_recipes_of_three_shapes_are_checked_in_order(run) -> None:  # type: ignore[no-untyped-def]
    rows = [
        {"name": "두부", "amount": "1/2", "unit": "모"},
        {"name": "간장", "amount": 1, "unit": "큰술"},
    ]
    section4 = {"recipeName": "두부조림", "servings": 2, "ingredients": rows}
    pasted = {
        "id": "p-1",
        "name": "두부조림",
        "servings": None,
        "ingredientsText": "[재료] 두부 1모(300g), 대파 1/2대\n양념장: 간장 2큰술, 고춧가루 1큰술",
    }
    ran = run("check", "-", "--jsonl", stdin=lines_of(section4, FRIED_RICE, pasted))
    assert ran.code == 0
    first, second, third = ran.lines
    for one in ran.lines:
        assert {"nutrition", "matchedMassPct", "findings", "holds", "servings", "course"} <= set(
            one
        )
        assert one["matchedMassPct"] == 100
    assert "id" not in first
    assert (second["servings"], second["servingsEstimated"]) == (2, False)
    assert (third["id"], third["servingsEstimated"]) == ("p-1", True)
    assert len(third["ingredients"]) == 4


def test_each_line_is_what_check_says_of_that_recipe_alone(run) -> None:  # type: ignore[no-untyped-def]
    alone = json.loads(run("check", "-", "--json", stdin=json.dumps(FRIED_RICE)).out)
    (one,) = run("check", "-", "--jsonl", stdin=lines_of(FRIED_RICE)).lines
    assert {key: value for key, value in one.items() if key != "servingsEstimated"} == alone


def test_a_bad_recipe_is_an_error_object_and_the_rest_goes_on(run) -> None:  # type: ignore[no-untyped-def]
    bad = ["nonsense", "[1]", '{"id": 3, "name": "x", "servings": NaN, "ingredients": ["a"]}']
    bad += ['{"id": 4, "name": "x"}', '{"id": 5, "ingredients": [7]}', "[" * 5000, '"\\ud800"']
    bad += [
        '{"id": ' + "9" * 400 + ', "ingredients": [1e999]}',
        '{"ingredients": ["양파"], "servings": 0}',
    ]
    ran = run(
        "check", "-", "--jsonl", stdin="\n".join([*bad, "", json.dumps({"id": "ok", **FRIED_RICE})])
    )
    assert ran.code == 0
    assert len(ran.lines) == len(bad) + 1
    for number, one in enumerate(ran.lines[:-1], 1):
        assert one["error"] == "INVALID_RECIPE"
        assert one["message"]
        assert isinstance(one["details"], dict)
        assert one["line"] == number
    assert ran.lines[3]["id"] == 4
    assert ran.lines[-1]["id"] == "ok"


def test_one_profile_applies_to_every_recipe(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    profile = tmp_path / "profile.json"
    profile.write_text('{"target": "general", "allergies": ["달걀"]}', encoding="utf-8")
    eggs = {"name": "달걀말이", "servings": 1, "ingredients": ["계란 3개"]}
    tofu = {"name": "두부구이", "servings": 1, "ingredients": ["두부 1모"]}
    ran = run("check", "-", "--jsonl", "--profile", str(profile), stdin=lines_of(eggs, tofu))
    assert [one["holds"] for one in ran.lines] == [False, True]


def test_a_bad_profile_or_a_missing_file_is_exit_two(run) -> None:  # type: ignore[no-untyped-def]
    for more in (["-", "--servings", "many"], ["-", "--profile", "-"], ["not-there.jsonl"]):
        ran = run("check", *more, "--jsonl", stdin=lines_of(FRIED_RICE))
        assert ran.code == 2
        assert "error" in ran.lines[0]
        assert len(ran.err.splitlines()) == 1


def test_an_endless_recipe_is_an_error_object(run) -> None:  # type: ignore[no-untyped-def]
    long = b'{"name": "' + b"a" * (2 * LONGEST_OBJECT) + b'"}\n'
    first, second = run("check", "-", "--jsonl", stdin=long + lines_of(FRIED_RICE).encode()).lines
    assert first["details"]["reason"] == "too_long"
    assert second["holds"] is True


def test_a_fault_of_ours_costs_one_line(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    real = batch.recipe_json

    def breaks(data: dict[str, Any], *arguments: Any, **more: Any) -> dict[str, Any]:
        if data["name"] == "bad":
            raise ZeroDivisionError
        if data["name"] == "nan":
            return {"value": float("nan")}
        return real(data, *arguments, **more)

    monkeypatch.setattr(batch, "recipe_json", breaks)
    recipes = lines_of(
        FRIED_RICE, {**FRIED_RICE, "name": "bad"}, {**FRIED_RICE, "name": "nan"}, FRIED_RICE
    )
    ran = run("check", "-", "--jsonl", stdin=recipes)
    assert [one.get("error") for one in ran.lines] == [
        None,
        "INTERNAL_ERROR",
        "INTERNAL_ERROR",
        None,
    ]
    assert ran.lines[1]["details"] == {"kind": "ZeroDivisionError"}


def test_okdab_recipes_are_nearly_all_known() -> None:
    from bench.strings import MATCHED_PCT, TODAY

    from aichef.batch import recipe_json
    from aichef.profile.parse import parse_profile

    text = shared_path("cases/recipes_dev.jsonl").read_text(encoding="utf-8")
    cases = [one for one in map(json.loads, text.splitlines()) if one["source"] == "okdab"]
    cases = [one for one in cases if one["ingredients"]][::8]
    profile = parse_profile({"target": "general"})
    found = [recipe_json(one, profile, TODAY, explain=False)["matchedMassPct"] for one in cases]
    assert sum(one >= MATCHED_PCT for one in found) >= 0.85 * len(found)


# --- profiles ---------------------------------------------------------------------------------


def test_profiles_become_meals_or_refusals_in_order(run) -> None:  # type: ignore[no-untyped-def]
    profiles = [
        {"id": "a", "target": "keto", "medications": "없음"},
        {"target": "keto", "healthConditions": "만성콩팥병", "medications": "없음"},
        {"target": "keto", "medications": "없음", "budget": 1000, "servings": 4},
        {"target": "baby_food"},
        {"targt": "keto"},
        {"target": "diet", "locale": "en"},
    ]
    ran = run("cook", "--jsonl", stdin=lines_of(*profiles) + "oops\n")
    assert ran.code == 0
    assert [one.get("error") for one in ran.lines] == [
        None,
        "INFEASIBLE_PROFILE",
        "INFEASIBLE_PROFILE",
        "NEEDS_ANSWER",
        "INVALID_PROFILE",
        None,
        "INVALID_PROFILE",
    ]
    assert ran.lines[0]["id"] == "a"
    assert set(ran.lines[5]) == {"recipe", "pricing", "summary", "generatedAt", "version"}
    assert ran.lines[1]["details"]["rules"]
    assert "leastBudget" in ran.lines[2]["details"]


def test_a_file_of_profiles_and_flags_for_all(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    listed = tmp_path / "profiles.jsonl"
    listed.write_text(lines_of({"target": "diet"}, {"target": "diet", "servings": 3}), "utf-8")
    ran = run("cook", "--jsonl", "--profile", str(listed), "--servings", "4")
    assert [one["recipe"]["servings"] for one in ran.lines] == [4, 4]


def test_a_batch_remembers_only_so_many_profiles(run) -> None:  # type: ignore[no-untyped-def]
    run("cook", "--jsonl", stdin=lines_of(*({"target": "diet", "note": f"{n}"} for n in range(3))))
    assert rules_for.cache_info().maxsize is not None


# --- as a process -----------------------------------------------------------------------------


@pytest.fixture
def parsing() -> Iterator[subprocess.Popen[bytes]]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*AICHEF, "foods", "parse"], **pipes) as started:  # type: ignore[call-overload]
        yield started
        started.kill()


def test_a_line_is_answered_before_the_next_is_written(parsing: subprocess.Popen[bytes]) -> None:
    assert parsing.stdin
    assert parsing.stdout
    for text, food in (("두부 1모\n", "tofu_firm"), ("계란 2개\n", "egg")):
        parsing.stdin.write(text.encode())
        parsing.stdin.flush()
        assert json.loads(parsing.stdout.readline())["food"] == food


def test_a_reader_that_leaves_ends_it_quietly(parsing: subprocess.Popen[bytes]) -> None:
    assert parsing.stdin
    assert parsing.stdout
    assert parsing.stderr
    parsing.stdin.write("두부 1모\n".encode())
    parsing.stdin.flush()
    parsing.stdout.readline()
    parsing.stdout.close()
    try:
        parsing.stdin.write("두부 1모\n".encode() * 50)
        parsing.stdin.close()
    except BrokenPipeError:
        pass
    assert parsing.wait(20) == 0
    assert parsing.stderr.read() == b""


def test_progress_is_told_only_to_a_terminal(tmp_path: Path) -> None:
    recipes = tmp_path / "recipes.jsonl"
    recipes.write_text(lines_of(*[FRIED_RICE] * 150), "utf-8")
    command = [*AICHEF, "check", str(recipes), "--jsonl"]
    quiet = subprocess.run(command, capture_output=True, check=True)
    assert quiet.stderr == b""
    terminal, theirs = pty.openpty()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
    os.close(theirs)
    assert b"\x1b[2K" in os.read(terminal, 10_000)
    os.close(terminal)


def test_a_thousand_long_lines_take_no_long_time(run) -> None:  # type: ignore[no-untyped-def]
    foods()
    long = "\n".join(f"{'다진 ' * (60 + n % 40)}마늘 {n}개" for n in range(100))
    start = time.process_time()
    assert len(run("foods", "parse", stdin=long).lines) == 100
    assert time.process_time() - start < 20
