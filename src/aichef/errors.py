"""Everything we expect may go wrong, as one family.

    ChefError                   whatever we expect may go wrong
    ├── RequestError            the caller can put it right             exit 2
    │   ├── InvalidProfile      a field has the wrong type, size or name
    │   ├── InvalidRecipe       a recipe, or a file of prices, cannot be read
    │   ├── NeedsAnswer         safety hangs on a question only the person can answer
    │   ├── Infeasible          the rules, or the money, leave no meal
    │   ├── SessionNotFound     no session of this id, or no longer
    │   ├── SessionConflict     the id or key is taken by something else, or still at work
    │   └── NotReady            the session has no result, or none yet
    └── SupplierError           someone we rely on failed               exit 1
        ├── UnusableRecipe      a writer answered, not with a recipe
        ├── ModelError          a model did not answer, or broke off
        ├── ShopError           no price today
        └── StoreError          what was to be kept, or read again, could not be

Each carries a stable `code`, one sentence for a person in their language and
machine-readable `details`. Never a secret, never a health datum a person typed
beyond the word that has to be named back to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class ChefError(Exception):
    """Whatever we expect may go wrong; `str()` is one clear sentence for a person."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, Any] = details


class RequestError(ChefError):
    """The caller can put it right."""

    code = "INVALID_REQUEST"
    exit_code = 2


class InvalidProfile(RequestError):
    """A field of the profile has the wrong type, size or name; `details["field"]` names it."""

    code = "INVALID_PROFILE"


class InvalidRecipe(RequestError):
    """A recipe or a price file cannot be read; `details["where"]` names the place."""

    code = "INVALID_RECIPE"


class NeedsAnswer(RequestError):
    """Safety hangs on an answer; `details` hold `field` and `question`."""

    code = "NEEDS_ANSWER"


class Infeasible(RequestError):
    """No meal is possible as asked; `details` hold `rules` and, for money, `leastBudget` in won."""

    code = "INFEASIBLE_PROFILE"


class SessionNotFound(RequestError):
    """There is no session of this id: never accepted, forgotten, or past its seven days."""

    code = "SESSION_NOT_FOUND"


class SessionConflict(RequestError):
    """The id or the key belongs to another profile, or the session is still at work."""

    code = "SESSION_CONFLICT"


class NotReady(RequestError):
    """The session has no result; `details` hold its `status`, `phase` and `progress`."""

    code = "NOT_READY"


class SupplierError(ChefError):
    """Someone we rely on failed."""

    code = "SUPPLIER_FAILED"


class UnusableRecipe(SupplierError):
    """A writer answered, but not with a recipe that can be cooked."""


class ModelError(SupplierError):
    """A model did not answer, or broke off; `details["trouble"]` is one of chef/model.py's."""


class ShopError(SupplierError):
    """A shop has no price today."""


class StoreError(SupplierError):
    """Sessions could not be kept or read; `details["trouble"]` is a key of session/words.py."""
