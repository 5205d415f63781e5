"""What Prometheus reads: requests of this process, and sessions as the store has them.

Cooking happens in other processes, so how long its phases took and how suppliers did is read from
the sessions that ended since the last look. Every process sees all of them: where several serve
one store, take the greatest of their figures, not the sum.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from aichef.chef.model import Trouble
from aichef.errors import NotReady, SessionNotFound, StoreError
from aichef.session.model import CALLS, WRITTEN, clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aichef.session.engine import Engine
    from aichef.session.model import Event, Session
    from aichef.session.port import Sessions

KIND: Final = "text/plain; version=1.0.0; charset=utf-8"

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_COOKING: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 60.0, 120.0, 300.0)
_STEPS: Final = {
    "recipe_generation": "waiting",
    "recipe_completed": "recipe",
    "price_completed": "prices",
    "finished": "combining",
}
"""By the phase that a step ends with."""

_MOST: Final = 1_000
_MOST_RULES: Final = 500
_TROUBLES: Final = frozenset(get_args(Trouble))

log = logging.getLogger("aichef.web")


class Metrics:
    """Figures of one process."""

    def __init__(self, store: Sessions, engine: Engine) -> None:
        # Another series for each series, of when it was made, tells nobody anything.
        disable_created_metrics()  # type: ignore[no-untyped-call] # it carries no types
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "aichef_http_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "aichef_http_request_seconds",
            "Seconds from a request to the end of its answer, event streams apart.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._followers = Gauge("aichef_followers", "Open event streams.", registry=self.registry)
        # Looking a series up by its labels takes longer than counting.
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram | None]] = {}
        self._ended = _Ended(store, self.registry)
        self.registry.register(_Now(store, engine))

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered; status 0 where its client had gone."""
        series = self._series.get((route, method, status))
        if series is None:
            known = method if method in _METHODS else "other"
            series = (
                self._requests.labels(route, known, str(status) if status else "gone"),
                None if route.endswith("/events") else self._seconds.labels(route),
            )
            if known == method:
                self._series[route, method, status] = series
        counter, histogram = series
        counter.inc()
        if histogram:
            histogram.observe(seconds)

    def follows(self, many: Callable[[], int]) -> None:
        """Where to ask how many follow."""
        self._followers.set_function(many)

    def text(self) -> bytes:
        """All of them, in Prometheus' text format."""
        self._ended.look()
        return generate_latest(self.registry)


class _Now(Collector):
    """How it is at this moment; a store that does not answer is told of, not raised."""

    def __init__(self, store: Sessions, engine: Engine) -> None:
        self._store = store
        self._engine = engine

    def describe(self) -> list[Any]:
        """Nothing beforehand: nobody is to ask the store while it is registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Sessions by status, the queue, and whether the store is there."""
        sessions = GaugeMetricFamily(
            "aichef_sessions", "Sessions kept, by status.", labels=["status"]
        )
        queue = GaugeMetricFamily("aichef_queue_length", "Sessions that wait for a cook.")
        there = GaugeMetricFamily("aichef_store_up", "Whether the store of sessions answers.")
        try:
            counts = self._store.counts()
            queued = self._engine.queued()
        except StoreError:
            there.add_metric([], 0)
            yield there
            return
        for status, many in counts.items():
            sessions.add_metric([status], many)
        queue.add_metric([], queued)
        there.add_metric([], 1)
        yield from (sessions, queue, there)


class _Ended:
    """Counts each session that ended since this process began, when somebody looks."""

    def __init__(self, store: Sessions, registry: CollectorRegistry) -> None:
        self._store = store
        self._lock = Lock()
        self._since = clock()
        self._seen: frozenset[tuple[str, int]] = frozenset()
        self._outcomes = Counter(
            "aichef_sessions_ended",
            "Sessions that ended, by status and by the code of what they failed with.",
            ("status", "code"),
            registry=registry,
        )
        self._phases = Histogram(
            "aichef_phase_seconds",
            "Seconds of each step of a completed session.",
            ("step",),
            buckets=_COOKING,
            registry=registry,
        )
        self._suppliers = Counter(
            "aichef_supplier_meals",
            "Meals for which a supplier of prices was asked, by how it went.",
            ("supplier", "outcome"),
            registry=registry,
        )
        self._writers = Counter(
            "aichef_written",
            'Recipes by who wrote them; "instead" where the cook\'s book stood in for a model.',
            ("writer", "outcome"),
            registry=registry,
        )
        self._calls = Counter(
            "aichef_model_calls", "Answers that models were asked for.", registry=registry
        )
        self._recipes = Counter(
            "aichef_model_recipes",
            "Recipes that a model was asked for, by what became of its answer.",
            ("outcome",),
            registry=registry,
        )
        self._faults = Counter(
            "aichef_model_faults",
            "What was wrong with answers of models: rules of ours, or why they could not be read.",
            ("rule",),
            registry=registry,
        )
        self._troubles = Counter(
            "aichef_model_errors",
            "Questions that no answer came to, by what kept the model from it.",
            ("trouble",),
            registry=registry,
        )
        self._asked = Counter(
            "aichef_supplier_calls",
            "Calls of suppliers of prices over the network, by how they went.",
            ("supplier", "outcome"),
            registry=registry,
        )
        self._rules: set[str] = set()

    def look(self) -> None:
        """Bring the counters up to date, as far as the store answers."""
        try:
            with self._lock:
                self._look()
        except StoreError:
            log.warning("metrics: the store does not answer")

    def _look(self) -> None:
        ended = [
            (one.ended_at, one)
            for one in self._store.list(_MOST)
            if one.ended_at and one.ended_at >= self._since
        ]
        new = [one for _, one in ended if (one.id, one.attempt) not in self._seen]
        for one in new:
            self._count(one)
        if ended:
            self._since = max(at for at, _ in ended)
            self._seen = frozenset((one.id, one.attempt) for at, one in ended if at >= self._since)

    def _count(self, one: Session) -> None:
        code = str((one.error or {}).get("code", ""))
        self._outcomes.labels(one.status, code).inc()
        try:
            self._count_tallies(one.id)
        except SessionNotFound:
            return
        if one.status != "completed":
            return
        try:
            events, meal = self._store.events(one.id), json.loads(self._store.result(one.id))
        except (SessionNotFound, NotReady):
            return
        for step, seconds in steps_of(events):
            self._phases.labels(step).observe(seconds)
        for said in meal["pricing"]["suppliers"]:
            name, _, trouble = said.partition(":")
            self._suppliers.labels(name, "failed" if trouble else "answered").inc()
        by = meal["recipe"]["writtenBy"]
        self._writers.labels(by["kind"], "instead" if by.get("insteadOf") else "wrote").inc()
        self._calls.inc(by.get("calls") or 0)

    def _count_tallies(self, one: str) -> None:
        """What the workers left for the operator."""
        if body := self._store.part(one, WRITTEN):
            tally = json.loads(body)
            self._recipes.labels(tally["outcome"]).inc()
            for wrong in tally["wrong"]:
                if wrong in _TROUBLES:
                    self._troubles.labels(wrong).inc()
                else:
                    self._faults.labels(self._known(wrong)).inc()
        for part in CALLS:
            for supplier, outcome, many in json.loads(self._store.part(one, part) or b"[]"):
                self._asked.labels(supplier, outcome).inc(many)

    def _known(self, rule: str) -> str:
        """A rule as a label, of which there are never more than so many."""
        if len(self._rules) < _MOST_RULES:
            self._rules.add(rule)
        return rule if rule in self._rules else "other"


def steps_of(events: Sequence[Event]) -> Iterator[tuple[str, float]]:
    """Each step with its seconds; what was told between two ends of steps belongs to the later."""
    began: datetime | None = None
    for event in events:
        began = began or event.at
        step = _STEPS.get(event.body.get("phase", "")) if event.kind in {"phase", "result"} else ""
        if step:
            yield step, (event.at - began).total_seconds()
            began = event.at
