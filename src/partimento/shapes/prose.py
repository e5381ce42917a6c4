"""Strings of an output that may say what is not so: wrong options of a question, a user's own words told back.

Knows the mark; leaves proving all other strings to `pipeline`.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Unproven = Annotated[str, Meta(extra={"claims": "left"})]
