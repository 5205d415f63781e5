"""Requests made from the API's own description, wrong ones among them: no 5xx, nothing unsaid.

`python -m bench fuzz_api` sends them by schemathesis, in this process, over a store in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from aichef.chef.composer import CooksBook
from aichef.cook import Kitchen
from aichef.kitchens.inprocess import InProcessEngine
from aichef.kitchens.local import now
from aichef.kitchens.steps import cook_session
from aichef.prices.book import PriceBook
from aichef.session.memory import MemorySessions
from aichef.session.model import canonical, clock
from aichef.settings import Settings
from aichef.web.app import create_app
from aichef.web.guard import Limits
from bench.figures import Figure, length

if TYPE_CHECKING:
    from fastapi import FastAPI

    from aichef.session.port import Sessions

REQUESTS = length(500, 3_000)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
FREE = Limits(rate=0, sessions=0, queue=0)
BROKE_DOWN = 500
"""What a client would get where the application raised instead of answering."""


def main() -> Iterator[Figure]:
    faults: list[str] = []
    answers = fuzz(REQUESTS, faults)
    for (operation, status), many in sorted(answers.items()):
        print(f"{operation:<44} {status} {many:>6}")
    for said in faults:
        print(f"fault {said}")
    operations = {operation for operation, _ in answers}
    yield Figure(
        "schemathesis, 3,000 requests: no 5xx, nothing undocumented",
        f"{len(faults) or 'none'} in {answers.total():,} requests to {len(operations)} operations",
        not faults and answers.total() >= REQUESTS,
    )


def fuzz(requests: int, faults: list[str] | None = None) -> Counter[tuple[str, int]]:
    """Send so many requests or a few more; how often each operation answered what.

    An answer that the description does not hold is noted in `faults`; without them it raises
    schemathesis' FailureGroup.
    """
    store = MemorySessions()
    kitchen = Kitchen(CooksBook(), (PriceBook.at(now().date()),), now)
    engine = InProcessEngine(store, kitchen, threads=1)
    app = create_app(Settings(Path("unused")), store, engine, limits=FREE)
    ids = _sessions(store, kitchen)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    found: list[Any] = list(schema.get_all_operations())
    # What forgets sessions comes last: the others need some.
    operations = sorted((one.ok() for one in found), key=lambda one: one.label.startswith("DELETE"))
    answers: Counter[tuple[str, int]] = Counter()
    each = -(-requests // len(operations))
    for operation in operations:
        while (sent := _sent(answers, operation.label)) < each:
            _some(operation, app, ids, answers, each - sent, faults)
    engine.close()
    return answers


def _sent(answers: Counter[tuple[str, int]], label: str) -> int:
    return sum(many for (name, _), many in answers.items() if name == label)


def _some(
    operation: Any,
    app: FastAPI,
    ids: list[str],
    answers: Counter[tuple[str, int]],
    most: int,
    faults: list[str] | None,
) -> None:
    @seed(len(answers) + most)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        turn = answers.total()
        if "session_id" in case.path_parameters and turn % 2:
            # Of what is made up no session exists; every other request names one.
            case.path_parameters["session_id"] = ids[turn % len(ids)]
        status = BROKE_DOWN
        try:
            answer = case.call(app=app)
            status = answer.status_code
            case.validate_response(answer, checks=CHECKS)
        except (Exception, FailureGroup) as fault:
            if faults is None:
                raise
            faults.append(f"{operation.label} {status}: {fault}")
        finally:
            answers[operation.label, status] += 1

    run: Callable[[], None] = send
    run()


def _sessions(store: Sessions, kitchen: Kitchen) -> list[str]:
    """Sessions in every state."""
    ids = [f"sess_{letter * 26}" for letter in "abcd"]
    for number, one in enumerate(ids):
        profile = canonical({"target": "general", "seed": number})
        store.accept(one, profile, clock(), clock().replace(year=2999))
    done, failed, cancelled, _ = ids
    cook_session(done, 1, store, kitchen)
    error = {"code": "INFEASIBLE_PROFILE", "message": "…", "details": {}}
    store.fail(failed, 1, error, clock())
    store.cancel(cancelled, clock())
    return ids[:3]
