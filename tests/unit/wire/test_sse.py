"""Events come out whole, however the network cut them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.wire.sse import EventReader


def read(*chunks: bytes) -> list[bytes]:
    reader = EventReader()
    return [event for chunk in chunks for event in reader.feed(chunk)] + reader.end()


def test_an_event_ends_at_an_empty_line() -> None:
    assert read(b"data: one\n\ndata: two\n\n") == [b"one", b"two"]


def test_an_event_is_given_as_soon_as_it_is_whole() -> None:
    reader = EventReader()
    assert reader.feed(b"data: on") == []
    assert reader.feed(b"e\n") == []
    assert reader.feed(b"\nda") == [b"one"]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_all_three_line_ends_are_known(newline: bytes) -> None:
    assert read(newline.join([b"data: one", b"", b"data: two", b"", b""])) == [b"one", b"two"]


def test_a_crlf_cut_in_two_is_one_line_end() -> None:
    assert read(b"data: one\r", b"\ndata: more\r", b"", b"\n\r\n") == [b"one\nmore"]


def test_lines_of_one_event_are_joined() -> None:
    assert read(b"data: one\ndata:two\ndata\n\n") == [b"one\ntwo\n"]


def test_comments_names_ids_and_a_byte_order_mark_are_passed_over() -> None:
    assert read(b"\xef\xbb\xbf: ping\n\nevent: delta\nid: 7\nretry: 10\ndata: one\n\n: ping\n\n") == [b"one"]


def test_only_one_space_after_the_colon_belongs_to_the_field() -> None:
    assert read(b"data:  two spaces\n\n") == [b" two spaces"]


def test_the_last_event_needs_no_final_newline() -> None:
    assert read(b"data: one\n\ndata: [DONE]") == [b"one", b"[DONE]"]


STREAM = 'data: {"a": "Dm7♭5 → G7"}\r\n\r\n: ping\n\ndata: ð\ndata: 𝄫\r\r'.encode()


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_wherever_the_network_cuts_the_events_are_the_same(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    assert read(*(STREAM[a:b] for a, b in pairwise(places))) == read(STREAM)
    assert read(STREAM) == ['{"a": "Dm7♭5 → G7"}'.encode(), "ð\n𝄫".encode()]
