"""The one question a browser is asked where the server has a token, and the cookie it gets."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from aichef.web.guard import ASK, COOKIE, client_of

if TYPE_CHECKING:
    from aichef.web.guard import Token

_DAYS: Final = 90
_TEXTS: Final = {
    "title": ("토큰이 필요해요", "A token is needed"),
    "label": ("이 서버의 토큰", "The token of this server"),
    "button": ("들어가기", "Open"),
    "wrong": (
        "토큰이 맞지 않아요. 다시 적어 주세요.",
        "This is not the token; please type it again.",
    ),
}
_PAGE: Final = (
    '<!doctype html><html lang="{lang}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    '<main><h1>{title}</h1><form method="post" action="{ask}">{wrong}'
    '<input type="hidden" name="next" value="{next}">'
    '<p><label for="token">{label}</label></p>'
    '<p><input id="token" name="token" type="password" autocomplete="current-password" required>'
    "</p><p><button>{button}</button></p></form></main></html>"
)

router = APIRouter(include_in_schema=False)


@router.get(ASK)
async def question(request: Request) -> Response:
    """The question, or straight on where none is asked."""
    token, onward = _token(request), onward_to(request.query_params.get("next", ""))
    if not token.is_set:
        return RedirectResponse(onward, 303)
    return HTMLResponse(_page(request.scope["aichef.locale"], onward))


@router.post(ASK)
async def answered(request: Request) -> Response:
    """The cookie and onward, or the question again. Raises TooMany after a few wrong tokens."""
    form = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=10)
    given, onward = form.get("token", [""])[0], onward_to(form.get("next", [""])[0])
    if is_right(request, given):
        return granted(request, onward)
    return HTMLResponse(_page(request.scope["aichef.locale"], onward, wrong=True), 401)


def is_right(request: Request, given: str) -> bool:
    """Whether it is the token, or none is asked. Raises TooMany after a few wrong ones."""
    token, scope = _token(request), request.scope
    return not token.is_set or token.is_it(given.strip(), client_of(scope), scope["aichef.locale"])


def granted(request: Request, onward: str) -> Response:
    """On to a path of ours, with the cookie that stands for the token."""
    response, token = RedirectResponse(onward, 303), _token(request)
    if token.is_set:
        response.set_cookie(
            COOKIE,
            token.cookie,
            max_age=_DAYS * 24 * 3600,
            path="/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )
    return response


def onward_to(path: str) -> str:
    """A path of ours; "/" for whatever might lead elsewhere."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else "/"


def _token(request: Request) -> Token:
    token: Token = request.app.state.token
    return token


def _page(locale: str, onward: str, *, wrong: bool = False) -> str:
    said = {name: texts[locale == "en"] for name, texts in _TEXTS.items()}
    said["wrong"] = f'<p role="alert">{said["wrong"]}</p>' if wrong else ""
    return _PAGE.format(**said, lang=locale, ask=ASK, next=escape(onward))
