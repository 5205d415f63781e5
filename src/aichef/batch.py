"""The batch doors: one line in, one line of JSON out, in order, in one process.

A line that cannot be read is an answer too, and the rest goes on. Lines are read one at a time
and answered at once, so that a stream may be of any length.
"""

from __future__ import annotations

import gc
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from aichef.errors import ChefError, InvalidProfile, InvalidRecipe, RequestError
from aichef.food.amounts import read_line
from aichef.food.names import LONGEST_LINE, clean

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from aichef.cook import Kitchen
    from aichef.food.amounts import Line
    from aichef.profile.model import Profile
    from aichef.recipe.model import Finding

Json = dict[str, Any]

LONGEST_STRING: Final = 65_536
"""Bytes of an ingredient line that are read; what follows is passed over."""

LONGEST_OBJECT: Final = 1_000_000
"""Bytes of a recipe or a profile on one line."""

LONGEST_NAME: Final = 80

COLLECT: Final = (10_000, 10, 10)
"""A batch lives long: garbage is collected again, though less often than Python would."""

EVERY: Final = 0.2
"""Seconds between two lines of progress."""

NO_OBJECT: Final = {
    "not_json": (
        "이 줄을 JSON으로 읽을 수 없어요. 한 줄에 JSON 객체 하나씩 적어 주세요.",
        "This line is not JSON; write one JSON object a line.",
    ),
    "not_object": (
        "이 줄은 JSON 객체가 아니에요. 한 줄에 JSON 객체 하나씩 적어 주세요.",
        "This line is not a JSON object; write one object a line.",
    ),
}
"""Why a line is no object, in Korean and English, by reason."""

_SIZES: Final = {
    "large": ("대(size)", "large(size)"),
    "medium": ("중(size)", "medium(size)"),
    "small": ("소(size)", "small(size)"),
}
_BREAKS: Final = (("\x85", "\\u0085"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))
"""Signs that some readers of lines break at; JSON leaves them as they are."""

_BLANK: Final = " \t\r\n\v\f\ufeff\x00"


class Numbered(NamedTuple):
    """A line that is not blank: its number from 1, its text, and whether that is all of it."""

    number: int
    text: str
    whole: bool


def numbered(source: IO[bytes], longest: int) -> Iterator[Numbered]:
    """Lines of `source` as they come, blank ones left out; broken UTF-8 is replaced.

    Of a line with more than `longest` bytes only the beginning is kept.
    """
    number = 0
    while piece := source.readline(longest + 1):
        number += 1
        whole = piece.endswith(b"\n") or len(piece) <= longest
        rest = piece if whole else source.readline(longest)
        while not whole and rest and not rest.endswith(b"\n"):
            rest = source.readline(longest)
        text = piece.decode("utf-8", "replace").rstrip("\r\n")
        if number == 1:
            text = text.removeprefix("\ufeff")
        if text.strip(_BLANK):
            yield Numbered(number, text, whole)


@contextmanager
def opened(path: str, trouble: type[RequestError], locale: str = "ko") -> Iterator[IO[bytes]]:
    """The bytes of a file, or of standard input for "-". Raises `trouble` where it is not there."""
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        source = Path(path).open("rb")  # noqa: SIM115 - an OSError while reading is another one
    except OSError as missing:
        from aichef.meal.words import said

        raise trouble(said("file", locale, path=path), where=path) from missing
    with source:
        yield source


def written(answer: Mapping[str, Any]) -> str:
    """One answer as a line of JSON. Raises ValueError for NaN, which JSON does not have."""
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    for sign, escaped in _BREAKS:
        text = text.replace(sign, escaped)
    return text


def put(line: str) -> None:
    """One line on standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


# --- strings ----------------------------------------------------------------------------------


def parse_strings(source: IO[bytes]) -> None:
    """Ingredient strings in, what is read in them out; never an error."""
    for line in numbered(source, LONGEST_STRING):
        put(written(string_json(line.text)))


def string_json(text: str) -> Json:
    """One ingredient string as data.

    `amount` and `unit` as written, the unit by its usual name; for a range, the middle. `grams`
    and `ml` of the whole amount, null where neither the text nor unit and food say them: a vague
    word has none. A line longer than a recipe's is left unread, never read in part.
    """
    if len(text) > LONGEST_LINE:
        return _said(text, clean(text, LONGEST_NAME))
    line = read_line(text)
    return _said(
        text,
        line.name,
        amount=_plain(line.amount),
        unit=line.unit or None,
        grams=None if line.vague else _rounded(line.written_g),
        ml=None if line.vague else _rounded(line.ml),
        food=line.food,
        prep=_prep(line),
        optional=line.optional,
        vague=line.vague,
        unknown=line.unknown,
    )


def _said(
    raw: str,
    name: str,
    *,
    amount: float | None = None,
    unit: str | None = None,
    grams: float | None = None,
    ml: float | None = None,
    food: str | None = None,
    prep: str = "",
    optional: bool = False,
    vague: bool = False,
    unknown: bool = True,
) -> Json:
    return {
        "raw": raw,
        "name": name,
        "amount": amount,
        "unit": unit,
        "grams": grams,
        "ml": ml,
        "food": food,
        "prep": prep,
        "optional": optional,
        "vague": vague,
        "unknown": unknown,
    }


def _prep(line: Line) -> str:
    """What was done to it, and its size; what it is for ("장식용") is neither."""
    done = [word for word in line.prep.split() if not word.endswith("용")]
    size = [_SIZES[line.size][line.name.isascii()]] if line.size else []
    return " ".join((*done, *size))


def _plain(amount: Fraction | None) -> float | None:
    if amount is None:
        return None
    return int(amount) if amount.denominator == 1 else round(float(amount), 4)


def _rounded(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 2)


# --- recipes and profiles ---------------------------------------------------------------------


def check_recipes(source: IO[bytes], profile: Profile, today: date, *, explain: bool) -> None:
    """Recipes in, each checked against the one profile out; a bad line is an error object."""
    from aichef.recipe.admit import conflicts

    _settle()
    said = tuple(conflicts(profile, today))

    def checked(data: Json) -> Json:
        return recipe_json(data, profile, today, said, explain=explain)

    with _progress() as count:
        for line in numbered(source, LONGEST_OBJECT):
            put(_answer(line, checked, InvalidRecipe, profile.locale))
            count()


def recipe_json(
    data: Json, profile: Profile, today: date, said: tuple[Finding, ...] = (), *, explain: bool
) -> Json:
    """One recipe as `aichef check --json` answers, and whether its servings were estimated.

    `said` are the conflicts of the profile with itself. Raises InvalidRecipe.
    """
    from aichef.meal.section4 import checked_json
    from aichef.recipe.check import check, closes_gate
    from aichef.recipe.nutrients import nutrition
    from aichef.recipe.read import recipe_from

    recipe = recipe_from(data, profile.locale)
    findings = (*said, *check(recipe, profile, today))
    body = checked_json(
        recipe,
        nutrition(recipe, profile, today),
        findings,
        holds=not any(closes_gate(one, profile) for one in findings),
        explain=explain,
    )
    return {**body, "servingsEstimated": "servings_estimated" in recipe.assumptions}


def cook_profiles(source: IO[bytes], flags: Mapping[str, Any], locale: str, at: Kitchen) -> None:
    """Profiles in, meals (section 4) or refusals out; `flags` override fields of every profile."""
    from aichef.cook import cook, run
    from aichef.meal.section4 import to_json
    from aichef.profile.parse import parse_profile

    _settle()

    def cooked(data: Json) -> Json:
        profile = parse_profile({"locale": locale, **data, **flags})
        return to_json(run(cook(profile, at), at))

    with _progress() as count:
        for line in numbered(source, LONGEST_OBJECT):
            put(_answer(line, cooked, InvalidProfile, locale))
            count()


def _answer(
    line: Numbered, work: Callable[[Json], Json], trouble: type[RequestError], locale: str
) -> str:
    """What `work` makes of a line, or an error object; the `id` of the input stands first."""
    named: Json = {}
    try:
        data = _object(line, trouble, locale)
        if _is_id(name := data.pop("id", None)):
            named = {"id": name}
        return written({**named, **work(data)})
    except ChefError as refused:
        error = refused
    except Exception as fault:  # noqa: BLE001 - one line's fault must not cost the others
        error = _fault(fault, locale)
    refusal = {
        "error": error.code,
        "message": error.message,
        "details": _finite(dict(error.details)),
        "line": line.number,
    }
    return written({**named, **refusal})


def _object(line: Numbered, trouble: type[RequestError], locale: str) -> Json:
    """The JSON object on a line. Raises `trouble`."""
    if not line.whole:
        raise _unread("too_long", trouble, locale)
    from aichef.recipe.read import RepeatedKey, once

    try:
        data = json.loads(line.text, parse_constant=_no_constant, object_pairs_hook=once)
    except RepeatedKey as twice:
        said = _TROUBLES["twice"][locale == "en"].format(key=twice.key)
        raise trouble(said, reason="twice", field=twice.key) from twice
    except (ValueError, RecursionError) as unreadable:
        raise _unread("not_json", trouble, locale) from unreadable
    if not isinstance(data, dict):
        raise _unread("not_object", trouble, locale)
    return data


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _is_id(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def _finite(value: Any) -> Any:
    """Details of an error as JSON can hold them; NaN and what is no plain value become text."""
    if isinstance(value, Mapping):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_finite(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    plain = value is None or isinstance(value, (str, int, float))
    return value if plain else str(value)


_TROUBLES: Final = {
    "too_long": (
        "줄이 너무 길어요. 한 줄을 1MB 이하로 줄여 주세요.",
        "The line is too long; keep it under 1 MB.",
    ),
    "twice": (
        "이 줄에 '{key}'가 두 번 있어요. 하나만 남겨 주세요.",
        "This line has '{key}' twice; keep one.",
    ),
    **NO_OBJECT,
}


def _unread(reason: str, trouble: type[RequestError], locale: str) -> RequestError:
    return trouble(_TROUBLES[reason][locale == "en"], reason=reason)


def _fault(fault: Exception, locale: str) -> ChefError:
    kind = type(fault).__name__
    if locale == "en":
        said = f"Something unexpected went wrong with this line ({kind}). Report it with its input."
    else:
        said = f"이 줄에서 예상하지 못한 문제가 생겼어요({kind}). 입력한 줄과 함께 알려 주세요."
    return ChefError(said, kind=kind)


def _settle() -> None:
    """Hand the process over to a long run: what is loaded stays, what comes is collected."""
    gc.freeze()
    gc.set_threshold(*COLLECT)
    gc.enable()


@contextmanager
def _progress() -> Iterator[Callable[[], None]]:
    """Counts lines on standard error; silent unless that alone is a terminal."""
    start = told = time.monotonic()
    done = 0
    watched = sys.stderr.isatty() and not sys.stdout.isatty()

    def count() -> None:
        nonlocal done, told
        done += 1
        now = time.monotonic()
        if watched and now - told >= EVERY:
            told = now
            sys.stderr.write(f"\r\x1b[2K{done:,} · {done / (now - start):,.0f}/s")
            sys.stderr.flush()

    try:
        yield count
    finally:
        if watched:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
