"""The way in to models: the doctor's look at the one that is set, and the stand-in of all three."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from aichef.errors import ModelError, RequestError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from aichef.chef.model import Question, Rate, Said
    from aichef.models.wire import Wired
    from aichef.settings import Settings

WARM_SECONDS: Final = 900
"""A new output schema may be compiled for minutes."""

_FEW_TOKENS: Final = 16

_SAID: Final = {
    "none": (
        "설정된 모델이 없어요. AICHEF_MODEL에 모델을 적어 주세요.",
        "No model is set; name one in AICHEF_MODEL.",
    ),
    "saw": (
        "{seconds:.1f}초 만에 답함 · 읽은 토큰 {read} · 쓴 토큰 {written} · 호출 {calls}번",
        "answered in {seconds:.1f} s · {read} tokens read · {written} written · {calls} calls",
    ),
    "rate": (
        "백만 토큰에 ${read}/${written}({day} 기준)",
        "${read}/${written} per million tokens (as of {day})",
    ),
    "own_rate": (
        "백만 토큰에 ${read}/${written}(직접 적은 값)",
        "${read}/${written} per million tokens (your own figure)",
    ),
    "no_rate": (
        "값을 몰라요. AICHEF_MODEL_RATE에 적을 수 있어요",
        "its price is not known; you may set AICHEF_MODEL_RATE",
    ),
    "schema": (
        "출력 형식(스키마)을 준비했어요. {seconds:.0f}초 걸렸고 하루 동안 빨라요.",
        "The output schema is ready after {seconds:.0f} s, and answers start sooner for a day.",
    ),
    "formless": (
        "이 모델은 출력 형식(스키마)을 받지 않아서 준비할 것이 없어요.",
        "This model takes no output schema, so there is nothing to prepare.",
    ),
    "control": (
        "127.0.0.1 에서만 들어요. 바꾸기: POST {url}/control?fault=stall · 호출 수: {url}/calls",
        "on 127.0.0.1 only; change it: POST {url}/control?fault=stall · calls: GET {url}/calls",
    ),
}


def _said(key: str, locale: str, **values: object) -> str:
    return _SAID[key][locale == "en"].format(**values)


# --- doctor -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ModelHealth:
    """What one tiny call saw; `said` is None where there was no answer, then `note` says why."""

    name: str
    said: Said | None
    rate: Rate | None
    note: str = ""
    warning: str = ""

    def to_json(self) -> dict[str, object]:
        """As `aichef doctor --json` prints it."""
        said = self.said
        return {
            "name": self.name,
            "reachable": said is not None,
            "seconds": said.seconds if said else None,
            "tokensIn": said.tokens_in if said else None,
            "tokensOut": said.tokens_out if said else None,
            "calls": said.calls if said else None,
            "usdIn": self.rate.usd_in if self.rate else None,
            "usdOut": self.rate.usd_out if self.rate else None,
            "pricedOn": self.rate.day if self.rate else None,
            "note": self.note,
            "warning": self.warning,
        }

    def line(self, locale: str = "ko") -> str:
        """In one line for a person."""
        said = self.said
        saw = self.note
        if said:
            saw = _said(
                "saw",
                locale,
                seconds=said.seconds,
                read=said.tokens_in,
                written=said.tokens_out,
                calls=said.calls,
            )
        return " · ".join(
            part for part in (self.name, saw, _rate(self.rate, locale), self.warning) if part
        )


def model_health(settings: Settings, locale: str = "ko") -> ModelHealth | None:
    """What one tiny call to the model that is set saw; None where none is, and nobody is called.

    Raises RequestError for settings that cannot be read.
    """
    model = _model(settings)
    if model is None:
        return None
    pair = model.spec.warning
    health = ModelHealth(model.name, None, model.rate, warning=pair[locale == "en"] if pair else "")
    try:
        return replace(health, said=_ask(model, _greeting(), float(settings.model_seconds)))
    except ModelError as trouble:
        from aichef.models.trouble import sentence

        if trouble.details["trouble"] == "cut":
            # It talks more than it was asked to; that it talks is all we want to know.
            return replace(health, said=_spent(trouble))
        return replace(health, note=sentence(trouble, locale))


def warm_schema(settings: Settings, locale: str = "ko") -> str:
    """Let the model compile the output schema now, and say so in one sentence.

    Raises RequestError where no model is set, ModelError where it does not answer.
    """
    from aichef.chef.prompt import answer_schema
    from aichef.models.wire import Waits

    patient = replace(settings, model_seconds=WARM_SECONDS)
    model = _model(patient, Waits(first=WARM_SECONDS, stall=WARM_SECONDS))
    if model is None:
        raise RequestError(_said("none", locale), field="AICHEF_MODEL")
    try:
        said = _ask(model, replace(_greeting(), schema=answer_schema()), WARM_SECONDS)
    except ModelError as trouble:
        if trouble.details["trouble"] not in {"cut", "empty"}:
            from aichef.models.trouble import sentence

            raise ModelError(sentence(trouble, locale), **trouble.details) from None
        said = _spent(trouble)
    ready = model.form == "schema"
    return _said("schema", locale, seconds=said.seconds) if ready else _said("formless", locale)


def _model(settings: Settings, *waits: Any) -> Wired | None:
    """The model that is set."""
    if not settings.model:
        return None
    from aichef.models.wire import open_model

    return open_model(settings, *waits)


def _greeting() -> Question:
    from aichef.chef.model import Question, Turn

    return Question("", (Turn("user", "Answer with one word: rice"),), {}, _FEW_TOKENS)


def _ask(model: Wired, question: Question, seconds: float) -> Said:
    import asyncio

    # Loaded before, so that only the model's own time is measured.
    model.warm()

    def to_nobody(_: str) -> None:
        """Nobody reads along."""

    return asyncio.run(model.answer(question, to_nobody, seconds))


def _spent(trouble: ModelError) -> Said:
    from aichef.chef.model import Said

    known = trouble.details
    return Said("", known["tokensIn"], known["tokensOut"], known["seconds"], known["calls"])


def _rate(rate: Rate | None, locale: str) -> str:
    if rate is None:
        return _said("no_rate", locale)
    key = "rate" if rate.day else "own_rate"
    return _said(key, locale, read=rate.usd_in, written=rate.usd_out, day=rate.day)


# --- stand-in ---------------------------------------------------------------------------------


def fake_model(parsed: argparse.Namespace) -> int:
    """Stand in for the three wires of models until interrupted, or for `--for` seconds."""
    from aichef.fake.model import model_stand_in
    from aichef.fake.server import break_as_told, standing

    locale, stand_in = _locale(parsed), model_stand_in(parsed.port)
    with standing(stand_in, parsed.port, parsed.seconds, locale) as state:
        state.speed, state.first, state.every = parsed.speed, parsed.first, parsed.every
        state.kind = parsed.kind
        break_as_told(lambda name: state.set_fault(name, parsed.times), parsed.fault, locale)
        for variable, value in state.environment(parsed.wire).items():
            print(f"export {variable}='{value}'")
        print(f"# {_said('control', locale, url=state.url)}", flush=True)
    return 0


def add_fake_model(group: Any) -> None:
    """`fake model` with its flags."""
    one = group.add_parser("model", help="Bedrock, Anthropic and OpenAI wires, on 127.0.0.1")
    one.add_argument("--port", type=int, default=0, help="default: any free one")
    one.add_argument(
        "--wire",
        choices=("bedrock", "anthropic", "openai"),
        default="bedrock",
        help="which settings to print; every wire is served",
    )
    one.add_argument(
        "--speed", type=_number(0.1, 100_000), default=60.0, help="tokens a second, default 60"
    )
    one.add_argument(
        "--first", type=_number(0, 600), default=0.5, help="seconds to the first, default 0.5"
    )
    one.add_argument(
        "--kind",
        choices=("good", "fault", "faults"),
        default="good",
        help="recipes as they should be, with one planted fault, with several",
    )
    one.add_argument(
        "--fault",
        default="",
        metavar="NAME",
        help="throttled quota denied key profile validation schema 500 503 late slow stall "
        "dropped ended corrupt broke busy cut refused empty page huge reset prose language units "
        "many words",
    )
    one.add_argument("--every", type=_whole, default=1, help="only on every so many calls")
    one.add_argument("--times", type=_whole, help="only so many times")
    one.add_argument(
        "--for",
        dest="seconds",
        type=_number(0, 86_400),
        metavar="SECONDS",
        help="stop by itself after so long",
    )
    one.add_argument("--locale", metavar="…", help="ko or en")
    one.set_defaults(run=fake_model)


def _number(least: float, most: float) -> Callable[[str], float]:
    """Reads a number in a range; anything else is an error of the flag."""

    def number(text: str) -> float:
        value = float(text)
        # Written so that NaN fails.
        if not least <= value <= most:
            raise ValueError(text)
        return value

    return number


def _whole(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 1_000_000:
        raise ValueError(text)
    return value


def _locale(parsed: argparse.Namespace) -> str:
    import os

    from aichef.settings import spoken

    return spoken(parsed.locale, os.environ)
