"""What is deployed, judged before it is: translated, linted, and held to our own rules."""

from __future__ import annotations

import copy
import importlib
import json
import os
import re
import runpy
from functools import cache
from typing import Any

import cfnlint.api
import pytest
from cfnlint.config import ManualArgs
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from tests.aws.lint import faults_of
from tests.aws.tables import DEPLOY, REGION, TEMPLATE, resources, template

MACHINE = json.loads((DEPLOY / "state_machine.asl.json").read_text("utf-8"))


@cache
def translated_text() -> str:
    """CloudFormation of the SAM template, as AWS would make it, without asking AWS."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    given = template()
    for one in given["Resources"].values():
        if one["Type"] == "AWS::Serverless::Function":
            one["Properties"]["CodeUri"] = "s3://bucket/code"
        if one["Type"] == "AWS::Serverless::LayerVersion":
            one["Properties"]["ContentUri"] = "s3://bucket/libraries"
        if one["Type"] == "AWS::Serverless::StateMachine":
            one["Properties"]["DefinitionUri"] = "s3://bucket/definition"
    given["Globals"]["Function"].pop("CodeUri")
    made = Translator({}, Parser()).translate(given, parameter_values={})
    return json.dumps(made)


def translated() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(translated_text())["Resources"]
    return made


def test_what_sam_makes_of_the_template_is_sound_cloudformation() -> None:
    config = ManualArgs(regions=[REGION])
    found = cfnlint.api.lint(translated_text(), config=config)
    assert [f"{one.rule.id} {one.message}" for one in found] == []


def test_every_table_forgets_recovers_and_is_encrypted() -> None:
    tables = resources("AWS::DynamoDB::Table")
    assert tables.keys() == {"Sessions", "Results", "Prices"}
    for one in tables.values():
        assert one["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
        assert one["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert one["SSESpecification"] == {"SSEEnabled": True}
        assert one["BillingMode"] == "PAY_PER_REQUEST"


def test_every_function_has_its_name_its_handler_and_a_bound() -> None:
    functions = resources("AWS::Serverless::Function")
    names = {one["FunctionName"]["Fn::Sub"] for one in functions.values()}
    steps = ("session", "recipe", "price", "combine", "refresh")
    assert names == {f"ai-chef-{step}-${{Stage}}" for step in steps}
    for one in functions.values():
        module, name = one["Handler"].rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), name))
        assert one["Timeout"] <= 900
        assert "LogGroup" in one["LoggingConfig"]


def statements() -> dict[str, list[dict[str, Any]]]:
    """What each role may do, by the logical name of the role."""
    roles = {name: one for name, one in translated().items() if one["Type"] == "AWS::IAM::Role"}
    return {
        name: [
            statement
            for policy in one["Properties"].get("Policies", [])
            for statement in policy["PolicyDocument"]["Statement"]
        ]
        for name, one in roles.items()
    }


def test_no_role_may_do_everything_or_touch_all_data() -> None:
    assert len(statements()) == 6
    for role, allowed in statements().items():
        for one in allowed:
            actions = one["Action"] if isinstance(one["Action"], list) else [one["Action"]]
            assert not [action for action in actions if "*" in action], role
            if one["Resource"] == "*":
                assert all(action.startswith("logs:") for action in actions), role
            assert not [action for action in actions if "Scan" in action or "Table" in action]


@pytest.mark.parametrize(
    ("role", "table"),
    [
        *(("RecipeFunctionRole", "Results"), ("PriceFunctionRole", "Results")),
        *(("RefreshFunctionRole", "Sessions"), ("RefreshFunctionRole", "Results")),
        ("SessionFunctionRole", "Prices"),
    ],
)
def test_a_role_reaches_only_the_tables_it_works_on(role: str, table: str) -> None:
    assert json.dumps({"Fn::GetAtt": [table, "Arn"]}) not in json.dumps(statements()[role])


def test_no_secret_is_in_the_environment() -> None:
    text = TEMPLATE.read_text("utf-8")
    assert not re.search(r"AICHEF_\w*(KEY|SECRET|TOKEN)\w*:", text.replace("AICHEF_SECRETS:", ""))


def test_the_access_log_holds_no_body_no_query_and_no_address() -> None:
    (stage,) = resources("AWS::ApiGatewayV2::Stage").values()
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert not [one for one in logged.values() if re.search("path|query|ody|sourceIp|header", one)]


def test_logs_are_not_kept_for_ever() -> None:
    groups = resources("AWS::Logs::LogGroup")
    assert len(groups) == 7
    assert all("RetentionInDays" in one for one in groups.values())


def test_the_machine_knows_no_data_in_its_log() -> None:
    (machine,) = resources("AWS::Serverless::StateMachine").values()
    assert machine["Logging"]["IncludeExecutionData"] is False
    wanted = set(re.findall(r"\$\{(\w+)\}", json.dumps(MACHINE)))
    assert wanted == set(machine["DefinitionSubstitutions"])


def test_the_dashboard_can_be_read() -> None:
    (board,) = resources("AWS::CloudWatch::Dashboard").values()
    body = re.sub(r"\$\{[\w:.]+\}", "x", board["DashboardBody"]["Fn::Sub"])
    assert len(json.loads(body)["widgets"]) == 6


def test_a_state_waits_longer_than_its_function_runs() -> None:
    functions = {
        one["Handler"].split(".")[2]: one for one in resources("AWS::Serverless::Function").values()
    }
    for name, state in MACHINE["States"].items():
        function = state.get("Parameters", {}).get("FunctionName")
        if function:
            step = function.removeprefix("${").removesuffix("FunctionArn}").lower()
            assert state["TimeoutSeconds"] > functions[step]["Timeout"], name


# ------------------------------------------------------------------ the state machine


def test_the_state_machine_has_no_fault() -> None:
    assert faults_of(MACHINE) == []


PLANTED: dict[str, tuple[str, ...]] = {
    "a target that is not there": ("GenerateRecipe", "Next", "Nowhere"),
    "a state that ends and goes on": ("GenerateRecipe", "End", "true"),
    "no resource we know": ("FetchPrices", "Resource", "arn:aws:states:::lambda"),
    "a path that is none": ("FetchPrices", "ResultPath", "pricing"),
    "an unknown field": ("FetchPrices", "Retires", "1"),
    "an unknown type": ("Cancelled", "Type", "Success"),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_fault_that_was_planted_is_found(what: str) -> None:
    state, field, value = PLANTED[what]
    broken = copy.deepcopy(MACHINE)
    broken["States"][state][field] = value
    assert faults_of(broken)


def test_missing_bounds_misplaced_catches_and_orphans_are_found() -> None:
    broken = copy.deepcopy(MACHINE)
    states = broken["States"]
    del states["FetchPrices"]["TimeoutSeconds"]
    states["FetchPrices"]["Catch"].reverse()
    states["FetchPrices"]["Retry"][1]["BackoffRate"] = 0.5
    states["FetchPrices"]["Parameters"]["Payload"]["sessionId"] = "$.sessionId"
    states["Orphan"] = {"Type": "Succeed"}
    del broken["TimeoutSeconds"]
    found = "\n".join(faults_of(broken))
    for said in (
        *("has no TimeoutSeconds", "alone and last", "BackoffRate", "without .$"),
        *("Orphan: is never reached", "the machine has no TimeoutSeconds"),
    ):
        assert said in found


def test_the_functions_are_built_with_what_is_pinned_and_needed() -> None:
    script = runpy.run_path(str(DEPLOY.parent / "scripts" / "lambda_requirements"))
    built = (DEPLOY / "libraries" / "requirements.txt").read_text("utf-8")
    assert built == script["text"](), "run scripts/lambda_requirements"


def test_a_fault_in_the_template_is_found() -> None:
    broken = json.loads(translated_text())
    del broken["Resources"]["Sessions"]["Properties"]["KeySchema"]
    broken["Resources"]["Ended"]["Properties"]["Targets"][0]["Arn"] = {"Ref": "Nobody"}
    found = cfnlint.api.lint(json.dumps(broken), config=ManualArgs(regions=[REGION]))
    assert {one.rule.id for one in found} >= {"E1020", "E3003"}
