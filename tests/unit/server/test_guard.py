"""Who may knock: names of this machine and named ones, own pages, JSON."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import NotAllowed, PartimentoError, WrongType
from partimento.core.settings import Settings
from partimento.server.guard import guard_of

JSON = (b"content-type", b"application/json")
OURS = guard_of(Settings(allowed_hosts=("Music.example.org",), allowed_origins=("https://app.example.org",)))


def let_in(method: str, *headers: tuple[bytes, bytes]) -> bool:
    try:
        OURS.check(dict(headers))
        OURS.check_type(method, dict(headers))
    except PartimentoError:
        return False
    return True


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        (b"127.0.0.1:8000", True),
        (b"127.9.9.9", True),
        (b"localhost", True),
        (b"LOCALHOST:1", True),
        (b"[::1]:8000", True),
        (b"music.example.org", True),
        (b"MUSIC.example.org:443", True),
        (b"", False),
        (b"evil.example", False),
        (b"127.0.0.1.evil.example", False),
        (b"localhost.evil.example", False),
        (b"evil.example#localhost", False),
        (b"localhost@evil.example", False),
        (b"evil.example@localhost.evil", False),
        (b"music.example.org.evil.example", False),
        (b"0.0.0.0", False),
        (b"[::1", False),
        (b"\xff\xfe", False),
        (b"localhost:port", False),
        (b"localhost:8000/x", False),
    ],
)
def test_a_host_is_ours_by_its_whole_name(host: bytes, ours: bool) -> None:
    assert let_in("GET", (b"host", host)) is ours


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (b"http://localhost:8000", True),
        (b"https://app.example.org", True),
        (b"http://localhost:9999", False),
        (b"https://app.example.org.evil.example", False),
        (b"null", False),
        (b"", False),
        (b"http://[", False),
    ],
)
def test_only_own_pages_and_named_ones_may_ask(origin: bytes, allowed: bool) -> None:
    assert let_in("POST", (b"host", b"localhost:8000"), (b"origin", origin), JSON) is allowed


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        (b"application/json", True),
        (b"application/json; charset=utf-8", True),
        (b"APPLICATION/JSON", True),
        (b"application/problem+json", True),
        (b"text/plain", False),
        (b"multipart/form-data; boundary=x", False),
        (b"application/x-www-form-urlencoded", False),
        (b"text/plain; application/json", False),
        (b"", False),
    ],
)
def test_what_is_written_must_be_json(kind: bytes, taken: bool) -> None:
    headers = [(b"host", b"localhost"), (b"content-length", b"2"), *([(b"content-type", kind)] if kind else [])]
    assert let_in("POST", *headers) is taken


def test_a_chunked_body_without_a_type_is_refused_and_an_empty_one_is_not() -> None:
    assert let_in("POST", (b"host", b"localhost"))
    with pytest.raises(WrongType):
        OURS.check_type("POST", {b"host": b"localhost", b"transfer-encoding": b"chunked"})


def test_an_address_to_listen_on_is_nobody_s_name() -> None:
    with pytest.raises(NotAllowed):
        guard_of(Settings(host="0.0.0.0")).check({b"host": b"0.0.0.0"})
    guard_of(Settings(host="192.168.1.5")).check({b"host": b"192.168.1.5:8000"})


@given(host=st.binary(max_size=40), origin=st.binary(max_size=40), kind=st.binary(max_size=40))
def test_no_header_brings_the_guard_down(host: bytes, origin: bytes, kind: bytes) -> None:
    let_in("POST", (b"host", host), (b"origin", origin), (b"content-type", kind))
