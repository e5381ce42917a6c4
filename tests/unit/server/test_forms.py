"""Forms as browsers send them, read; what is no form is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.core.errors import BadInput, PartimentoError, TooLarge
from partimento.server.forms import IN_PARTS, MOST_FIELDS, URL_ENCODED, read_form
from partimento.web.visit import LONGEST_FIELD


def in_parts(*parts: tuple[str, bytes]) -> tuple[str, bytes]:
    """The content type, and a body of these parts: (disposition, content)."""
    body = b"".join(
        b"--edge\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (told.encode(), content)
        for told, content in parts
    )
    return f"{IN_PARTS}; boundary=edge", body + b"--edge--\r\n"


def test_every_value_of_a_field_is_kept_and_the_last_one_counts() -> None:
    form = read_form(URL_ENCODED, b"genre=gospel&kind=a&kind=b&words=%E9%9B%A8%0D%0Aline+two&empty=")
    assert form.get("genre") == "gospel"
    assert form.all("kind") == ("a", "b")
    assert form.get("kind") == "b"
    assert form.get("words") == "雨\nline two"
    assert form.get("empty", "x") == ""
    assert form.get("missing", "x") == "x"


def test_a_number_is_read_and_anything_else_is_refused() -> None:
    form = read_form(URL_ENCODED, b"bars=16&level=many&tempo=")
    assert (form.number("bars"), form.number("tempo"), form.number("missing")) == (16, None, None)
    with pytest.raises(BadInput, match="level is no number"):
        form.number("level")


def test_a_file_comes_with_its_name_and_its_bytes() -> None:
    sent = bytes(range(256))
    form = read_form(*in_parts(('name="csrf"', b"mark"), ('name="take"; filename="\xe9t\xfcde.mid"', sent)))
    assert form.get("csrf") == "mark"
    assert form.files["take"].content == sent
    assert form.files["take"].name.endswith(".mid")


def test_a_field_that_was_left_without_a_file_is_none() -> None:
    assert read_form(*in_parts(('name="take"; filename=""', b""))).files == {}


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/json", b"{}", BadInput),
        ("text/plain", b"a=b", BadInput),
        (IN_PARTS, b"--x\r\n", BadInput),
        (URL_ENCODED, b"&".join([b"a=1"] * (MOST_FIELDS + 1)), BadInput),
        (URL_ENCODED, b"a=" + b"x" * (LONGEST_FIELD + 1), TooLarge),
    ],
)
def test_what_cannot_be_read_is_told(kind: str, body: bytes, error: type[PartimentoError]) -> None:
    with pytest.raises(error) as told:
        read_form(kind, body)
    assert told.value.why
    assert told.value.mend


@given(st.sampled_from([URL_ENCODED, f"{IN_PARTS}; boundary=edge", f"{IN_PARTS}; boundary=", "x"]), st.binary())
def test_no_body_brings_the_reader_down(kind: str, body: bytes) -> None:
    with suppress(PartimentoError):
        read_form(kind, body)
