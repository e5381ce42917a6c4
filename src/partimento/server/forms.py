"""What a browser's form sends, read: fields url-encoded or in parts, and files. Knows the two encodings; leaves what
the fields mean to the pages.
"""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from partimento.core.errors import BadInput, TooLarge
from partimento.web.visit import LONGEST_FIELD, Form, Upload

URL_ENCODED = "application/x-www-form-urlencoded"
IN_PARTS = "multipart/form-data"
MOST_FIELDS = 2_000


def read_form(content_type: str, body: bytes) -> Form:
    """The form in a body. Raises BadInput, TooLarge."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == URL_ENCODED or not body:
        return Form(_gathered(_url_encoded(body)))
    if kind == IN_PARTS:
        return _in_parts(content_type, body)
    raise BadInput("this is no form", why=f"its type is {content_type[:80]!r}", mend=f"send {URL_ENCODED}")


def _url_encoded(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except (UnicodeDecodeError, ValueError) as error:
        raise BadInput("the form cannot be read", why=str(error), mend="send it again from the page") from error


def _in_parts(content_type: str, body: bytes) -> Form:
    head = b"content-type: %s\r\n\r\n" % content_type.encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise BadInput("the form cannot be read", why="its parts have no boundary", mend="send it again from the page")
    fields: list[tuple[str, str]] = []
    files: dict[str, Upload] = {}
    for part in list(message.iter_parts())[:MOST_FIELDS]:
        name = str(part.get_param("name", "", header="content-disposition"))
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or not name:
            continue
        filename = part.get_filename()
        if filename is None:
            fields.append((name, content.decode(errors="replace")))
        elif content:
            files[name] = Upload(filename, content)
    return Form(_gathered(fields), files)


def _gathered(fields: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    gathered: dict[str, tuple[str, ...]] = {}
    for name, value in fields:
        if len(value) > LONGEST_FIELD:
            raise TooLarge(
                f"the field {name[:80]!r} is too long",
                why=f"it has {len(value):,} characters, and {LONGEST_FIELD:,} are taken",
                mend="shorten it",
            )
        gathered[name] = (*gathered.get(name, ()), value.replace("\r\n", "\n"))
    return gathered
