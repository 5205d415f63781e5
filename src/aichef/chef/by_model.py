"""A model writes, code decides: ask, read, judge, mend, ask once more, else the cook's book.

question ─▶ model (its ingredients are told as they come) ─▶ read ─▶ gate ─▶ mend ─▶ gate
              ▲                                                │ still broken, once
              └────────────── with the findings ◀──────────────┘     then: the cook's book
"""

from __future__ import annotations

from asyncio import get_running_loop
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from aichef.chef.answer import MOST_INGREDIENTS, early, read_answer
from aichef.chef.mend import mend
from aichef.chef.prompt import asked_again, may_be_named, page_of, question, worked_example
from aichef.chef.stream import Ingredients
from aichef.chef.write import broken_rules
from aichef.errors import ModelError, UnusableRecipe
from aichef.food.table import foods
from aichef.recipe.model import Spent, WrittenBy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aichef.chef.model import Model, Question, Rate, Said
    from aichef.chef.write import Order, Writer
    from aichef.recipe.model import Ingredient, Recipe

    _Tell = Callable[[Mapping[str, object]], None]

ROUNDS: Final = 2
"""Paid questions for one meal, at most."""

MOST_BESIDE: Final = 5
"""Foods eaten beside the dish that are told of while an answer comes."""

SECONDS: Final = 60.0
"""All rounds together; after that the cook's book writes."""

TIGHT: Final = 3_000
"""Won a serving below which money may leave no meal at all: then the cook's book is asked first,
so that an impossible budget is refused before anybody is paid."""

_INSTEAD: Final = {
    "gate": (
        "모델의 레시피가 규칙을 지키지 못했고 고칠 수도 없었어요.",
        "The model's recipe broke rules and could not be mended.",
    ),
    "read": (
        "모델의 답을 레시피로 읽을 수 없었어요.",
        "The model's answer could not be read as a recipe.",
    ),
    "timeout": ("모델이 제시간에 답하지 않았어요.", "The model did not answer in time."),
    "stall": ("모델의 답이 도중에 멈췄어요.", "The model's answer came to a halt."),
    "throttled": ("모델이 지금 너무 바빠요.", "The model is too busy right now."),
    "quota": (
        "모델의 사용 한도를 다 썼거나 쓸 권한이 없어요.",
        "The model's quota is used up, or the account may not use it.",
    ),
    "profile": ("그 이름의 모델을 여기서 쓸 수 없어요.", "That model is not served here."),
    "invalid": ("모델이 요청을 받아들이지 않았어요.", "The model did not take the question."),
    "cut": ("모델의 답이 너무 길어 잘렸어요.", "The model's answer was cut off."),
    "refused": ("모델이 답하기를 거절했어요.", "The model refused to answer."),
    "empty": ("모델이 빈 답을 보냈어요.", "The model sent an empty answer."),
    "key": ("모델의 API 키가 맞지 않아요.", "The model's key was refused."),
    "unreachable": ("모델에 연결할 수 없었어요.", "The model could not be reached."),
    "dropped": ("모델의 답이 도중에 끊겼어요.", "The model's answer broke off."),
    "corrupt": ("모델의 답이 망가져서 왔어요.", "The model's answer came damaged."),
    "broke": ("모델 쪽에 문제가 생겼어요.", "The model's side failed."),
}

Outcome = Literal["as_written", "mended", "replaced"]


@dataclass(frozen=True, slots=True)
class Trial:
    """How one meal went, for the operator: what was wrong by rule id or trouble, what it cost.

    `wrong` holds what each round's answer broke before it was mended. `claimed` are figures per
    serving the model gave for its last readable answer, `recipe` what was delivered.
    """

    outcome: Outcome
    wrong: tuple[str, ...]
    claimed: Mapping[str, float]
    spent: Spent | None
    recipe: Recipe


def to_no_operator(_: Trial) -> None:
    """Tells nobody."""


class ModelWriter:
    """Writes with a model; `instead` (the cook's book) steps in where that leads nowhere.

    `watch` is told of each meal, for counting what was wrong.
    """

    def __init__(
        self,
        model: Model,
        instead: Writer,
        seconds: float = SECONDS,
        watch: Callable[[Trial], None] = to_no_operator,
    ) -> None:
        self.model = model
        self.instead = instead
        self.seconds = seconds
        self.watch = watch

    async def write(self, order: Order) -> Recipe:
        """A recipe by the model that holds, or one of the cook's book that says why.

        Raises Infeasible where neither can be.
        """
        if order.profile.budget < TIGHT * order.profile.servings:
            await self.instead.write(order)
        bill = _Bill(self.model.rate, self.seconds)
        tell = _once(order)
        asked = question(order)
        # While the model writes, another thread loads what its answer will be judged by.
        warming = get_running_loop().run_in_executor(None, _warm, order)
        wrong: list[str] = []
        claimed: Mapping[str, float] = {}
        for turn in range(1, ROUNDS + 1):
            if turn > 1 and not bill.bears_another:
                break
            try:
                said = await self._answer(asked, tell, order, bill)
            except ModelError as trouble:
                bill.add_failed(trouble)
                reason = str(trouble.details.get("trouble", "broke"))
                wrong.append(reason)
                break
            await warming
            try:
                answer = read_answer(said.text, order)
            except UnusableRecipe as trouble:
                reason = "read"
                wrong.append(str(trouble.details.get("trouble", reason)))
                asked = asked_again(asked, said.text, trouble, order)
                continue
            claimed = answer.claimed
            held = replace(answer.recipe, assumptions=order.profile.assumptions)
            changes: tuple[str, ...] = ()
            if broken := broken_rules(held, order):
                reason = "gate"
                wrong.extend(one.rule for one in broken)
                mended = mend(held, order)
                if mended is None:
                    asked = asked_again(asked, said.text, broken, order)
                    continue
                held, changes = mended.recipe, mended.changes
            repairs = turn - 1 + bool(changes)
            by = WrittenBy("model", self.model.name, repairs, changes, spent=bill.spent())
            recipe = replace(held, written_by=by)
            outcome: Outcome = "mended" if repairs else "as_written"
            self.watch(Trial(outcome, tuple(wrong), claimed, bill.spent(), recipe))
            return recipe
        recipe = await self._instead(order, reason, bill)
        self.watch(Trial("replaced", tuple(wrong), claimed, bill.spent(), recipe))
        return recipe

    async def _answer(
        self,
        asked: Question,
        tell: _Tell,
        order: Order,
        bill: _Bill,
    ) -> Said:
        """One paid answer; each ingredient, and what is eaten beside, is told as it is whole."""
        lines, beside = Ingredients(), Ingredients("servedWith")

        def tell_beside(raw: Mapping[str, object]) -> None:
            served = {"name": raw.get("name"), "amount": raw.get("gramsPerServing")}
            if one := _early({**served, "unit": "g"}, order):
                order.beside(one)

        told = ((lines, _first(MOST_INGREDIENTS, tell)), (beside, _first(MOST_BESIDE, tell_beside)))

        def piece(text: str) -> None:
            for part, say in told:
                for raw in part.feed(text):
                    say(raw)

        said = await self.model.answer(asked, piece, bill.seconds_left)
        bill.add(said)
        return said

    async def _instead(self, order: Order, reason: str, bill: _Bill) -> Recipe:
        """The cook's book's recipe, saying why it is not the model's."""
        recipe = await self.instead.write(order)
        korean, english = _INSTEAD.get(reason, _INSTEAD["broke"])
        why = korean if order.profile.locale == "ko" else english
        by = WrittenBy("cookbook", self.model.name, instead_of=why, spent=bill.spent())
        return replace(recipe, written_by=by)


def _warm(order: Order) -> None:
    """Read and judge our own example: afterwards every table that does so is at hand."""
    with suppress(Exception):  # whatever is wrong with it, the real answer will tell
        example = worked_example(page_of(order.profile), order.profile.locale)
        broken_rules(read_answer(example, order).recipe, order)


class _Bill:
    """What the rounds of one meal cost, and how many seconds are left for the next."""

    def __init__(self, rate: Rate | None, seconds: float) -> None:
        self.rate = rate
        self.seconds_left = seconds
        self.longest = 0.0
        self.total = Spent(0, 0, 0, 0.0)

    @property
    def bears_another(self) -> bool:
        """Whether another answer that takes as long would still come in time, not only be paid."""
        return self.seconds_left > self.longest

    def add(self, said: Said) -> None:
        self.longest = max(self.longest, said.seconds)
        self._add(said.tokens_in, said.tokens_out, said.calls, said.seconds)

    def add_failed(self, trouble: ModelError) -> None:
        """A call that failed may have been paid for all the same."""
        known = trouble.details
        self._add(
            int(known.get("tokensIn", 0)),
            int(known.get("tokensOut", 0)),
            int(known.get("calls", 1)),
            float(known.get("seconds", 0.0)),
        )

    def _add(self, tokens_in: int, tokens_out: int, calls: int, seconds: float) -> None:
        total = self.total
        self.seconds_left = max(0.0, self.seconds_left - seconds)
        self.total = Spent(
            total.tokens_in + tokens_in,
            total.tokens_out + tokens_out,
            total.calls + calls,
            round(total.seconds + seconds, 2),
        )

    def spent(self) -> Spent | None:
        """The sum with its estimated cost; None where nobody was called."""
        total, rate = self.total, self.rate
        if not total.calls:
            return None
        if rate is None:
            return total
        dollars = Decimal(rate.usd_in) * total.tokens_in + Decimal(rate.usd_out) * total.tokens_out
        usd = format((dollars / 1_000_000).quantize(Decimal("0.000001")), "f")
        return replace(total, usd=usd, priced_on=rate.day)


def _first(many: int, tell: _Tell) -> _Tell:
    """Tells of so many; what is beyond is no recipe, and each line costs a look-up."""
    left = iter(range(many))

    def say(raw: Mapping[str, object]) -> None:
        if next(left, None) is not None:
            tell(raw)

    return say


def _once(order: Order) -> _Tell:
    """Tells a streamed line once, however many rounds write it again."""
    told: set[tuple[str, str, str]] = set()

    def tell(raw: Mapping[str, object]) -> None:
        one = _early(raw, order)
        if one and (key := (one.name, one.amount, one.unit)) not in told:
            told.add(key)
            order.ready(one)

    return tell


def _early(raw: Mapping[str, object], order: Order) -> Ingredient | None:
    """A streamed line as it may be shown before the gate has seen the whole.

    Only a food we know, by our name for it, and none that is kept from this eater.
    """
    one = early(raw, order.profile.locale)
    if one is None or one.food is None or not may_be_named(one.food, order):
        return None
    return replace(one, name=foods()[one.food].name(order.profile.locale), prep="")
