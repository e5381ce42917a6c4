"""Speech, as OpenAI's clients and Open WebUI ask for it: no voice is built in yet, and this says so."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from partimento.core.errors import NoVoice
from partimento.server.exchange import Ask, Door, Reply, as_json


class SpeechBody(Struct):
    """What is to be spoken."""

    input: str
    model: str = "auto"
    voice: str | dict[str, Any] | None = None
    response_format: str = "mp3"


async def speak(ask: Ask) -> Reply:
    """POST /v1/audio/speech. Raises NoVoice."""
    ask.read(SpeechBody)
    raise NoVoice(
        "there is no voice yet",
        why="this version makes text and music, not speech",
        mend="ask a speech server, or wait for a version with voices",
    )


async def voices(ask: Ask) -> Reply:
    """GET /v1/audio/voices."""
    return Reply(as_json({"voices": []}))


async def models(ask: Ask) -> Reply:
    """GET /v1/audio/models."""
    return Reply(as_json({"models": []}))


def _listing(path: str, opened: Any, summary: str) -> Door:
    # Open WebUI asks for these without its key
    return Door(
        method="GET", path=path, opened=opened, summary=summary, dialect="openai", free=True, answer=dict[str, Any]
    )


doors = (
    Door(method="POST", path="/v1/audio/speech", opened=speak, summary="Speech", dialect="openai", body=SpeechBody),
    _listing("/v1/audio/voices", voices, "Voices"),
    _listing("/v1/audio/models", models, "Speech models"),
    _listing("/audio/voices", voices, "Voices"),
    _listing("/audio/models", models, "Speech models"),
)
