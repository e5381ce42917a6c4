"""Vectors over OpenAI's door: floats and base64 of the same bytes, in the order of their texts."""

from __future__ import annotations

import base64
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knocking import House
from partimento.core.errors import BadInput
from partimento.server import embeddings
from partimento.testing.upstream import Upstream
from serving import settings_for

PATH = "/v1/embeddings"
ABLE = 'capabilities = ["embeddings"]\n'


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with Upstream() as upstream:
        yield House(embeddings.doors, tmp_path, settings_for(upstream.base_url) + ABLE)


def test_vectors_come_in_the_order_of_their_texts_with_what_they_took(house: House) -> None:
    found = house.json("POST", PATH, {"model": "little", "input": ["ab", "abcd"]})
    assert [(one["index"], one["object"], one["embedding"][:2]) for one in found["data"]] == [
        (0, "embedding", [2.0, 0.0]),
        (1, "embedding", [4.0, 1.0]),
    ]
    assert (found["object"], found["model"]) == ("list", "little")
    assert found["usage"] == {"prompt_tokens": 6, "total_tokens": 6}
    assert house.told == [6]


def test_base64_is_the_same_vector_as_little_endian_floats(house: House) -> None:
    asked: dict[str, Any] = {"model": "little", "input": "abc", "dimensions": 3}
    packed = house.json("POST", PATH, {**asked, "encoding_format": "base64"})["data"][0]["embedding"]
    plain = house.json("POST", PATH, {**asked, "encoding_format": "float"})["data"][0]["embedding"]
    assert array("f", base64.b64decode(packed)).tolist() == plain == [3.0, 0.0, 0.0]


@pytest.mark.parametrize("given", [[1, 2], [[1, 2], [3]], ["text", 5]])
def test_token_numbers_are_refused_with_the_mend(house: House, given: Any) -> None:
    with pytest.raises(BadInput, match="check_embedding_ctx_length"):
        house.asked("POST", PATH, {"model": "little", "input": given})


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "input"),
        ({"input": 5}, r"\$\.input"),
        ({"input": "x", "encoding_format": "hex"}, "hex"),
        ({"input": "x", "dimensions": 0}, "dimensions"),
    ],
)
def test_what_cannot_be_used_is_named(house: House, fields: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        house.asked("POST", PATH, fields)
