"""Data URLs, picture types and tool arguments."""

from __future__ import annotations

import pytest

from partimento.decoding.media import arguments_of, data_url, picture_type


def test_a_data_url_is_taken_apart() -> None:
    assert data_url(b"data:image/png;base64,eA==") == ("image/png", "eA==")
    assert data_url(b"data:image/png;name=a;base64,eA==") == ("image/png", "eA==")
    assert data_url(b"https://example.org/a.png") is None


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://example.org/a.PNG?size=2.gif#x", "image/png"),
        ("https://example.org/a.jpg", "image/jpeg"),
        ("https://example.org/a", "image/jpeg"),
    ],
)
def test_a_picture_is_what_its_suffix_says(url: str, kind: str) -> None:
    assert picture_type(url) == kind


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('{"a": 1}', {"a": 1}),
        ("", {}),
        (" ", {}),
        ("[1]", {"arguments": [1]}),
        ("no json", {"arguments": "no json"}),
    ],
)
def test_arguments_are_an_object_whatever_was_written(text: str, arguments: dict[str, object]) -> None:
    assert arguments_of(text) == arguments
