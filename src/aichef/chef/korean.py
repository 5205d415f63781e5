"""Korean that stays right after a swap: particles that follow the sound before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

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

RIEUL: Final = 8
SPOKEN_UNITS: Final = {
    "g": "그램",
    "kg": "킬로그램",
    "mg": "밀리그램",
    "ml": "밀리리터",
    "l": "리터",
    "mm": "밀리미터",
    "cm": "센티미터",
    "kcal": "칼로리",
}
"""Units after a number are read out in full."""

AMOUNT: Final = re.compile(r"\d\s*([a-z]+)$")
# How a Korean reads the last sign of a name that does not end in Hangul.
SPOKEN: Final = {
    **dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True)),
    **dict(
        zip(
            "abcdefghijklmnopqrstuvwxyz",
            "이비시디이프지치이이이엘엠엔오피큐알스티유이유스이트",
            strict=True,
        )
    ),
    "%": "트",
    "㎖": "터",
    "℃": "도",
}


def final_consonant(word: str) -> int:
    """Index of the last syllable's final consonant, 0 for none; brackets are not spoken."""
    bare = word.split("(")[0].rstrip(" .,'\"’”") or word
    unit = AMOUNT.search(bare.lower())
    spoken = SPOKEN_UNITS.get(unit[1]) if unit else None
    last = (spoken or bare)[-1:]
    last = SPOKEN.get(last.lower(), last)
    code = ord(last[-1]) - 0xAC00 if last else -1
    return code % 28 if 0 <= code < 11_172 else 0


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
