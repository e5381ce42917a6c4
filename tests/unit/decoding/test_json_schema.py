"""A caller's schema is followed, or each flaw is a sentence; a schema that cannot be followed is refused."""

from __future__ import annotations

from typing import Any

import pytest

from partimento.core.errors import BadInput
from partimento.decoding.json_schema import MOST_FLAWS, check_schema, schema_flaws

CHORD = {
    "type": "object",
    "properties": {
        "root": {"enum": ["C", "D", "G"]},
        "bars": {"type": "integer", "minimum": 1, "maximum": 4},
        "notes": {"type": "array", "items": {"type": "string", "maxLength": 2}, "minItems": 1, "uniqueItems": True},
        "bass": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["root", "bars"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    "value",
    [
        {"root": "C", "bars": 2},
        {"root": "C", "bars": 2.0, "notes": ["C", "Eb"], "bass": None},
        {"root": "G", "bars": 4, "bass": "B"},
    ],
)
def test_what_follows_the_schema_has_no_flaw(value: Any) -> None:
    assert schema_flaws(value, CHORD) == ()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([], "the answer must be of type object"),
        ({"root": "C"}, "the answer lacks the field 'bars'"),
        ({"root": "H", "bars": 1}, 'the answer.root must be one of ["C","D","G"]'),
        ({"root": "C", "bars": True}, "the answer.bars must be of type integer"),
        ({"root": "C", "bars": 2.5}, "the answer.bars must be of type integer"),
        ({"root": "C", "bars": 9}, "the answer.bars must be at most 4"),
        ({"root": "C", "bars": 1, "key": "F"}, "the answer must not have the field 'key'"),
        ({"root": "C", "bars": 1, "notes": []}, "the answer.notes must have this many items at least: 1"),
        ({"root": "C", "bars": 1, "notes": ["C", "C"]}, "the answer.notes has the same item twice"),
        ({"root": "C", "bars": 1, "notes": ["Ebb"]}, "the answer.notes[0] must have this many characters at most: 2"),
        ({"root": "C", "bars": 1, "bass": 3}, "the answer.bass fits none of the 2 forms it may have"),
    ],
)
def test_each_flaw_is_a_sentence_with_its_place(value: Any, told: str) -> None:
    assert any(flaw.startswith(told) for flaw in schema_flaws(value, CHORD))


def test_infinite_and_undefined_numbers_are_no_integers() -> None:
    assert schema_flaws(float("inf"), {"type": "integer"})
    assert schema_flaws(float("nan"), {"type": "integer"})


def test_references_within_the_schema_are_followed_also_round_in_circles() -> None:
    tree = {
        "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
        "$ref": "#/$defs/node",
    }
    check_schema(tree)
    assert schema_flaws({"next": {"next": {}}}, tree) == ()
    assert schema_flaws({"next": {"next": 3}}, tree) == ("the answer.next.next must be of type object",)


def test_a_schema_that_refers_to_itself_alone_ends() -> None:
    assert schema_flaws(1, {"$ref": "#"}) == ("the answer is nested too deep",)


def test_exactly_one_form_and_no_forbidden_one() -> None:
    either = {"oneOf": [{"type": "number"}, {"type": "integer"}]}
    assert schema_flaws(1.5, either) == ()
    assert "fits 2 forms" in schema_flaws(1, either)[0]
    assert "must not have" in schema_flaws("x", {"not": {"type": "string"}})[0]
    assert schema_flaws({"a": 1}, {"properties": {"a": False}}) == ("the answer.a must not be there",)


def test_true_is_not_one() -> None:
    assert schema_flaws(True, {"const": 1})
    assert schema_flaws(1, {"enum": [True]})


def test_no_more_flaws_are_told_than_a_model_can_act_on() -> None:
    wanted = {"required": [f"field{n}" for n in range(50)]}
    assert len(schema_flaws({}, wanted)) == MOST_FLAWS


@pytest.mark.parametrize(
    "schema",
    [
        [],
        {"$ref": "https://example.com/schema.json"},
        {"$ref": "#/$defs/nothing"},
        {"type": "chord"},
        {"properties": {"a": {"items": {"$ref": "file:///etc/passwd"}}}},
    ],
)
def test_a_schema_that_cannot_be_followed_is_refused(schema: Any) -> None:
    with pytest.raises(BadInput, match="cannot be followed"):
        check_schema(schema)


def test_a_schema_nested_without_end_is_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(100):
        schema = {"items": schema}
    with pytest.raises(BadInput, match="cannot be followed"):
        check_schema(schema)
