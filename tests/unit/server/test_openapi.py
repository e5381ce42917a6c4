"""The OpenAPI page: valid, of all doors, and not brought down by what a plug-in brings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import Struct
from openapi_spec_validator import OpenAPIV31SpecValidator

from partimento import plugins
from partimento.server.exchange import Ask, Door, Reply
from partimento.server.metrics import Metrics
from partimento.server.openapi import page
from partimento.server.serve import every_door


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(page(every_door(Metrics(frozenset())))))
    return told


def test_the_page_is_valid(whole: dict[str, Any]) -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(whole).iter_errors()] == []


def test_every_door_and_every_task_stands_on_it(whole: dict[str, Any]) -> None:
    for door in every_door(Metrics(frozenset())):
        assert door.method.lower() in whole["paths"][door.path.replace(":rest}", "}")]
    assert {f"/api/v2/tasks/{name}" for name in plugins.task_names()} <= whole["paths"].keys()


def test_each_answer_has_the_type_that_it_is_sent_with(whole: dict[str, Any]) -> None:
    answers = whole["paths"]["/metrics"]["get"]["responses"]
    assert list(answers["200"]["content"]) == ["text/plain"]
    assert list(answers["default"]["content"]) == ["application/json"]


def test_what_a_plug_in_cannot_tell_of_itself_is_left_open() -> None:
    class Silent:
        """No struct."""

    class Told(Struct):
        number: int

    async def answered(ask: Ask) -> Reply:
        return Reply(b"{}")

    doors = [
        Door(method="POST", path=f"/{n}", opened=answered, summary="", body=body, answer=Told)
        for n, body in enumerate((Silent, Told))
    ]
    paths = page(doors)["paths"]
    schemas = [paths[f"/{n}"]["post"]["requestBody"]["content"]["application/json"]["schema"] for n in range(2)]
    assert schemas == [{}, {"$ref": "#/components/schemas/Told"}]
