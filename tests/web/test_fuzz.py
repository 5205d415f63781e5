"""The API's description against the API: no 5xx, and no answer that it does not name."""

from __future__ import annotations

import pytest
from bench.fuzz_api import fuzz


@pytest.mark.filterwarnings("default")
def test_no_request_is_answered_with_what_nobody_described() -> None:
    answers = fuzz(100)
    assert answers.total() >= 100
    statuses = {status for _, status in answers}
    assert {200, 202, 204, 404, 422} <= statuses
    assert max(statuses) < 500
