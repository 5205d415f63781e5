"""A model behind its wire: one question, text in pieces, all within the deadline.

question ─▶ call ─▶ first piece ─▶ pieces ─▶ end       each wait bounded, the whole bounded
              │ told to come later, and no piece yet: wait, with jitter, and call again
              │ the output schema is refused: the next form, remembered for this process
              └ anything else: one ModelError that says which trouble
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from aichef.chef.model import WORTH_ANOTHER_CALL, Said
from aichef.errors import ModelError, RequestError
from aichef.models.connect import connect
from aichef.models.spec import Spec, read_spec
from aichef.models.trouble import model_error, refuses_form, trouble_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from aichef.chef.model import Question, Rate, Trouble
    from aichef.models.connect import Connection
    from aichef.models.spec import Mode
    from aichef.settings import Settings

TOOL: Final = "recipe"
"""Name of the form an answer is held to."""

THINKING_TOKENS: Final = 4_000
"""Room for a model that thinks whatever one asks."""

MOST_CHARACTERS: Final = 200_000
"""Of an answer; a recipe has five thousand."""

_modes: Final[dict[tuple[str, str], int]] = {}
"""Which form a model takes, by its address and name: found out once in a process."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds: to the first piece, between pieces, and before a call that comes again.

    `again` doubles with each call up to `again_most`, and varies by half of itself.
    """

    first: float = 20.0
    stall: float = 15.0
    again: float = 0.5
    again_most: float = 8.0


class Wired:
    """A language model; keeps the promises of chef/model.py's port."""

    def __init__(self, spec: Spec, settings: Settings, waits: Waits = Waits()) -> None:
        self.spec = spec
        self.waits = waits
        self._settings = settings
        self._connection: Connection | None = None
        self._loading = Lock()

    @property
    def name(self) -> str:
        """The wire and the name it was told."""
        return self.spec.name

    @property
    def rate(self) -> Rate | None:
        """The person's own rate, or the table's."""
        return self.spec.rate

    def warm(self) -> None:
        """Load what the first question needs; it takes about a second.

        Raises RequestError where the extra is missing, ModelError where no client can be made.
        """
        longest = max(self._first, self.waits.stall)
        try:
            with self._loading:
                self._connection = self._connection or connect(
                    self.spec, self._settings, longest + 1
                )
        except RequestError:
            raise
        except Exception as error:  # noqa: BLE001 - a profile, a file or an address of AWS's chain
            trouble = trouble_of(error)
        else:
            return
        raise model_error(trouble, tokensIn=0, tokensOut=0, calls=0, seconds=0.0)

    def warm_aside(self) -> None:
        """As `warm`, in a thread of its own; what goes wrong is heard when a question is asked."""

        def load() -> None:
            with suppress(RequestError, ModelError):
                self.warm()

        Thread(target=load, name="aichef model").start()

    @property
    def _keyless(self) -> bool:
        """Whether a key is needed and none is there; AWS has more places to look for one."""
        if self.spec.wire == "bedrock" or self._own_server:
            return False
        return not self._settings.model_key

    @property
    def _own_server(self) -> bool:
        return self.spec.wire == "openai" and bool(self._settings.model_url)

    @property
    def _first(self) -> float:
        """Who thinks first is silent for as long; one's own server loads the model meanwhile."""
        patient = self.spec.thinks or self._own_server
        return float(self._settings.model_seconds) if patient else self.waits.first

    async def answer(
        self, question: Question, piece: Callable[[str], None], seconds: float
    ) -> Said:
        """As chef/model.py's `Model.answer`; never longer than AICHEF_MODEL_SECONDS."""
        if self._keyless:
            raise model_error("key", **_Call(piece).spent())
        # Libraries take seconds to load on a busy machine, which is no time of the model's.
        await asyncio.to_thread(self.warm)
        call = _Call(piece)
        trouble: Trouble = "timeout"
        left = min(seconds, float(self._settings.model_seconds))
        deadline = call.began + left
        try:
            async with asyncio.timeout(left):
                return await self._answered(question, call, deadline)
        except TimeoutError:
            pass
        except _Troubled as known:
            trouble = known.trouble
        except _Ours as ours:
            raise ours.error from None
        # Raised out here, so that the library's error, which knows the prompt, is not chained.
        raise model_error(trouble, **call.spent())

    async def _answered(self, question: Question, call: _Call, deadline: float) -> Said:
        pause = self.waits.again
        while True:
            try:
                await self._once(question, call)
            except _Troubled as known:
                if known.other_form and self._next_form():
                    continue
                wait = max(known.after, pause * random.uniform(0.5, 1.5))
                comes_again = known.trouble in WORTH_ANOTHER_CALL and not call.pieces
                if not comes_again or monotonic() + wait >= deadline:
                    raise
                await asyncio.sleep(wait)
                pause = min(self.waits.again_most, 2 * pause)
            else:
                return call.said()

    async def _once(self, question: Question, call: _Call) -> None:
        """One call over the wire. Raises _Troubled."""
        assert self._connection is not None  # noqa: S101 - `warm` has made it
        call.calls += 1
        silence = asyncio.timeout(self._first)
        stream: Any = None
        try:
            async with silence, self._connection.open() as model:
                from pydantic_ai.direct import model_request_stream

                asked = model_request_stream(
                    model,
                    _messages(question),
                    model_settings=_model_settings(
                        question, self.spec, own_server=self._own_server
                    ),
                    model_request_parameters=_parameters(
                        question, self.spec, self.form if question.schema else "text"
                    ),
                    instrument=False,
                )
                async with asked as stream:
                    async for text in _texts(stream):
                        silence.reschedule(asyncio.get_running_loop().time() + self.waits.stall)
                        call.hear(text)
                    call.ended(stream)
        except TimeoutError:
            if not silence.expired():
                raise
            raise _Troubled("stall" if call.pieces else "timeout") from None
        except (_Troubled, _Ours):
            raise
        except Exception as error:  # noqa: BLE001 - a supplier's failure has many names; all are one
            raise _Troubled.by(error, began=bool(call.pieces)) from None
        finally:
            call.charge(stream)

    @property
    def form(self) -> Mode:
        """How an answer is held to its schema, as far as was found out in this process."""
        place = min(_modes.get(self._key, 0), len(self.spec.modes) - 1)
        return self.spec.modes[place]

    @property
    def _key(self) -> tuple[str, str]:
        return self._settings.model_url, self.spec.name

    def _next_form(self) -> bool:
        """Whether there is another form to try; from now on it is taken first."""
        now = self.spec.modes.index(self.form)
        _modes[self._key] = min(now + 1, len(self.spec.modes) - 1)
        return now + 1 < len(self.spec.modes)


class _Troubled(Exception):
    """A call that led to no answer. `after`: seconds the other side asked us to wait."""

    def __init__(self, trouble: Trouble, after: float = 0.0, *, other_form: bool = False) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.after = after
        self.other_form = other_form

    @classmethod
    def by(cls, error: Exception, *, began: bool) -> _Troubled:
        """Of the library's error; after the first piece no other form is tried."""
        after = getattr(error, "retry_after", None) or 0.0
        return cls(trouble_of(error), after, other_form=not began and refuses_form(error))


class _Ours(Exception):
    """Who was told a piece failed: no fault of the model's, and not to be hidden as one."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class _Call:
    """What was heard and spent over the calls of one question."""

    def __init__(self, piece: Callable[[str], None]) -> None:
        self.began = monotonic()
        self.calls = 0
        self.pieces: list[str] = []
        self._tell = piece
        self._length = 0
        self._in = 0
        self._out = 0

    def hear(self, text: str) -> None:
        """Take a piece and tell it. Raises _Troubled where the answer has no end."""
        self._length += len(text)
        if self._length > MOST_CHARACTERS:
            raise _Troubled("cut")
        if text:
            self.pieces.append(text)
            try:
                self._tell(text)
            except Exception as error:
                raise _Ours(error) from error

    def charge(self, stream: Any) -> None:
        """Count the tokens of a call, as far as the stream knows them."""
        usage = getattr(stream, "usage", None)
        self._in += int(getattr(usage, "input_tokens", 0) or 0)
        self._out += int(getattr(usage, "output_tokens", 0) or 0)

    def ended(self, stream: Any) -> None:
        """Judge how the stream ended. Raises _Troubled where it is no whole answer."""
        reason = stream.finish_reason
        if reason == "length":
            raise _Troubled("cut")
        if reason == "content_filter":
            raise _Troubled("refused")
        if reason == "error":
            raise _Troubled("broke")
        if reason is None:
            raise _Troubled("dropped" if self.pieces else "corrupt")
        if not "".join(self.pieces).strip():
            raise _Troubled("empty")

    def said(self) -> Said:
        """The whole answer."""
        text = "".join(self.pieces)
        return Said(text, self._in, self._out, round(monotonic() - self.began, 3), self.calls)

    def spent(self) -> Mapping[str, float]:
        """What an answer that did not come has cost, as details of its error."""
        return {
            "tokensIn": self._in,
            "tokensOut": self._out,
            "calls": self.calls,
            "seconds": round(monotonic() - self.began, 3),
        }


def open_model(settings: Settings, waits: Waits = Waits()) -> Wired | None:
    """The model that the settings name, nothing loaded yet; None for "" and "off".

    Raises RequestError for a name, a rate or an address that cannot be read.
    """
    spec = read_spec(settings)
    if spec is None:
        return None
    from aichef.models.connect import check_address

    check_address(settings)
    return Wired(spec, settings, waits)


async def _texts(stream: Any) -> AsyncIterator[str]:
    """The text of a stream as it comes, a tool's arguments too; "" where the model thinks."""
    from pydantic_ai import messages as those

    async for event in stream:
        if isinstance(event, those.PartStartEvent):
            yield _text(event.part)
        elif isinstance(event, those.PartDeltaEvent):
            yield _text(event.delta)


def _text(part: Any) -> str:
    from pydantic_ai import messages as those

    if isinstance(part, those.TextPart):
        return part.content
    if isinstance(part, those.TextPartDelta):
        return part.content_delta
    if isinstance(part, those.ToolCallPart):
        return part.args_as_json_str() if part.args else ""
    if isinstance(part, those.ToolCallPartDelta):
        return part.args_delta if isinstance(part.args_delta, str) else ""
    return ""


def _messages(question: Question) -> list[Any]:
    from pydantic_ai import messages as those

    return [
        those.ModelRequest([those.UserPromptPart(turn.text)], instructions=question.role or None)
        if turn.who == "user"
        else those.ModelResponse([those.TextPart(turn.text)])
        for turn in question.turns
    ]


def _model_settings(question: Question, spec: Spec, *, own_server: bool) -> Any:
    """No sampling setting: several models refuse them, and none needs one."""
    from pydantic_ai.settings import ModelSettings

    # What a model thinks counts as written; where it can be kept from thinking, it is.
    most = question.most_tokens + (THINKING_TOKENS if spec.thinks or own_server else 0)
    if own_server:
        return ModelSettings(max_tokens=most)
    return ModelSettings(max_tokens=most, thinking=False)


def _parameters(question: Question, spec: Spec, mode: Mode) -> Any:
    """How the answer is held to the schema."""
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.output import OutputObjectDefinition
    from pydantic_ai.tools import ToolDefinition

    schema = dict(question.schema)
    if mode == "schema":
        form = OutputObjectDefinition(schema, name=TOOL, strict=True)
        return ModelRequestParameters(output_mode="native", output_object=form)
    if mode == "tool":
        tool = ToolDefinition(
            name=TOOL,
            parameters_json_schema=schema,
            description="Hand over the finished recipe.",
            kind="output",
        )
        return ModelRequestParameters(
            output_mode="tool", output_tools=[tool], allow_text_output=not spec.forced
        )
    return ModelRequestParameters()
