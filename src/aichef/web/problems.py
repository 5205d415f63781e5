"""What went wrong, as problem details (RFC 9457) with a stable code, in the reader's language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final

from starlette.responses import Response

from aichef.errors import (
    ChefError,
    NotReady,
    RequestError,
    SessionConflict,
    SessionNotFound,
    StoreError,
)
from aichef.session.words import WORDS, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aichef.profile.model import Locale

PROBLEM: Final = "application/problem+json"

STATUSES: Final[Mapping[str, int]] = {
    "INVALID_REQUEST": 400,
    "UNAUTHORIZED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "SESSION_NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "REQUEST_TIMEOUT": 408,
    "NOT_READY": 409,
    "SESSION_CONFLICT": 409,
    "TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "INVALID_PROFILE": 422,
    "INVALID_RECIPE": 422,
    "NEEDS_ANSWER": 422,
    "INFEASIBLE_PROFILE": 422,
    "TOO_MANY_REQUESTS": 429,
    "INTERNAL_ERROR": 500,
    "SUPPLIER_FAILED": 502,
}
"""Every code an answer may carry, with its status. A code is never renamed."""

TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "INVALID_REQUEST": ("요청을 읽을 수 없어요", "The request cannot be read"),
    "UNAUTHORIZED": ("토큰이 필요해요", "A token is needed"),
    "FORBIDDEN": ("다른 사이트에서 보낸 요청이에요", "The request comes from another site"),
    "NOT_FOUND": ("없는 주소예요", "There is nothing at this address"),
    "SESSION_NOT_FOUND": ("세션을 찾을 수 없어요", "There is no such session"),
    "METHOD_NOT_ALLOWED": ("이 주소에서 할 수 없는 요청이에요", "This cannot be done here"),
    "REQUEST_TIMEOUT": ("요청이 끝까지 오지 않았어요", "The request did not arrive whole"),
    "NOT_READY": ("결과가 없어요", "There is no result"),
    "SESSION_CONFLICT": ("다른 내용으로 이미 접수되었어요", "It was accepted for something else"),
    "TOO_LARGE": ("요청이 너무 커요", "The request is too large"),
    "UNSUPPORTED_MEDIA_TYPE": ("JSON이 아니에요", "This is not JSON"),
    "INVALID_PROFILE": ("프로필을 읽을 수 없어요", "The profile cannot be read"),
    "INVALID_RECIPE": ("레시피를 읽을 수 없어요", "The recipe cannot be read"),
    "NEEDS_ANSWER": ("먼저 답이 필요해요", "A question has to be answered first"),
    "INFEASIBLE_PROFILE": ("이 조건으로는 요리할 수 없어요", "No meal is possible as asked"),
    "TOO_MANY_REQUESTS": ("요청이 너무 많아요", "There are too many requests"),
    "INTERNAL_ERROR": ("예상하지 못한 문제예요", "Something unexpected happened"),
    "SUPPLIER_FAILED": ("필요한 서비스가 답하지 않아요", "Someone we rely on failed"),
}
"""A title for each code: (Korean, English)."""

_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "token": (
        "토큰이 없거나 맞지 않아요. 'Authorization: Bearer <토큰>' 으로 보내 주세요.",
        "The token is missing or wrong; send it as 'Authorization: Bearer <token>'.",
    ),
    "cross_site": (
        "다른 사이트의 화면에서는 이 일을 할 수 없어요. AI Chef 화면에서 다시 해 주세요.",
        "This cannot be done from a page of another site; do it again on AI Chef's own page.",
    ),
    "path": (
        "이 주소에는 아무것도 없어요. /docs 에서 주소를 확인해 주세요.",
        "There is nothing at this address; /docs lists what there is.",
    ),
    "method": (
        "이 주소에서는 이 방법({method})을 쓸 수 없어요. /docs 를 확인해 주세요.",
        "{method} cannot be used at this address; see /docs.",
    ),
    "slow": (
        "요청이 제때 다 오지 않았어요. 연결을 확인하고 다시 보내 주세요.",
        "The request did not arrive in time; check the connection and send it again.",
    ),
    "large": (
        "요청은 {most:,}바이트까지 보낼 수 있어요. 내용을 줄여 다시 보내 주세요.",
        "A request may have up to {most:,} bytes; shorten it and send it again.",
    ),
    "media": (
        "'Content-Type: application/json' 으로 보내 주세요.",
        "Send it as 'Content-Type: application/json'.",
    ),
    "field": (
        "{field} 값을 읽을 수 없어요. /docs 를 보고 고쳐 주세요.",
        "The value of {field} cannot be read; see /docs and correct it.",
    ),
    "rate": (
        "요청이 너무 잦아요. {seconds}초 뒤에 다시 보내 주세요.",
        "There are too many requests; send it again in {seconds} s.",
    ),
    "at_once": (
        "요리하고 있는 세션이 {most}개예요. 하나가 끝나거나 취소된 뒤에 다시 보내 주세요.",
        "{most} of your sessions are at work; send it again once one has ended or was cancelled.",
    ),
    "queue": (
        "지금은 기다리는 요청이 많아요. {seconds}초 뒤에 다시 보내 주세요.",
        "Many are waiting already; send it again in {seconds} s.",
    ),
    "followers": (
        "지켜보는 연결이 너무 많아요. 다른 창을 닫거나 {seconds}초 뒤에 다시 연결해 주세요.",
        "There are too many open event streams; close some, or try again in {seconds} s.",
    ),
    "json": (
        "프로필은 올바른 JSON 객체로 보내 주세요.",
        "Send the profile as one valid JSON object.",
    ),
    "deep": (
        "프로필이 너무 여러 겹이에요. /docs 의 모양대로 보내 주세요.",
        "The profile is nested too deeply; send it as /docs shows.",
    ),
    "twice": ("'{field}' 값이 두 번 있어요. 한 번만 적어 주세요.", "'{field}' is given twice."),
    "session_id": (
        "sessionId는 sess_ 다음에 영어 소문자와 숫자 2-7을 26개 적어 주세요.",
        "A sessionId is sess_ and 26 of the letters a-z and digits 2-7.",
    ),
    "unexpected": (
        "예상하지 못한 문제가 생겼어요. 잠시 뒤 다시 시도해 주세요.",
        "Something unexpected happened; please try again in a while.",
    ),
}


class Unauthorized(RequestError):
    """The token is missing or wrong."""

    code: ClassVar[str] = "UNAUTHORIZED"


class Forbidden(RequestError):
    """A page of another site sent a request that changes something."""

    code: ClassVar[str] = "FORBIDDEN"


class NoSuchPath(RequestError):
    """There is nothing at this address."""

    code: ClassVar[str] = "NOT_FOUND"


class WrongMethod(RequestError):
    """The address knows other methods."""

    code: ClassVar[str] = "METHOD_NOT_ALLOWED"


class TooSlow(RequestError):
    """A body did not arrive in time."""

    code: ClassVar[str] = "REQUEST_TIMEOUT"


class TooLarge(RequestError):
    """A body is larger than any profile."""

    code: ClassVar[str] = "TOO_LARGE"


class WrongMedia(RequestError):
    """A body is not JSON by its own word."""

    code: ClassVar[str] = "UNSUPPORTED_MEDIA_TYPE"


class TooMany(RequestError):
    """A limit was reached; `details["retryAfter"]` says when to try again, in seconds."""

    code: ClassVar[str] = "TOO_MANY_REQUESTS"


def told(what: str, locale: str, **values: object) -> str:
    """The sentence for what the door refuses, for a reader of `locale`."""
    return _SAID[what][locale == "en"].format(**values)


def unexpected(locale: str) -> ChefError:
    """The answer where we failed ourselves; what happened is for the log only."""
    return ChefError(told("unexpected", locale))


def language(accepted: str, default: str) -> Locale:
    """The language an Accept-Language header likes best of ours, else the default."""
    best, wanted = 0.0, ""
    for part in accepted[:500].split(","):
        tag, _, weight = part.strip().partition(";")
        quality = _quality(weight)
        name = tag.strip().lower().partition("-")[0]
        if name in {"ko", "en"} and quality > best:
            best, wanted = quality, name
    return "en" if (wanted or default) == "en" else "ko"


def _quality(weight: str) -> float:
    if not weight.strip():
        return 1.0
    try:
        return float(weight.strip().removeprefix("q="))
    except ValueError:
        return 0.0


def problem(error: ChefError, locale: str, **details: Any) -> Response:
    """The answer that says what went wrong; `details` join those of the error."""
    return problem_of(error.code, _retold(error, locale), {**error.details, **details}, locale)


def problem_of(code: str, message: str, details: Mapping[str, Any], locale: str) -> Response:
    """The answer to an error that is known by its parts, such as one a session failed with."""
    code = code if code in STATUSES else "INTERNAL_ERROR"
    headers = {"Content-Language": locale}
    if "retryAfter" in details:
        headers["Retry-After"] = str(details["retryAfter"])
    if code == "UNAUTHORIZED":
        headers["WWW-Authenticate"] = 'Bearer realm="aichef"'
    return Response(
        plain(body_of(code, message, details, locale)), STATUSES[code], headers, PROBLEM
    )


def body_of(code: str, message: str, details: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """A problem as plain values."""
    return {
        "type": f"/docs#{code}",
        "title": TITLES[code][locale == "en"],
        "status": STATUSES[code],
        "detail": message,
        "code": code,
        "details": dict(details),
    }


def plain(value: object) -> bytes:
    """JSON as UTF-8; half a character, which JSON can say and UTF-8 cannot, becomes "?"."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.encode("utf-8", "replace")


def _retold(error: ChefError, locale: str) -> str:
    """What the stores say in their own language, in the reader's."""
    trouble = error.details.get("trouble")
    if isinstance(error, SessionNotFound):
        return say("not_found", locale)
    if isinstance(error, NotReady):
        at_work = error.details.get("status") == "processing"
        return say("not_ready" if at_work else "no_result", locale)
    if isinstance(error, SessionConflict | StoreError) and trouble in WORDS:
        return say(trouble, locale)
    return error.message
