"""The tables of deploy/template.yaml in a DynamoDB of this process: moto, no network."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
TEMPLATE = DEPLOY / "template.yaml"
REGION = "ap-northeast-2"
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
}

_IN_TABLE = (
    *("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"),
    "StreamSpecification",
)


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms as their long ones."""


def _tagged(loader: _Loader, suffix: str, node: yaml.Node) -> object:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = str(loader.construct_scalar(node))
        return {name: text.split(".", 1) if suffix == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _tagged)


@cache
def template_text() -> str:
    """The template as JSON."""
    return json.dumps(yaml.load(TEMPLATE.read_text("utf-8"), _Loader))  # noqa: S506 - a safe one


def template() -> dict[str, Any]:
    """The template with long forms, as plain values."""
    parsed: dict[str, Any] = json.loads(template_text())
    return parsed


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Properties of every resource of a kind."""
    found = template()["Resources"].items()
    return {name: one["Properties"] for name, one in found if one["Type"] == kind}


def named(value: Any, stage: str) -> str:
    """A name of the template in a stage."""
    text = value["Fn::Sub"] if isinstance(value, dict) else str(value)
    return re.sub(r"\$\{Stage\}", stage, text)


def make_tables(client: Any, stage: str) -> None:
    """Every table of the template."""
    for one in resources("AWS::DynamoDB::Table").values():
        made = {key: one[key] for key in _IN_TABLE if key in one}
        client.create_table(TableName=named(one["TableName"], stage), **made)


class OneAtATime:
    """A client whose calls wait for one another, since moto's transactions are no transactions."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = RLock()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._client, name)

        def call(**request: Any) -> Any:
            with self._lock:
                return method(**request)

        return method if name == "close" else call
