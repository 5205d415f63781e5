"""The short form of bench/answers.py: nothing in breach is delivered, and most is mended."""

from __future__ import annotations

from bench.answers import THIRDS, judged

ANSWERS = 150


def test_no_answer_in_breach_is_delivered_and_most_single_faults_are_mended() -> None:
    tally = judged(ANSWERS)
    assert tally.broken == []
    assert tally.fates[THIRDS[0]]["as written"] >= 0.9 * tally.fates[THIRDS[0]].total()
    assert tally.mended >= 0.6
