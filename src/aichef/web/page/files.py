"""The files of the page under names that hold a hash, so that a browser may keep them for ever.

styles/*.css     one sheet, in the order of their names      /static/page.<hash>.css
scripts/*.js     modules; one names another as "./name.js"   /static/name.<hash>.js
pictures/*.svg   drawings, also put straight into a page     /static/name.<hash>.svg
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from aichef.web.page.pages import Pages

_HERE: Final = Path(__file__).parent
_KINDS: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_IMPORT: Final = re.compile(r"""(?<=["'])\./([a-z_]+\.js)(?=["'])""")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_FOR_EVER: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}


class File(NamedTuple):
    """A file as it is sent."""

    body: bytes
    zipped: bytes
    kind: str


def routes(_pages: Pages) -> list[Route]:
    """The one route of all files."""
    return [Route("/static/{name}", _static, methods=["GET"], include_in_schema=False)]


def static_url(name: str) -> str:
    """The address of a file: `page.css`, or the name of a script or picture. KeyError for none."""
    return f"/static/{_addresses()[name]}"


@cache
def inline_picture(name: str, label: str = "") -> Markup:
    """A drawing to stand in a page: read out as `label`, or not at all where it only adorns."""
    drawing = (_HERE / "pictures" / f"{name}.svg").read_text(encoding="utf-8").strip()
    role = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    return Markup(drawing.replace("<svg ", f'<svg {role} focusable="false" ', 1))  # noqa: S704 - ours


async def _static(request: Request) -> Response:
    file = _files().get(request.path_params["name"])
    if file is None:
        return Response("", 404)
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    headers = {**_FOR_EVER, **({"Content-Encoding": "gzip"} if zipped else {})}
    return Response(file.zipped if zipped else file.body, 200, headers, file.kind)


@cache
def _addresses() -> Mapping[str, str]:
    return MappingProxyType({name: _hashed(name) for name in (*_plain(), "page.css")})


@cache
def _files() -> Mapping[str, File]:
    found = {}
    for name, address in _addresses().items():
        body = _body(name)
        kind = _KINDS[name.rpartition(".")[2]]
        found[address] = File(body, gzip.compress(body, 9, mtime=0), kind)
    return MappingProxyType(found)


def _plain() -> list[str]:
    folders = ("scripts", "pictures")
    return [one.name for folder in folders for one in sorted((_HERE / folder).iterdir())]


@cache
def _body(name: str) -> bytes:
    """What is sent. A script names others by their hashed names, so those are made first."""
    if name == "page.css":
        sheets = sorted((_HERE / "styles").glob("*.css"))
        joined = "\n".join(one.read_text(encoding="utf-8") for one in sheets)
        return re.sub(r"\n\s*", "\n", _COMMENT.sub("", joined)).strip().encode()
    folder = "scripts" if name.endswith(".js") else "pictures"
    source = (_HERE / folder / name).read_text(encoding="utf-8")
    if folder == "scripts":
        source = _IMPORT.sub(lambda found: f"./{_hashed(found[1])}", source)
    return source.encode()


@cache
def _hashed(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(_body(name)).hexdigest()[:12]}.{ending}"
