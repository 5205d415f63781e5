"""What a step leaves to the next: frozen values as JSON and back, exactly.

Reading is pydantic's, strict: a field that is missing, unknown or of another type is refused, so
that a part of another version of AI Chef is never taken for something it is not.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

import aichef.basket.model
import aichef.prices.model
import aichef.profile.model
import aichef.recipe.model
from aichef.errors import StoreError
from aichef.session.words import say

T = TypeVar("T")

_NOUNS = (aichef.profile.model, aichef.recipe.model, aichef.prices.model, aichef.basket.model)


def to_part(value: T, kind: type[T]) -> bytes:
    """A frozen value as JSON. Raises ValueError for one that would not come back the same."""
    body = _adapter(cast("Any", kind)).dump_json(value, warnings="none")
    if _read(body, kind) != value:
        raise ValueError(f"a {kind.__name__} that JSON cannot say exactly")
    return body


def from_part(body: bytes, kind: type[T], locale: str = "ko") -> T:
    """The value `to_part` was given. Raises StoreError for what another version wrote."""
    try:
        return _read(body, kind)
    except ValidationError as trouble:
        raise StoreError(say("part", locale), trouble="part") from trouble


def _read(body: bytes, kind: type[T]) -> T:
    read = _adapter(cast("Any", kind)).validate_json(body, strict=True, extra="forbid")
    return cast("T", read)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """How a kind is read; built once, since that takes some ten milliseconds.

    The nouns name one another behind TYPE_CHECKING, so their names are given here.
    """
    names = {name: one for module in _NOUNS for name, one in vars(module).items()}
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    adapter.rebuild(force=True, raise_errors=True, _types_namespace=names)
    return adapter
