"""The schema a model must follow, in the form strict structured output asks for; and the strict reading back."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

import msgspec
import pydantic
import pytest

from partimento.decoding.schema import decode, is_strict, schema_of


class Bar(msgspec.Struct, frozen=True):
    symbol: str
    beats: int = 4


class Tune(msgspec.Struct, frozen=True):
    """A tune."""

    key: str
    bars: tuple[Bar, ...]
    mode: Literal["major", "minor"] | None = None


class Phrase(msgspec.Struct, frozen=True):
    name: str
    parts: list[Phrase] = []


@dataclasses.dataclass
class Plain:
    bars: list[Bar]


class Modelled(pydantic.BaseModel):
    key: str
    bars: list[int] = []


def objects(part: Any) -> list[dict[str, Any]]:
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return ([part] if isinstance(part, dict) else []) + [deep for value in inner for deep in objects(value)]


@pytest.mark.parametrize("kind", [Tune, Phrase, Plain, Modelled])
def test_every_object_requires_all_it_has_and_allows_no_more(kind: Any) -> None:
    described = [part for part in objects(schema_of(kind)) if isinstance(part.get("properties"), dict)]
    assert described
    for part in described:
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])


@pytest.mark.parametrize("kind", [Tune, Phrase, Plain, Modelled])
def test_the_root_is_an_object_and_no_reference(kind: Any) -> None:
    assert schema_of(kind)["type"] == "object"
    assert is_strict(schema_of(kind))


def test_parts_are_written_in_place() -> None:
    schema = schema_of(Tune)
    assert schema["properties"]["bars"]["items"]["properties"]["symbol"] == {"type": "string"}
    assert "$defs" not in schema
    assert "$ref" not in str(schema)


def test_a_type_within_itself_stays_a_reference() -> None:
    schema = schema_of(Phrase)
    assert schema["properties"]["parts"]["items"] == {"$ref": "#/$defs/Phrase"}
    assert schema["$defs"]["Phrase"]["properties"]["parts"]["items"] == {"$ref": "#/$defs/Phrase"}


def test_defaults_are_left_out_and_words_in_an_enumeration_have_their_type() -> None:
    schema = schema_of(Tune)
    assert "default" not in str(schema)
    assert {"enum": ["major", "minor"], "type": "string"} in schema["properties"]["mode"]["anyOf"]


@pytest.mark.parametrize("kind", [dict[str, int], list[Bar], Tune | None, tuple[int, str]])
def test_what_strict_output_refuses_is_known_as_such(kind: Any) -> None:
    assert not is_strict(schema_of(kind))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        {"type": "object", "properties": {"key": {"type": "string"}}, "required": ["key"]},
        {"type": "object", "properties": {"key": {"type": "string"}}, "additionalProperties": False},
    ],
)
def test_a_schema_that_callers_bring_is_strict_only_where_all_is_closed_and_required(schema: dict[str, Any]) -> None:
    assert not is_strict(schema)
    assert is_strict({**schema, "required": list(schema.get("properties", {})), "additionalProperties": False})


def test_a_field_may_be_called_like_a_word_of_json_schema() -> None:
    odd = msgspec.defstruct("Odd", [("title", str), ("default", int), ("enum", Bar)])
    assert list(schema_of(odd)["properties"]) == ["title", "default", "enum"]
    assert schema_of(odd)["properties"]["enum"]["required"] == ["symbol", "beats"]


def test_reading_is_the_inverse_of_writing() -> None:
    tune = Tune("Ab", (Bar("Fm7"), Bar("Bb7", 2)))
    assert decode(msgspec.json.encode(tune), Tune) == tune
    assert decode(msgspec.json.encode(tune).decode(), Tune) == tune
    assert decode('{"key": "Ab"}', Modelled) == Modelled(key="Ab")
    assert decode('{"bars": [{"symbol": "C"}]}', Plain) == Plain([Bar("C")])


@pytest.mark.parametrize(
    ("text", "kind", "flaw"),
    [
        ('{"key": "C", "bars": [{"symbol": "C", "beats": "4"}]}', Tune, "at $.bars[0].beats: expected int, got str"),
        ('{"key": "C"}', Tune, "object missing required field bars"),
        ('{"key": "C", "bars": []', Tune, "the JSON cannot be read"),
        ('{"key": 1}', Modelled, "at key: Input should be a valid string"),
        ('{"key": "C", "bars": ["1"]}', Modelled, "at bars.0: Input should be a valid integer"),
        ("", Tune, "the JSON cannot be read"),
        ("[" * 100_000, list[Any], "the JSON cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(text: str, kind: Any, flaw: str) -> None:
    with pytest.raises(ValueError) as refused:
        decode(text, kind)
    assert flaw in str(refused.value)
