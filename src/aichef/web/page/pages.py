"""What every page needs: who runs things, whose language it is, and a template filled in."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import RedirectResponse, Response

from aichef.kitchens.local import now
from aichef.meal import words
from aichef.web.page.files import inline_picture, static_url
from aichef.web.page.texts import text
from aichef.web.page.turn import Turn
from aichef.web.problems import language

if TYPE_CHECKING:
    from starlette.requests import Request

    from aichef.profile.model import Locale
    from aichef.session.engine import Engine
    from aichef.session.port import Sessions
    from aichef.settings import Settings
    from aichef.web.desk import Desk

_TEMPLATES: Final = Path(__file__).parent / "templates"

_HEADERS: Final = {"Cache-Control": "no-store", "Vary": "Accept-Language, Accept-Encoding"}


@dataclass(frozen=True, slots=True)
class Pages:
    """Sessions, who runs them, the settings of this machine, and whose turn it is to solve."""

    settings: Settings
    store: Sessions
    engine: Engine
    turn: Turn = field(default_factory=Turn)

    def show(
        self,
        request: Request,
        template: str,
        values: dict[str, Any] | None = None,
        *,
        locale: Locale | None = None,
        status: int = 200,
    ) -> Response:
        """A page. `locale` is the session's; without one the reader's (see `locale_of`).

        Templates find `t(key, **values)`, `link(path, **query)`, `static(name)`,
        `picture(name)`, `won(n)`, `day(date)`, `locale` and `other_language` besides their own
        values.
        """
        spoken = locale_of(request, self.settings, locale)
        always = {
            "t": partial(_text, locale=spoken),
            "locale": spoken,
            "won": partial(words.won, locale=spoken),
            "day": partial(words.day, locale=spoken, today=now().date()),
            "words": words,
            "link": partial(link, request),
            "other_language": _other_language(request, spoken),
        }
        body = templates().get_template(template).render({**always, **(values or {})}).encode()
        headers = dict(_HEADERS)
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = gzip.compress(body, 5, mtime=0)
            headers["Content-Encoding"] = "gzip"
        return Response(body, status, headers, "text/html; charset=utf-8")


@cache
def templates() -> Environment:
    """The templates; what is put into one is escaped, and a name that is missing is an error."""
    found = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(static=static_url, picture=inline_picture)
    return found


def locale_of(request: Request, settings: Settings, spoken: Locale | None = None) -> Locale:
    """The language to speak: `?lang=`, else `spoken`, else what the browser likes best of ours."""
    match request.query_params.get("lang"):
        case "ko":
            return "ko"
        case "en":
            return "en"
    return spoken or language(request.headers.get("accept-language", ""), settings.locale)


def link(request: Request, path: str, **query: object) -> str:
    """An address of this page in the language that was asked for by hand, if one was."""
    lang = request.query_params.get("lang")
    if lang in {"ko", "en"}:
        query = {**query, "lang": lang}
    return f"{path}?{urlencode(query)}" if query else path


def desk_of(request: Request) -> Desk:
    """The desk of the app, which page and API share: it counts the sessions of a client."""
    desk: Desk = request.app.state.desk
    return desk


def see(request: Request, path: str, **query: object) -> Response:
    """To another page after something was posted; reloading that one posts nothing again."""
    return RedirectResponse(link(request, path, **query), 303)


def _text(key: str, /, locale: Locale, **values: object) -> str:
    return text(key, locale, **values)


def _other_language(request: Request, spoken: Locale) -> str:
    other = "ko" if spoken == "en" else "en"
    kept = {name: one for name, one in request.query_params.items() if name != "lang"}
    return f"{request.url.path}?{urlencode({**kept, 'lang': other})}"
