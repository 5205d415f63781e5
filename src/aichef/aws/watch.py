"""A step as a Lambda function: measured, told of in one line; never of who eats."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from aichef.errors import ChefError, RequestError

NAMESPACE = "AiChef"

Step = Callable[[Mapping[str, Any]], dict[str, Any]]
Handler = Callable[[Mapping[str, Any], object], dict[str, Any]]


def handler_of(name: str, step: Step) -> Handler:
    """The handler of a step. What the step raises goes on to the state machine, by its class.

    Its sentence does not: it may name what a person has told of themselves, and Lambda and Step
    Functions would write it to their logs. It is with the session.

    Metrics, by stage and step: `Seconds`, and one of `Done`, `Refused` (who asked can put it
    right), `Failed`.
    """
    logger = Logger(service=f"ai-chef-{name}")

    def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
        began = perf_counter()
        outcome, kind = "Failed", ""
        try:
            answer = step(event)
        except ChefError as trouble:
            outcome = "Refused" if isinstance(trouble, RequestError) else "Failed"
            kind = type(trouble).__name__
            raise type(trouble)(trouble.code) from None
        except Exception as trouble:  # noqa: BLE001 - raised again, without its text
            kind = type(trouble).__name__
            raise Unexpected(kind) from None
        else:
            outcome = "Done"
            return answer
        finally:
            seconds = round(perf_counter() - began, 3)
            one = event.get("sessionId") if isinstance(event, Mapping) else None
            logger.info(outcome, session=one, seconds=seconds, error=kind or None)
            measure(name, {"Seconds": seconds, outcome: 1})

    return handle


class Unexpected(Exception):
    """Something nobody foresaw; its text is the class of what it was."""


def measure(name: str, figures: Mapping[str, float]) -> None:
    """Write figures where CloudWatch reads them off the log."""
    metrics = Metrics(namespace=NAMESPACE)
    metrics.add_dimension("stage", os.environ.get("AICHEF_STAGE", "dev"))
    metrics.add_dimension("step", name)
    for what, figure in figures.items():
        unit = MetricUnit.Seconds if what.endswith("Seconds") else MetricUnit.Count
        metrics.add_metric(what, unit, figure)
    metrics.flush_metrics()
