"""The question for the token, as a page of ours; what it opens is `web/token.py`'s to say."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import RedirectResponse
from starlette.routing import Route

from aichef.errors import ChefError
from aichef.web.guard import ASK
from aichef.web.page.pages import Pages, locale_of
from aichef.web.page.texts import text
from aichef.web.problems import STATUSES
from aichef.web.token import granted, is_right, onward_to

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_MOST_FIELDS = 10


def routes(pages: Pages) -> list[Route]:
    """The question and its answer."""

    async def ask(request: Request) -> Response:
        onward = onward_to(request.query_params.get("next", ""))
        if not request.app.state.token.is_set:
            return RedirectResponse(onward, 303)
        return show(request, onward)

    async def answer(request: Request) -> Response:
        form = parse_qs(
            (await request.body()).decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS
        )
        onward = onward_to(form.get("next", [""])[0])
        try:
            if is_right(request, form.get("token", [""])[0]):
                return granted(request, onward)
        except ChefError as trouble:
            return show(request, onward, trouble.message, STATUSES[trouble.code])
        wrong = text("token.wrong", locale_of(request, pages.settings))
        return show(request, onward, wrong, 401)

    def show(request: Request, onward: str, trouble: str = "", status: int = 200) -> Response:
        values = {"next": onward, "trouble": trouble}
        return pages.show(request, "token.html", values, status=status)

    return [
        Route(ASK, ask, methods=["GET"], include_in_schema=False),
        Route(ASK, answer, methods=["POST"], include_in_schema=False),
    ]
