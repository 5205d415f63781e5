"""What the door refuses: problem details for programs, a page of ours for a browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.requests import Request

from aichef.web.page.texts import catalogue, text
from aichef.web.problems import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import Scope

    from aichef.errors import ChefError
    from aichef.profile.model import Locale
    from aichef.web.page.pages import Pages

_API: Final = ("/v1/", "/static/")
_OF_A_PAGE: Final = frozenset({"content-type", "content-length"})


def answering(pages: Pages) -> Callable[[Scope, ChefError], Response]:
    """What answers an error, in the language of the scope, to whoever asked."""

    def answer(scope: Scope, error: ChefError) -> Response:
        told = problem(error, scope["aichef.locale"])
        return _as_page(pages, scope, told) if reads_pages(scope) else told

    return answer


def reads_pages(scope: Scope) -> bool:
    """Whether a person asks by browser; the API says the same to everybody."""
    accepted = Headers(scope=scope).get("accept", "")
    return "text/html" in accepted and not scope["path"].startswith(_API)


def _as_page(pages: Pages, scope: Scope, told: Response) -> Response:
    """The same status and headers, with a page for a body."""
    locale: Locale = scope["aichef.locale"]
    body = json.loads(bytes(told.body))
    key = f"trouble.of_{body['code'].lower()}"
    sentence = text(key, locale) if key in catalogue() else body["detail"]
    values = {"heading": body["title"], "sentence": sentence}
    page = pages.show(
        Request(scope), "message.html", values, locale=locale, status=told.status_code
    )
    for name, value in told.headers.items():
        if name not in _OF_A_PAGE:
            page.headers[name] = value
    return page
