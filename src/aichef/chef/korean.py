"""Korean that stays right after a swap: particles that follow the sound before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aichef.profile.words import RIEUL, final_consonant

if TYPE_CHECKING:
    from collections.abc import Sequence

PAIRS: Final = {
    "을": ("을", "를"),
    "를": ("을", "를"),
    "이": ("이", "가"),
    "가": ("이", "가"),
    "은": ("은", "는"),
    "는": ("은", "는"),
    "와": ("과", "와"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "로": ("으로", "로"),
    "이나": ("이나", "나"),
    "나": ("이나", "나"),
    "이랑": ("이랑", "랑"),
    "랑": ("이랑", "랑"),
}
"""Particle asked for → form after a final consonant, form after a vowel."""


def with_particle(word: str, particle: str) -> str:
    """The word with the right form of the particle: 두부+을 → 두부를, 쌀+으로 → 쌀로.

    Raises KeyError for a particle we do not know.
    """
    closed, open_ = PAIRS[particle]
    final = final_consonant(word)
    if particle in {"으로", "로"} and final == RIEUL:
        return word + open_
    return word + (closed if final else open_)


def listed(names: Sequence[str]) -> str:
    """Names as a Korean lists them: "양파, 당근과 애호박"."""
    if len(names) < 2:
        return "".join(names)
    *most, before, last = names
    return ", ".join([*most, f"{with_particle(before, '와')} {last}"])


def listed_en(names: Sequence[str]) -> str:
    """Names as English lists them: "onion, carrot and courgette"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
