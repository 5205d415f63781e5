"""How three suppliers of models speak: what they are asked, how they answer, how they refuse."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from zlib import crc32

KEY: Final = "stand-in-model-key"
"""Key that the stand-in takes, and access key where a request is signed."""

Frame = bytes
Asked = Mapping[str, Any]


@dataclass(frozen=True)
class Refusal:
    """An answer that is none: status, body, headers."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json"


class Wire(Protocol):
    """A supplier's way to speak."""

    @property
    def name(self) -> str:
        """What it is called in settings."""

    @property
    def kind(self) -> str:
        """Content type of a stream."""

    def knows_key(self, headers: Mapping[str, str]) -> bool:
        """Whether the request carries the stand-in's key; names of headers in lower case."""

    def prompt(self, asked: Asked) -> str:
        """Everything that was said, as one text."""

    def most_tokens(self, asked: Asked) -> int:
        """The most tokens the answer may have; 0 where nothing was said."""

    def streams(self, asked: Asked) -> bool:
        """Whether the answer is to come in pieces."""

    def has_schema(self, asked: Asked) -> bool:
        """Whether the answer is to follow an output schema."""

    def start(self, asked: Asked, usage: tuple[int, int]) -> Iterator[Frame]:
        """Frames before the first piece."""

    def piece(self, asked: Asked, text: str) -> Frame:
        """A piece of the answer."""

    def end(self, asked: Asked, reason: str, usage: tuple[int, int]) -> Iterator[Frame]:
        """Frames after the last piece; reason: "end", "cut" or "refused"."""

    def whole(self, asked: Asked, text: str, reason: str, usage: tuple[int, int]) -> bytes:
        """The answer in one."""

    def damaged(self) -> Frame:
        """A frame that cannot be read."""

    def exception(self, fault: str) -> Frame:
        """What is said in mid-stream under "broke" and "busy"."""

    def refusal(self, fault: str) -> Refusal | None:
        """What is said instead of an answer; None where the fault is none of these."""


def wire_of(path: str) -> Wire | None:
    """The wire that is spoken at a path; None for any other path."""
    if path.startswith("/model/") and path.endswith("/converse-stream"):
        return _Bedrock(pieces=True)
    if path.startswith("/model/") and path.endswith("/converse"):
        return _Bedrock(pieces=False)
    if path.endswith("/v1/messages"):
        return _Anthropic()
    if path.endswith("/chat/completions"):
        return _OpenAI()
    return None


def event_frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """One frame of AWS's event stream: lengths, their CRC, headers, payload, CRC of all."""
    head = b"".join(
        struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", 7, len(value.encode()))
        + value.encode()
        for name, value in headers.items()
    )  # fmt: skip
    lengths = struct.pack(">II", len(head) + len(payload) + 16, len(head))
    frame = lengths + struct.pack(">I", crc32(lengths)) + head + payload
    return frame + struct.pack(">I", crc32(frame))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _texts(value: object) -> Iterator[str]:
    """Every "text" and every plain content, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        yield from _texts(value.get("text") or value.get("content") or "")


def _said(*parts: object) -> str:
    return "\n".join(_texts(list(parts)))


# --- Amazon Bedrock ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Bedrock:
    """Converse and ConverseStream."""

    pieces: bool
    name: str = "bedrock"
    kind: str = "application/vnd.amazon.eventstream"

    def knows_key(self, headers: Mapping[str, str]) -> bool:
        sent = headers.get("authorization", "")
        return sent == f"Bearer {KEY}" or sent.startswith(f"AWS4-HMAC-SHA256 Credential={KEY}/")

    def prompt(self, asked: Asked) -> str:
        return _said(asked.get("system", []), asked.get("messages", []))

    def most_tokens(self, asked: Asked) -> int:
        return int(asked.get("inferenceConfig", {}).get("maxTokens", 0))

    def streams(self, asked: Asked) -> bool:
        del asked
        return self.pieces

    def has_schema(self, asked: Asked) -> bool:
        return "outputConfig" in asked

    def start(self, asked: Asked, usage: tuple[int, int]) -> Iterator[Frame]:
        del usage
        yield _event("messageStart", {"role": "assistant"})
        if "toolConfig" in asked:
            tool = {"toolUse": {"toolUseId": "tooluse_1", "name": _tool(asked)}}
            yield _event("contentBlockStart", {"contentBlockIndex": 0, "start": tool})

    def piece(self, asked: Asked, text: str) -> Frame:
        delta = {"toolUse": {"input": text}} if "toolConfig" in asked else {"text": text}
        return _event("contentBlockDelta", {"contentBlockIndex": 0, "delta": delta})

    def end(self, asked: Asked, reason: str, usage: tuple[int, int]) -> Iterator[Frame]:
        yield _event("contentBlockStop", {"contentBlockIndex": 0})
        yield _event("messageStop", {"stopReason": _bedrock_reason(asked, reason)})
        yield _event("metadata", {"usage": _bedrock_usage(usage), "metrics": {"latencyMs": 1}})

    def whole(self, asked: Asked, text: str, reason: str, usage: tuple[int, int]) -> bytes:
        return _json(
            {
                "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
                "stopReason": _bedrock_reason(asked, reason),
                "usage": _bedrock_usage(usage),
                "metrics": {"latencyMs": 1},
            }
        )

    def damaged(self) -> Frame:
        frame = _event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "소금"}})
        return frame[:-8] + bytes(byte ^ 0xFF for byte in frame[-8:-4]) + frame[-4:]

    def exception(self, fault: str) -> Frame:
        kind = "throttlingException" if fault == "busy" else "modelStreamErrorException"
        said = {":exception-type": kind, ":content-type": "application/json"}
        return event_frame({**said, ":message-type": "exception"}, _json({"message": "-"}))

    def refusal(self, fault: str) -> Refusal | None:
        known = {
            "throttled": (429, "ThrottlingException", "Too many requests, please wait."),
            "quota": (400, "ServiceQuotaExceededException", "Your quota is used up."),
            "denied": (403, "AccessDeniedException", "You don't have access to the model."),
            "key": (403, "UnrecognizedClientException", "The security token is invalid."),
            "profile": (
                400,
                "ValidationException",
                "Invocation of model ID stand-in with on-demand throughput isn't supported. Retry "
                "with the ID or ARN of an inference profile that contains this model.",
            ),
            "validation": (400, "ValidationException", "Malformed input request."),
            "schema": (400, "ValidationException", "This model doesn't support outputConfig."),
            "500": (500, "InternalServerException", "-"),
            "503": (503, "ServiceUnavailableException", "Bedrock is overloaded."),
        }.get(fault)
        if known is None:
            return None
        status, kind, message = known
        return Refusal(status, _json({"message": message}), {"x-amzn-ErrorType": kind})


def _event(kind: str, body: object) -> Frame:
    headers = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    return event_frame(headers, _json(body))


def _tool(asked: Asked) -> str:
    return str(asked["toolConfig"]["tools"][0]["toolSpec"]["name"])


def _bedrock_reason(asked: Asked, reason: str) -> str:
    end = "tool_use" if "toolConfig" in asked else "end_turn"
    return {"cut": "max_tokens", "refused": "content_filtered"}.get(reason, end)


def _bedrock_usage(usage: tuple[int, int]) -> dict[str, int]:
    return {"inputTokens": usage[0], "outputTokens": usage[1], "totalTokens": sum(usage)}


# --- Anthropic Messages -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Anthropic:
    name: str = "anthropic"
    kind: str = "text/event-stream; charset=utf-8"

    def knows_key(self, headers: Mapping[str, str]) -> bool:
        # Newer clients send it as a bearer.
        return KEY in {headers.get("x-api-key"), headers.get("authorization", "").partition(" ")[2]}

    def prompt(self, asked: Asked) -> str:
        return _said(asked.get("system", ""), asked.get("messages", []))

    def most_tokens(self, asked: Asked) -> int:
        return int(asked.get("max_tokens", 0))

    def streams(self, asked: Asked) -> bool:
        return asked.get("stream") is True

    def has_schema(self, asked: Asked) -> bool:
        return "output_format" in asked or "format" in (asked.get("output_config") or {})

    def start(self, asked: Asked, usage: tuple[int, int]) -> Iterator[Frame]:
        yield _sse("message_start", message=_message(asked, [], None, (usage[0], 1)))
        block: dict[str, object] = {"type": "text", "text": ""}
        if asked.get("tools"):
            name = asked["tools"][0]["name"]
            block = {"type": "tool_use", "id": "toolu_1", "name": name, "input": {}}
        yield _sse("content_block_start", index=0, content_block=block)
        yield _sse("ping")

    def piece(self, asked: Asked, text: str) -> Frame:
        if asked.get("tools"):
            delta = {"type": "input_json_delta", "partial_json": text}
        else:
            delta = {"type": "text_delta", "text": text}
        return _sse("content_block_delta", index=0, delta=delta)

    def end(self, asked: Asked, reason: str, usage: tuple[int, int]) -> Iterator[Frame]:
        yield _sse("content_block_stop", index=0)
        stop = {"stop_reason": _anthropic_reason(asked, reason), "stop_sequence": None}
        yield _sse("message_delta", delta=stop, usage={"output_tokens": usage[1]})
        yield _sse("message_stop")

    def whole(self, asked: Asked, text: str, reason: str, usage: tuple[int, int]) -> bytes:
        content = [{"type": "text", "text": text}]
        return _json(_message(asked, content, _anthropic_reason(asked, reason), usage))

    def damaged(self) -> Frame:
        return b'event: content_block_delta\ndata: {"type": "content_bl\x00\xff\xfe]\n\n'

    def exception(self, fault: str) -> Frame:
        kind = "rate_limit_error" if fault == "busy" else "api_error"
        return _sse("error", error={"type": kind, "message": "-"})

    def refusal(self, fault: str) -> Refusal | None:
        known = {
            "throttled": (429, "rate_limit_error", "Please come later."),
            "quota": (400, "invalid_request_error", "Your credit balance is too low."),
            "denied": (403, "permission_error", "Your key may not use this model."),
            "key": (401, "authentication_error", "invalid x-api-key"),
            "profile": (404, "not_found_error", "model: stand-in"),
            "validation": (400, "invalid_request_error", "messages: at least one is required"),
            "schema": (400, "invalid_request_error", "output_config.format: not supported"),
            "500": (500, "api_error", "-"),
            "503": (529, "overloaded_error", "Overloaded"),
        }.get(fault)
        if known is None:
            return None
        status, kind, message = known
        body = {"type": "error", "error": {"type": kind, "message": message}}
        return Refusal(status, _json(body))


def _sse(kind: str, **fields: object) -> Frame:
    return b"event: " + kind.encode() + b"\ndata: " + _json({"type": kind, **fields}) + b"\n\n"


def _message(
    asked: Asked, content: list[Any], reason: str | None, usage: tuple[int, int]
) -> dict[str, object]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": asked.get("model"),
        "content": content,
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": {"input_tokens": usage[0], "output_tokens": usage[1]},
    }


def _anthropic_reason(asked: Asked, reason: str) -> str:
    end = "tool_use" if asked.get("tools") else "end_turn"
    return {"cut": "max_tokens", "refused": "refusal"}.get(reason, end)


# --- OpenAI chat completions ------------------------------------------------------------------


@dataclass(frozen=True)
class _OpenAI:
    name: str = "openai"
    kind: str = "text/event-stream; charset=utf-8"

    def knows_key(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization") == f"Bearer {KEY}"

    def prompt(self, asked: Asked) -> str:
        return _said(asked.get("messages", []))

    def most_tokens(self, asked: Asked) -> int:
        return int(asked.get("max_tokens") or asked.get("max_completion_tokens") or 0)

    def streams(self, asked: Asked) -> bool:
        return asked.get("stream") is True

    def has_schema(self, asked: Asked) -> bool:
        return "response_format" in asked

    def start(self, asked: Asked, usage: tuple[int, int]) -> Iterator[Frame]:
        del usage
        delta: dict[str, object] = {"role": "assistant", "content": ""}
        if asked.get("tools"):
            name = asked["tools"][0]["function"]["name"]
            call = {"index": 0, "id": "call_1", "type": "function"}
            delta["tool_calls"] = [{**call, "function": {"name": name, "arguments": ""}}]
        yield _chunk(asked, delta)

    def piece(self, asked: Asked, text: str) -> Frame:
        if asked.get("tools"):
            return _chunk(asked, {"tool_calls": [{"index": 0, "function": {"arguments": text}}]})
        return _chunk(asked, {"content": text})

    def end(self, asked: Asked, reason: str, usage: tuple[int, int]) -> Iterator[Frame]:
        yield _chunk(asked, {}, _openai_reason(asked, reason))
        if (asked.get("stream_options") or {}).get("include_usage"):
            yield _data({**_completion(asked), "choices": [], "usage": _openai_usage(usage)})
        yield b"data: [DONE]\n\n"

    def whole(self, asked: Asked, text: str, reason: str, usage: tuple[int, int]) -> bytes:
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text},
            "finish_reason": _openai_reason(asked, reason),
        }
        said = {**_completion(asked), "object": "chat.completion", "choices": [choice]}
        return _json({**said, "usage": _openai_usage(usage)})

    def damaged(self) -> Frame:
        return b'data: {"id": "chatcmpl-1", "choices": [{"ind\x00\xff\xfe]\n\n'

    def exception(self, fault: str) -> Frame:
        code = "rate_limit_exceeded" if fault == "busy" else "server_error"
        return _data({"error": {"message": "-", "type": code, "code": code}})

    def refusal(self, fault: str) -> Refusal | None:
        known = {
            "throttled": (429, "rate_limit_exceeded", "Please come later."),
            "quota": (429, "insufficient_quota", "You exceeded your current quota."),
            "denied": (403, "permission_denied", "Your key may not use this model."),
            "key": (401, "invalid_api_key", "Incorrect API key."),
            "profile": (404, "model_not_found", "The model does not exist."),
            "validation": (400, "invalid_request", "messages is too short"),
            "schema": (400, "unsupported_value", "response_format is not supported"),
            "500": (500, "server_error", "-"),
            "503": (503, "overloaded", "The server is overloaded."),
        }.get(fault)
        if known is None:
            return None
        status, code, message = known
        return Refusal(status, _json({"error": {"message": message, "type": code, "code": code}}))


def _data(value: object) -> Frame:
    return b"data: " + _json(value) + b"\n\n"


def _completion(asked: Asked) -> dict[str, object]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_790_000_000,
        "model": asked.get("model"),
    }


def _chunk(asked: Asked, delta: Mapping[str, object], reason: str | None = None) -> Frame:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return _data({**_completion(asked), "choices": [choice]})


def _openai_reason(asked: Asked, reason: str) -> str:
    end = "tool_calls" if asked.get("tools") else "stop"
    return {"cut": "length", "refused": "content_filter"}.get(reason, end)


def _openai_usage(usage: tuple[int, int]) -> dict[str, int]:
    return {
        "prompt_tokens": usage[0],
        "completion_tokens": usage[1],
        "total_tokens": sum(usage),
    }
