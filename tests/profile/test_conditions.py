"""Health conditions and medicines, clause by clause."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aichef.profile.conditions import (
    all_conditions,
    all_medicines,
    implied,
    medicines_in,
    read_conditions,
    read_medicines,
)
from tests.shared import shared_path


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("당뇨", {"diabetes_t2"}),
        ("diabetes", {"diabetes_t2"}),
        ("임당", {"gdm"}),
        ("임신성 당뇨", {"gdm"}),
        ("당뇨 전단계예요", {"prediabetes"}),
        ("소아당뇨", {"diabetes_t1"}),
        ("type 1 diabetes", {"diabetes_t1"}),
        ("신장이 안 좋아요", {"ckd"}),
        ("만성콩팥병(투석 전)", {"ckd"}),
        ("CKD stage 3", {"ckd"}),
        ("투석", {"dialysis"}),
        ("고혈압약 복용", {"hypertension"}),
        ("혈압이 좀 높아요", {"hypertension"}),
        ("위암 수술 후", {"gastrectomy"}),
        ("임신 20주차예요", {"pregnancy"}),
        ("I'm pregnant", {"pregnancy"}),
        ("술 안 마셔요", {"alcohol_avoid"}),
        ("담석·췌장염", {"gallstone_pancreatitis"}),
        ("고혈압이랑 당뇨예요", {"hypertension", "diabetes_t2"}),
        ("고혈압 · 통풍", {"hypertension", "gout"}),
        ("남편이 통풍이에요", {"gout"}),
        ("제2형 당뇨병 10년차", {"diabetes_t2"}),
        ("치아가 없어요", {"dysphagia"}),
    ],
)
def test_a_condition_is_found(text: str, ids: set[str]) -> None:
    reading = read_conditions([text], "ko")
    assert reading.question is None
    assert set(reading.conditions) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("저는 고혈압이 있고 당뇨는 없어요", {"hypertension"}),
        ("고혈압이지만 당뇨는 아니에요", {"hypertension"}),
        ("당뇨 없고, 고혈압 있음", {"hypertension"}),
        ("당뇨병이 아니라 통풍이에요", {"gout"}),
        ("I have hypertension but no diabetes", {"hypertension"}),
        ("I don't have diabetes, I have gout", {"gout"}),
        ("당뇨 없음", set()),
        ("당뇨는 아님", set()),
        ("당뇨 환자 아님", set()),
        ("당뇨: 없음", set()),
        ("당뇨 X", set()),
        ("당뇨와 고혈압은 없어요", set()),
        ("당뇨도 고혈압도 없어요", set()),
        ("고혈압이나 당뇨 없음", set()),
        ("임신 중이 아니에요", set()),
        ("혈압 정상", set()),
        ("not pregnant", set()),
        ("no diabetes", set()),
        ("no diabetes or hypertension", set()),
        ("치매 없음", set()),
        ("해당 없음", set()),
        ("특이사항 없어요", set()),
        ("없음", set()),
        ("none", set()),
        ("건강해요", set()),
        ("당뇨(-), 고혈압(+)", {"hypertension"}),
        ("고혈압이 아닌 저혈압", set()),
        ("신부전인데 투석은 안 해요", {"ckd"}),
    ],
)
def test_what_is_denied_is_absent(text: str, ids: set[str]) -> None:
    reading = read_conditions([text], "ko")
    assert reading.question is None
    assert set(reading.conditions) == ids


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("혈압", "혈압"),
        ("임신 준비", "임신 준비"),
        ("신장", "신장"),
        ("간염", "간염"),
        ("당뇨, 고혈압 없음", "당뇨"),
        ("고혈압 당뇨 없음", "고혈압"),
        ("no diabetes, hypertension", "hypertension"),
        ("당뇨 가족력", "가족력"),
        ("당뇨 의심", "의심"),
        ("저고혈압", "저고혈압"),
        ("루푸스", "루푸스"),
        ("당뇨 🤰", "🤰"),
        ("식욕이 없어요", "식욕이"),
        ("알레르기 있어요", "알레르기"),
        ("항생제 복용 중", "항생제"),
    ],
)
def test_what_is_not_clear_is_asked(text: str, word: str) -> None:
    reading = read_conditions([text], "ko")
    assert reading.question is not None
    assert reading.question.word == word
    assert word in reading.question.text


@pytest.mark.parametrize(
    "text",
    [
        "당뇨인데 약은 안 먹어요",
        "당뇨가 있고 증상은 없어요",
        "당뇨 있어요 약은 없어요",
        "당뇨약 먹고 증상은 없어요",
        "diabetes, but no medication",
        "diabetes, no issues",
    ],
)
def test_having_no_medicine_or_symptom_is_not_having_no_disease(text: str) -> None:
    assert read_conditions([text], "ko").conditions == ("diabetes_t2",)


@pytest.mark.parametrize(
    "text",
    [
        "당뇨약 안 먹어요",
        "당뇨 약 없음",
        "당뇨 치료 안 받아요",
        "당뇨 증상 없음",
        "당뇨, 없음",
        "와파린 문제 없음",
    ],
)
def test_a_no_that_may_deny_something_else_is_asked_about(text: str) -> None:
    assert read_conditions([text], "ko").question is not None


def test_low_blood_pressure_is_not_high_blood_pressure() -> None:
    reading = read_conditions(["저혈압"], "ko")
    assert reading.conditions == ()
    assert reading.no_rule == ("저혈압",)


def test_an_allergy_among_conditions_is_kept_as_an_allergy() -> None:
    reading = read_conditions(["고혈압, 우유와 계란 알레르기"], "ko")
    assert reading.conditions == ("hypertension",)
    assert reading.allergies == ("우유와 계란",)
    assert read_conditions(["우유 알레르기 없음"], "ko").allergies == ()
    assert read_conditions(["allergic to milk"], "en").allergies == ("milk",)
    assert read_conditions(["알레르기 비염"], "ko").no_rule == ("알레르기 비염",)


def test_a_medicine_among_conditions_counts_as_a_medicine() -> None:
    reading = read_conditions(["당뇨, 포시가 복용 중"], "ko")
    assert reading.medicines == ("포시가",)
    assert set(reading.conditions) == {"diabetes_t2", "sglt2i"}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("다파글리플로진정 10mg", {"sglt2i"}),
        ("자디앙 듀오", {"sglt2i"}),
        ("큐턴", {"sglt2i"}),
        ("empagliflozin 10 mg daily", {"sglt2i"}),
        ("인슐린을 맞고 있어요", {"insulin_su"}),
        ("란투스", {"insulin_su"}),
        ("로사르탄", {"raas_k"}),
        ("엑스포지정 5/160mg", {"raas_k", "statin_ccb_grapefruit"}),
        ("암로디핀/발사르탄", {"raas_k", "statin_ccb_grapefruit"}),
        ("와파린", {"warfarin"}),
        ("레보티록신", {"hypothyroid"}),
        ("프로그랍", {"kidney_transplant"}),
        ("메트로니다졸", {"alcohol_avoid"}),
        ("혈압약 먹어요", {"raas_k", "statin_ccb_grapefruit"}),
        ("당뇨약 메트포르민", set()),
        ("메트포르민, 타이레놀", set()),
        ("자누비아 50mg 하루 한 번", set()),
        ("니스타틴", set()),
        ("비타민 D", set()),
        ("와파린 중단", set()),
        ("없음", set()),
        ("먹는 약 없음", set()),
    ],
)
def test_a_medicine_switches_on_what_it_must(text: str, ids: set[str]) -> None:
    reading = read_medicines([text], "ko")
    assert reading.question is None
    assert set(reading.conditions) == ids


@pytest.mark.parametrize("text", ["신기한정", "당뇨약", "비타민K", "since april", "코자임큐텐"])
def test_an_unknown_medicine_is_asked_about(text: str) -> None:
    assert read_medicines([text], "ko").question is not None


def test_gestational_diabetes_implies_pregnancy() -> None:
    assert implied(["gdm"]) == ("gdm", "pregnancy")


def test_every_condition_of_the_domain_is_here_and_every_id_resolves() -> None:
    table = all_conditions()
    with shared_path("domain/conditions.csv").open(encoding="utf-8") as file:
        assert {row["condition_id"] for row in csv.DictReader(file)} <= set(table)
    for one in table.values():
        assert set(one.implies) <= set(table)
        assert one.source
    for medicine in all_medicines():
        assert {*medicine.conditions, *medicine.suggests} <= set(table)
        assert medicine.source


ASKED = {"혈압", "칼륨 높"}
ALLERGIES = {"글루텐 알레르기"}


def test_every_synonym_of_the_domain_leads_to_its_condition() -> None:
    with shared_path("domain/conditions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names = [row["condition_id"], row["name_ko"], row["name_en"]]
            for word in [*names, *row["synonyms"].split("|")]:
                if word in ASKED | ALLERGIES:
                    continue
                assert row["condition_id"] in read_conditions([word], "ko").conditions, word


def test_every_id_reads_back_as_itself() -> None:
    for one in all_conditions():
        assert one in read_conditions([one], "ko").conditions


def test_every_medicine_reads_as_itself_in_the_medicines_field() -> None:
    for medicine in all_medicines():
        found = medicines_in(medicine.stem)
        assert set(medicine.conditions) <= {id_ for one in found for id_ in one.conditions}


def test_no_key_is_written_twice() -> None:
    stems = [one.stem for one in all_medicines()]
    assert len(stems) == len(set(stems))
    ids = list(all_conditions())
    assert ids == sorted(ids)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_conditions([text], "ko")
    read_medicines([text], "en")


FRAGMENTS = [
    "고혈압",
    "당뇨",
    "우유",
    "알레르기",
    "없음",
    "있고",
    "은",
    " ",
    ", ",
    "와 ",
    "포시가",
    "no ",
    "또는",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=8))
def test_no_sentence_breaks_the_reader(parts: list[str]) -> None:
    read_conditions(["".join(parts)], "ko")
