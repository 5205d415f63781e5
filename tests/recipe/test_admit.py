"""What a profile rules out before anything is cooked."""

from __future__ import annotations

import pytest

from aichef.errors import Infeasible
from aichef.profile.model import Profile
from aichef.recipe.admit import admit, conflicts, wished
from tests.recipe.making import TODAY, allergic_to, baby, eater, ill_with


def rules_against(profile: Profile) -> set[str]:
    with pytest.raises(Infeasible) as refusal:
        admit(profile, TODAY)
    rules = refusal.value.details["rules"]
    assert all(rule["message"] in str(refusal.value) and rule["source"] for rule in rules)
    return {rule["rule"] for rule in rules}


@pytest.mark.parametrize(
    ("condition", "rules"),
    [
        ("신장병", {"K16.ckd", "ckd.12"}),
        ("투석", {"K16.dialysis", "dialysis.07"}),
        ("임신", {"K16.pregnancy", "pregnancy.11"}),
        ("수유", {"K16.lactation", "lactation.03"}),
        ("1형 당뇨", {"K16.diabetes_t1", "diabetes_t1.02"}),
        ("임신성 당뇨", {"K16.gdm", "gdm.04", "K16.pregnancy"}),
        ("췌장염", {"K16.gallstone_pancreatitis"}),
        ("담석", {"K16.gallstone_pancreatitis"}),
        ("섭식장애", {"K16.eating_disorder"}),
        ("포르피린증", {"K16.porphyria"}),
        ("지방산 산화 장애", {"K16.fatty_acid_oxidation"}),
        ("뇌전증 케톤식", {"K18"}),
        ("간경변", {"cirrhosis.05"}),
        ("고중성지방", {"hypertriglyceridaemia.05"}),
        ("고지혈증", {"dyslipidaemia.07"}),
        ("심혈관질환", {"cvd.03"}),
        ("페닐케톤뇨증", {"pku.01"}),
    ],
)
def test_keto_is_refused_with_every_disease_it_harms(condition: str, rules: set[str]) -> None:
    assert rules <= rules_against(ill_with(condition, target="keto"))


@pytest.mark.parametrize("medicine", ["자디앙", "포시가", "엠파글리플로진", "인슐린", "란투스"])
def test_keto_is_refused_with_medicines_it_clashes_with(medicine: str) -> None:
    rules = rules_against(eater(target="keto", medications=[medicine]))
    assert rules & {"K16.sglt2i", "insulin_su.01"}


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        ("고혈압", "K17.hypertension"),
        ("2형 당뇨", "K17.diabetes_t2"),
        ("통풍", "gout.07"),
        ("골다공증", "K17.osteoporosis"),
    ],
)
def test_a_soft_conflict_is_said_and_cooked(condition: str, rule: str) -> None:
    said = admit(ill_with(condition, target="keto"), TODAY)
    assert rule in {one.rule for one in said}
    assert all(one.severity != "hard" for one in said)


@pytest.mark.parametrize(
    ("profile", "rules"),
    [
        (ill_with("임신", target="diet"), {"W14.pregnancy", "pregnancy.12"}),
        (ill_with("섭식장애", target="diet"), {"W14.eating_disorder", "eating_disorder.01"}),
        (ill_with("신장병", target="diet"), {"ckd.13"}),
        (ill_with("페닐케톤뇨증"), {"pku.01"}),
        (eater(target="diet", age=16), {"W14.minor"}),
        (eater(target="keto", age=17), {"K16.minor"}),
        (eater(target="diet", weightKg=45, heightCm=170), {"W14.bmi"}),
        (baby(3), {"B01"}),
        (baby(8, healthConditions=["신장병"]), {"B64"}),
    ],
)
def test_other_conflicts_name_their_rules(profile: Profile, rules: set[str]) -> None:
    assert rules <= rules_against(profile)


def test_nursing_and_losing_weight_is_only_said() -> None:
    assert "lactation.05" in {one.rule for one in admit(ill_with("수유", target="diet"), TODAY)}


def test_a_plain_profile_has_no_conflict() -> None:
    assert admit(eater(), TODAY) == ()
    assert admit(baby(8), TODAY) == ()


@pytest.mark.parametrize(
    "note",
    ["꿀 넣어 주세요", "꿀을 넣은 미음", "달콤하게 꿀도 조금", "honey please", "허니 넣어줘"],
)
def test_a_wish_for_honey_at_eight_months_is_refused(note: str) -> None:
    assert "B39" in rules_against(baby(8, note=note))


def test_honey_that_must_be_used_at_eight_months_is_refused() -> None:
    fridge = [{"name": "꿀", "mustUse": True}]
    assert "B39" in rules_against(baby(8, availableIngredients=fridge))
    assert admit(baby(13, note="꿀 넣어 주세요"), TODAY) == ()


@pytest.mark.parametrize(
    "note",
    [
        "꿀 빼고",
        "꿀은 넣지 마세요",
        "꿀 없이",
        "꿀 말고 단호박으로",
        "꿀은 안 돼요",
        "no honey",
        "without honey",
    ],
)
def test_a_negated_wish_is_no_wish(note: str) -> None:
    assert admit(baby(8, note=note), TODAY) == ()


@pytest.mark.parametrize("note", ["꿀맛 나게", "배달 음식처럼", "더 매콤하게", "빨리 되는 걸로"])
def test_a_word_that_only_sounds_like_food_is_no_wish(note: str) -> None:
    assert "honey" not in {food for food, _ in wished(note)}


@pytest.mark.parametrize(
    ("allergy", "note"),
    [
        ("땅콩", "땅콩소스로 볶아 주세요"),
        ("땅콩", "팟타이 먹고 싶어요"),
        ("우유", "버터 듬뿍"),
        ("새우", "새우랑 같이"),
    ],
)
def test_a_wish_for_an_allergen_is_refused(allergy: str, note: str) -> None:
    assert rules_against(allergic_to(allergy, note=note)) == {"G01"}


def test_a_note_that_repeats_the_allergy_is_no_wish() -> None:
    assert admit(allergic_to("땅콩", note="땅콩은 절대 안 돼요, 땅콩 알레르기"), TODAY) == ()


def test_what_is_no_food_of_the_table_is_refused_by_its_name() -> None:
    assert rules_against(eater(note="복어를 먹고 싶어요")) == {"G20"}
    salt = [{"name": "저나트륨소금", "mustUse": True}]
    assert "ckd.07" in rules_against(ill_with("신장병", target="fridge", availableIngredients=salt))


def test_spoiled_food_that_must_be_used_is_refused_once_with_every_name() -> None:
    fridge = [
        {"name": "두부", "mustUse": True, "expires": "2026-11-01"},
        {"name": "돼지고기", "mustUse": True, "expires": "2026-11-20"},
        {"name": "양배추", "mustUse": True, "expires": "2026-11-01"},
    ]
    found = list(conflicts(eater(target="fridge", availableIngredients=fridge), TODAY))
    assert [(one.rule, one.foods) for one in found] == [("F06", ("두부", "돼지고기"))]


def test_food_that_is_still_good_or_need_not_be_used_is_no_conflict() -> None:
    fridge = [
        {"name": "두부", "mustUse": True, "expires": "2026-11-23"},
        {"name": "돼지고기", "expires": "2026-11-01"},
    ]
    assert admit(eater(target="fridge", availableIngredients=fridge), TODAY) == ()


def test_two_wishes_against_one_rule_are_one_finding() -> None:
    found = list(conflicts(allergic_to("땅콩", note="땅콩이랑 땅콩버터 듬뿍"), TODAY))
    assert [(one.rule, set(one.foods)) for one in found] == [("G01", {"땅콩이랑", "땅콩버터"})] or (
        len(found) == 1 and found[0].rule == "G01"
    )


def test_an_english_reader_is_told_in_english() -> None:
    with pytest.raises(Infeasible, match="No meal can be offered"):
        admit(ill_with("신장병", target="keto", locale="en"), TODAY)


def test_a_conflict_of_the_target_says_that_another_target_would_do() -> None:
    with pytest.raises(Infeasible) as refusal:
        admit(ill_with("콩팥병", target="keto"), TODAY)
    (way,) = refusal.value.details["wouldDo"]
    assert way["field"] == "target"
    assert way["message"] in refusal.value.message


def test_what_no_target_helps_offers_no_way_out() -> None:
    with pytest.raises(Infeasible) as refusal:
        admit(ill_with("페닐케톤뇨증", target="keto"), TODAY)
    assert "wouldDo" not in refusal.value.details
