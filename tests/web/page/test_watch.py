"""Watching over plain HTTP: on its way, ended, gone; cancel, try again, forget."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from aichef.errors import SessionNotFound, StoreError
from aichef.session.memory import MemorySessions
from tests.web.making import FREE, Door, Idle, now, tell_all
from tests.web.page.test_ask import KETO, asking, sent


class Patient(Idle):
    """An engine that starts nothing, whatever the attempt."""

    def start(self, one: str, attempt: int) -> None:
        self.told.append((f"start {attempt}", one))


@pytest.fixture
def door() -> Iterator[Door]:
    with asking(engine=Patient) as found:
        yield found


def page(door: Door, one: str, status: int = 200) -> str:
    answer = door.client.get(f"/s/{one}")
    assert answer.status_code == status
    return answer.text


def failed(door: Door, code: str, message: str, **details: Any) -> str:
    one = sent(door, KETO)
    door.store.fail(one, 1, {"code": code, "message": message, "details": details}, now())
    return one


def test_a_session_on_its_way_is_told_in_words_and_figures_without_scripts(door: Door) -> None:
    one = sent(door, KETO)
    text = page(door, one)
    assert '<noscript><meta http-equiv="refresh"' in text
    assert 'role="status" id="phase" class="lead">주문을 받았어요' in text
    assert "보통 25초" in text
    tell_all(door.store, one)
    text = page(door, one)
    assert "가격을 알아봤어요" in text
    assert '<progress id="bar" max="100" value="80"' in text
    assert "두부전" in text
    assert "1,980원" in text


def test_a_session_speaks_the_language_it_was_asked_for_in(door: Door) -> None:
    one = sent(door, {**KETO, "locale": "en"})
    assert '<html lang="en">' in page(door, one)
    assert '<html lang="ko">' in door.client.get(f"/s/{one}?lang=ko").text


def test_cancelling_ends_it_and_says_so(door: Door) -> None:
    one = sent(door, KETO)
    answer = door.client.post(f"/s/{one}/cancel")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/s/{one}")
    assert door.store.find(one).status == "cancelled"
    assert ("stop", one) in door.engine.told
    text = page(door, one)
    assert "그만두었어요" in text
    assert f'href="/?from={one}"' in text


def test_a_failure_of_ours_offers_to_try_again_at_the_same_address(door: Door) -> None:
    one = failed(door, "SUPPLIER_FAILED", "모델이 답하지 않았어요.")
    text = page(door, one)
    assert "모델이 답하지 않았어요." in text
    assert f'action="/s/{one}/retry"' in text
    answer = door.client.post(f"/s/{one}/retry")
    assert answer.headers["location"] == f"/s/{one}"
    assert ("start 2", one) in door.engine.told
    assert door.store.find(one).status == "processing"
    # Two who press at once start it once.
    assert door.client.post(f"/s/{one}/retry").status_code == 303
    assert door.store.find(one).attempt == 2


def test_trying_again_counts_its_own_seconds_on_this_day(door: Door) -> None:
    one = failed(door, "SUPPLIER_FAILED", "모델이 답하지 않았어요.")
    kept = door.store
    assert isinstance(kept, MemorySessions)
    held = kept._held[one]
    long_ago = now() - timedelta(days=1)
    kept._held[one] = replace(
        held, session=replace(held.session, accepted_at=long_ago, started_at=long_ago)
    )
    door.client.post(f"/s/{one}/retry")
    session = kept.find(one)
    assert session.started_at.utcoffset() == datetime.now().astimezone().utcoffset()
    assert re.search(r"\b[0-2]초 지났어요", page(door, one))


def test_trying_again_stands_in_the_queue_like_any_other() -> None:
    with asking(replace(FREE, queue=1), engine=Patient) as door:
        one = failed(door, "SUPPLIER_FAILED", "모델이 답하지 않았어요.")
        door.engine.waiting = 1
        assert door.client.post(f"/s/{one}/retry").status_code == 429
        assert door.store.find(one).status == "failed"
    with asking(replace(FREE, sessions=1), engine=Patient) as door:
        one = failed(door, "SUPPLIER_FAILED", "모델이 답하지 않았어요.")
        sent(door, {**KETO, "servings": "3"})
        assert door.client.post(f"/s/{one}/retry").status_code == 429
        assert door.store.find(one).status == "failed"


def test_a_wish_that_cannot_be_met_leads_back_to_the_form(door: Door) -> None:
    rules = [{"rule": "G10", "message": "예산", "source": "DESIGN", "foods": []}]
    one = failed(door, "INFEASIBLE_PROFILE", "9,000원이 필요해요.", leastBudget=9000, rules=rules)
    text = page(door, one)
    assert "이 조건으로는 요리할 수 없어요" in text
    assert f'href="/?from={one}"' in text
    assert f"/s/{one}/retry" not in text


def test_what_others_wrote_is_shown_as_text(door: Door) -> None:
    one = failed(door, "SUPPLIER_FAILED", "<script>alert(1)</script>")
    assert "<script>alert" not in page(door, one)
    two = sent(door, KETO)
    door.store.tell(
        two, 1, "i", "ingredient", {"name": '"><img src=x>', "amount": "<i>", "unit": "g"}, now()
    )
    assert "<img" not in page(door, two)


def test_forgetting_leaves_nothing(door: Door) -> None:
    one = sent(door, KETO)
    answer = door.client.post(f"/s/{one}/forget")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    with pytest.raises(SessionNotFound):
        door.store.find(one)
    assert ("forget", one) in door.engine.told


@pytest.mark.parametrize("one", ["nothing", "<b>", "sess_" + "a" * 26])
def test_what_is_not_there_says_so(door: Door, one: str) -> None:
    assert "이 세션을 찾을 수 없어요" in page(door, one, 404)
    for deed in ("cancel", "retry", "forget"):
        assert door.client.post(f"/s/{one}/{deed}").status_code == 404


def test_a_store_that_is_away_is_said_in_words(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    one = sent(door, KETO)

    def fails(*_: object) -> None:
        raise StoreError("저장소에 닿지 못했어요.", trouble="unreachable")

    monkeypatch.setattr(door.store, "find", fails)
    assert "저장소에 닿지 못했어요." in page(door, one, 502)


def test_every_phase_has_its_step() -> None:
    from typing import get_args

    from aichef.meal.words import PHASE
    from aichef.session.model import Phase
    from aichef.web.page.watch import STEP_OF

    assert set(STEP_OF) == set(PHASE) == set(get_args(Phase))
    assert json.dumps(STEP_OF)
    assert not re.search("안전", json.dumps(PHASE, ensure_ascii=False))
