"""The catalogue: every text of the page in Korean and English, from texts/*.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from aichef.profile.words import josa

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aichef.profile.model import Locale

_FOLDER: Final = Path(__file__).parent / "texts"


@cache
def catalogue() -> Mapping[str, tuple[str, str]]:
    """Each text by its key, "<file>.<name>": (Korean, English).

    Raises ValueError for an entry that is not such a pair.
    """
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for name, pair in tomllib.loads(path.read_text(encoding="utf-8")).items():
            key = f"{path.stem}.{name}"
            if not (isinstance(pair, list) and len(pair) == 2 and all(map(_is_text, pair))):
                raise ValueError(f"{key}: a text is a pair, [Korean, English]")
            found[key] = (pair[0], pair[1])
    return MappingProxyType(found)


def text(key: str, locale: Locale, /, **values: object) -> str:
    """The text of a key with its values put in. Raises KeyError for one that is not there.

    A value named in the Korean as `{name:은/는}` is followed by the particle that suits it.
    """
    wording = catalogue()[key][locale == "en"]
    return wording.format(**{name: _Value(one) for name, one in values.items()})


class _Value:
    """A value of a text; its format may name the two forms of a Korean particle."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __format__(self, spec: str) -> str:
        with_final, slash, without = spec.partition("/")
        if slash:
            word = str(self._value)
            return word + josa(word, with_final, without)
        return format(self._value, spec)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
