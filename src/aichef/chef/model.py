"""The port to a language model: one question in, text in pieces out. What it says is no recipe yet.

The wires live in `models/`; what is asked is put together in `chef/prompt.py`, and what comes
back is read by `chef/answer.py` and judged by the gate like anybody's recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

Trouble = Literal[
    "throttled",  # told to come later, to the end of the deadline
    "quota",  # nothing left to spend, or no right to this model
    "profile",  # the model is not served under this name here
    "invalid",  # the question was refused as it was put
    "timeout",  # no answer within the deadline
    "stall",  # nothing came for too long
    "dropped",  # the connection broke off
    "corrupt",  # what came could not be read as the wire's protocol
    "broke",  # the model's side failed, at once or in the middle
    "cut",  # the answer was longer than it may be
    "refused",  # the model would not answer
    "empty",  # an answer without a word
    "unreachable",  # nobody is there
    "key",  # the key is missing or refused
]
"""Why there is no answer; `ModelError.details["trouble"]`."""

WORTH_ANOTHER_CALL: Final[frozenset[Trouble]] = frozenset({"throttled"})
"""Where asking again inside the deadline may help and costs nothing."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that was said: by us, or by the model in an earlier round."""

    who: Literal["user", "model"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked: its role and our rules, the turns so far, and the answer's schema.

    The schema is the same for every target, so that a model compiles it once.
    """

    role: str
    turns: tuple[Turn, ...]
    schema: Mapping[str, object]
    most_tokens: int = 3_000


@dataclass(frozen=True, slots=True)
class Said:
    """A whole answer as text, and what it cost in tokens and seconds over `calls` calls."""

    text: str
    tokens_in: int
    tokens_out: int
    seconds: float
    calls: int = 1


@dataclass(frozen=True, slots=True)
class Rate:
    """Dollars for a million tokens read and written, as of a day."""

    usd_in: str
    usd_out: str
    day: str


class Model(Protocol):
    """A language model behind some wire."""

    @property
    def name(self) -> str:
        """How the person named it: "bedrock:global.anthropic.claude-haiku-5-5"."""

    @property
    def rate(self) -> Rate | None:
        """What it costs; None where nobody said."""

    async def answer(
        self, question: Question, piece: Callable[[str], None], seconds: float
    ) -> Said:
        """The answer, each piece of its text told as it comes, all within `seconds`.

        Raises ModelError with `trouble`, and with `tokensIn`, `tokensOut` and `calls` as far as
        they are known. Where no piece has come yet it may ask again on its own, inside the
        deadline; after the first piece it never does.
        """
