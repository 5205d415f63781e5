"""Ingredients out of a stream: how fast, how linear, and whether anything came early or was lost.

Beside it the partial mode of pydantic_core, which reads the whole text again at every piece.
"""

from __future__ import annotations

import codecs
import json
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from aichef.chef.stream import Ingredients
from bench.figures import Figure, length, none_of

PIECE = 20
ROUNDS = 30
FUZZED = length(3_000, 30_000)
FASTER = 3
LONGER = 16
LINEAR = 2 * LONGER
"""How many times as long a text `LONGER` times as long may take: room for noise, no square."""


def main() -> Iterator[Figure]:
    text = answer(1)
    pieces = cut(text)
    print(f"answer of {len(text.encode()):,} bytes in {len(pieces)} pieces of {PIECE}")
    ours = least(partial(feed, pieces))
    longer = least(partial(feed, cut(answer(LONGER)))) / ours
    print(f"ours {ours * 1e6:.0f} µs; {LONGER} times as long {longer:.1f} times")
    slow = partial_mode(pieces)
    if slow is not None:
        faster = slow / ours
        print(f"pydantic_core's partial mode {slow * 1e6:.0f} µs")
        yield Figure(
            f"emitting from a 4.4 KB stream: ≥ {FASTER} times pydantic_core's partial mode, linear",
            f"{faster:.1f} times (least of {ROUNDS} runs each); "
            f"{LONGER} times the text takes {longer:.1f} times as long",
            faster >= FASTER and longer <= LINEAR,
            max(FASTER / faster, longer / LINEAR),
        )
    wrong = fuzzed(FUZZED)
    yield none_of(
        "30,000 fuzzed documents: nothing early, nothing lost",
        wrong,
        f"{wrong} early, half or lost in {FUZZED:,}",
    )


def answer(many: int) -> str:
    """A model's answer of about 4.5 KB, or `many` times as much."""
    names = ("닭가슴살", "현미밥", "애호박", "새송이버섯", "양파", "간장", "참기름", "다진 마늘")
    line = {"amount": "1과 1/2", "unit": "큰술", "prep": '"깨끗이" 씻은 {것}', "optional": False}
    return json.dumps(
        {
            "ingredients": [{"name": names[n % len(names)], **line} for n in range(18 * many)],
            "instructions": ["팬에 기름을 두르고 중간 불에서 노릇하게 3분 볶습니다."] * (26 * many),
            "recipeName": "닭가슴살 애호박 덮밥",
            "description": "담백한 한 그릇이에요.",
            "servings": 2,
            "notes": "뜨거울 때 드세요." * many,
        },
        ensure_ascii=False,
    )


def cut(text: str, size: int = PIECE) -> list[str]:
    """The text as a wire hands it over: pieces of `size` bytes, decoded as far as they go."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    raw = text.encode()
    return [decode(raw[at : at + size]) for at in range(0, len(raw), size)]


def feed(pieces: list[str]) -> list[dict[str, Any]]:
    reader = Ingredients()
    return [one for piece in pieces for one in reader.feed(piece)]


def partial_mode(pieces: list[str]) -> float | None:
    """Seconds pydantic_core needs for the same; None where it is not installed."""
    try:
        from pydantic_core import from_json
    except ImportError:
        print("pydantic_core is not installed: pip install 'aichef[model]'")
        return None

    def read() -> None:
        text, seen = "", 0
        for piece in pieces:
            text += piece
            value = from_json(text, allow_partial=True) if text.strip() else {}
            seen = max(seen, len(value.get("ingredients", ())))

    return least(read)


def least(run: Callable[[], object], times: int = ROUNDS) -> float:
    """The least CPU seconds of several runs."""

    def once() -> float:
        start = time.process_time()
        run()
        return time.process_time() - start

    return min(once() for _ in range(times))


def fuzzed(many: int) -> int:
    """Documents in which an ingredient came before its closing brace, half, or not at all."""
    return sum(
        not holds(*document(random.Random(seed)), random.Random(seed)) for seed in range(many)
    )


def holds(text: str, ends: list[tuple[int, dict[str, Any]]], chance: random.Random) -> bool:
    """Whether each ingredient comes with the piece that holds its closing brace, and whole."""
    reader, start, left = Ingredients(), 0, list(ends)
    while start < len(text):
        end = start + chance.choice((1, 2, 5, 20, 80))
        due = [one for place, one in left if place <= end]
        left = left[len(due) :]
        if list(reader.feed(text[start:end])) != due:
            return False
        start = end
    return not left


def document(chance: random.Random) -> tuple[str, list[tuple[int, dict[str, Any]]]]:
    """An answer in any shape a model may give it, and where each of its ingredients ends."""
    before = chance.choice(("", "```json\n", "물론이죠! {레시피}입니다:\n", '이 6" 팬으로: '))
    gap = chance.choice(("", " ", "\n  "))
    keys = ["notes", "recipeName", "", "servedWith", "ingredients"]
    chance.shuffle(keys)
    wrapped = chance.random() < 0.2
    text = before + ('{"servings": 2,"recipe": {' if wrapped else "{")
    ends = []
    for n, key in enumerate(keys):
        text += ("," if n else "") + gap + json.dumps(key) + gap + ":" + gap
        if key != "ingredients":
            text += written(value(chance), chance)
            continue
        text += "["
        for m in range(chance.randint(0, 6)):
            text += ("," if m else "") + gap
            if chance.random() < 0.2:
                text += written(value(chance, 3), chance)
                continue
            one = {"name": value(chance, 2), "amount": value(chance, 3), "recipe": value(chance, 2)}
            text += written(one, chance)
            ends.append((len(text), one))
        text += gap + "]"
    closed = "}" + gap + "}" if wrapped else "}"
    return text + gap + closed + chance.choice(("", "\n```", " 맛있게 드세요! {끝}")), ends


def written(some: object, chance: random.Random) -> str:
    return json.dumps(some, ensure_ascii=chance.random() < 0.3, indent=chance.choice((None, 2)))


def value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.random()
    if kind < 0.5 or depth > 2:
        signs = (chance.choice('닭a{}[]",:\\\n/가 \t😀') for _ in range(chance.randint(0, 8)))
        return chance.choice(("".join(signs), "".join(signs), "ingredients", 1, -2.5, True, None))
    if kind < 0.75:
        return [value(chance, depth + 1) for _ in range(chance.randint(0, 3))]
    keys = ("name", "ingredients", "recipe", "", 'a"b')
    return {chance.choice(keys): value(chance, depth + 1) for _ in range(chance.randint(0, 3))}
