"""Dollars for running it: a model by its tokens, AWS by what is counted in docs/aws.md."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

# List prices of us-east-1 in November 2026, as docs/aws.md reckons with them; Lambda on arm64.
GB_SECOND = 0.0000133334
CALL = 0.2e-6
TRANSITION = 25e-6
WRITE = 0.625e-6
READ = 0.125e-6
REQUEST = 1e-6


@dataclass(frozen=True)
class Rate:
    """Dollars for a million tokens read and written, and the day they were looked up."""

    usd_in: float
    usd_out: float
    day: str

    def thousand(self, tokens_in: float, tokens_out: float) -> float:
        """Dollars for 1,000 meals of so many tokens each."""
        return (self.usd_in * tokens_in + self.usd_out * tokens_out) / 1000


def rate(model: str) -> Rate:
    """What a model costs by the table that ships with AI Chef."""
    text = (files("aichef.models") / "data" / "models.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    row = next(one for one in csv.DictReader(lines) if one["id"] == model)
    return Rate(float(row["usd_in"]), float(row["usd_out"]), row["day"])


def aws(
    gb_seconds: float,
    calls: float,
    transitions: float,
    writes: float,
    reads: float,
    requests: float,
) -> float:
    """Dollars for 1,000 meals, each of which takes so much."""
    return 1000 * (
        GB_SECOND * gb_seconds
        + CALL * calls
        + TRANSITION * transitions
        + WRITE * writes
        + READ * reads
        + REQUEST * requests
    )
