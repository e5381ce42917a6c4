"""Speech is asked for and refused clearly, as long as there is no voice; lists of voices are empty and need no key."""

from __future__ import annotations

from pathlib import Path

import pytest

from knocking import House
from partimento.core.errors import BadInput, NoVoice
from partimento.server import speech


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(speech.doors, tmp_path)


def test_there_is_no_voice_yet(house: House) -> None:
    with pytest.raises(NoVoice) as refused:
        house.asked("POST", "/v1/audio/speech", {"model": "tts-1", "voice": "alloy", "input": "Play it again."})
    assert refused.value.status == 501
    with pytest.raises(BadInput, match="input"):
        house.asked("POST", "/v1/audio/speech", {"model": "tts-1"})


@pytest.mark.parametrize("kind", ["voices", "models"])
@pytest.mark.parametrize("base", ["", "/v1"])
def test_lists_are_empty_and_free(house: House, base: str, kind: str) -> None:
    assert house.json("GET", f"{base}/audio/{kind}") == {kind: []}
    assert house.doors.find("GET", f"{base}/audio/{kind}")[0].free
