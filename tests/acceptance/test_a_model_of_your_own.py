"""A model's draft goes the same way as the rules': asked over real HTTP, proven, mended once, or passed over."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from partimento import ChecksFailed, EngineError, NotConfigured, Partimento
from partimento.testing import upstream
from partimento.testing.upstream import Upstream, said

GOOD = [["Dm7"], ["G7"], ["Cmaj7"], ["A7"], ["Dm7"], ["G7"], ["Cmaj7", "Am7"], ["Dm7", "G7"]]
GOOD[7] = ["Cmaj7"]
ASKED: dict[str, Any] = {"genre": "jazz", "description": "medium swing", "key": "C", "bars": 8, "level": 5}


def sheet(bars: Any = GOOD, key: str = "C") -> str:
    return json.dumps({"key": key, "bars": bars})


def house(tmp_path: Path, server: Upstream, **settings: Any) -> Partimento:
    models = [{"id": "mine", "base_url": server.base_url, "upstream": "little", "tier": "small", "reach": 9}]
    return Partimento(folder=tmp_path, data_folder=str(tmp_path / "data"), models=models, **settings)


def outcomes(result: Any) -> list[tuple[str, str]]:
    return [(attempt.model, attempt.outcome) for attempt in result.receipt.attempts]


def test_a_sound_draft_is_voiced_arranged_and_remembered(tmp_path: Path) -> None:
    with Upstream(said(sheet())) as server, house(tmp_path, server) as pt:
        first, second = pt.compose(**ASKED), pt.compose(**ASKED)
    assert outcomes(first) == [("mine", "served")]
    assert first.value.generation_method == "mine"
    assert [chord.symbol for chord in first.value.chords][:3] == ["Dm7", "G7", "Cmaj7"]
    assert all(chord.left_hand or chord.right_hand for chord in first.value.chords)
    assert second.receipt.cached
    assert len(server.requests) == 1


def test_the_request_asks_for_exactly_this_key_and_these_bars(tmp_path: Path) -> None:
    with Upstream(said(sheet())) as server, house(tmp_path, server) as pt:
        pt.compose(**ASKED)
    schema = server.requests[0].body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["key"]["const"] == "C"
    assert (schema["properties"]["bars"]["minItems"], schema["properties"]["bars"]["maxItems"]) == (8, 8)


@pytest.mark.parametrize(
    ("flawed", "reason"),
    [
        (sheet(GOOD[:6]), "bars"),
        (sheet([["F#maj7"], ["B7"], ["Emaj7"], ["C#7"], ["F#m7"], ["B7"], ["Emaj7"], ["Emaj7"]]), "in C"),
        (sheet([["Dm7"], ["Gq7"], *GOOD[2:]]), "Gq7"),
        (sheet(key="D"), "key"),
        (sheet()[:-12], "JSON"),
        ("I would love to write you a song!", "JSON"),
    ],
    ids=["wrong bar count", "wrong key", "no chord", "other key named", "truncated", "chatter"],
)
def test_a_flawed_draft_is_told_what_is_wrong_and_mended_at_the_second_asking(
    tmp_path: Path, flawed: str, reason: str
) -> None:
    with Upstream(said(flawed), said(sheet())) as server, house(tmp_path, server) as pt:
        result = pt.compose(**ASKED)
    assert outcomes(result) == [("mine", "flawed"), ("mine", "served")]
    assert reason.lower() in result.receipt.attempts[0].reason.lower()
    assert result.receipt.attempts[0].reason.split(";")[0] in server.requests[1].body["messages"][-1]["content"]


def test_a_draft_that_stays_wrong_leaves_it_to_the_rules(tmp_path: Path) -> None:
    with Upstream(otherwise=said(sheet(GOOD[:3]))) as server, house(tmp_path, server) as pt:
        result = pt.compose(**ASKED)
    assert outcomes(result) == [("mine", "flawed"), ("mine", "flawed"), ("rules", "served")]
    assert result.value.bars == 8


@pytest.mark.parametrize(
    "fault",
    [
        upstream.garbage(),
        upstream.rate_limited(retry_after="60"),
        upstream.server_error(),
        upstream.hang(),
        upstream.cut(sheet(), after=3),
        upstream.web_page(),
        upstream.error_in_stream("{", "out of memory"),
    ],
    ids=["garbage", "429", "500", "hang", "cut stream", "web page", "error in stream"],
)
def test_a_failing_server_leaves_it_to_the_rules(tmp_path: Path, fault: Any) -> None:
    with Upstream(otherwise=fault) as server, house(tmp_path, server, deadline_s=1.0) as pt:
        result = pt.compose(**ASKED)
    assert outcomes(result) == [("mine", "failed"), ("rules", "served")]
    assert result.receipt.attempts[0].reason


def test_chosen_by_hand_there_is_no_fallback(tmp_path: Path) -> None:
    with Upstream(otherwise=upstream.refused(401, "bad key")) as server, house(tmp_path, server) as pt:
        with pytest.raises(EngineError):
            pt.compose(**ASKED, model="mine")
        report = pt.usage(by="model")
    assert (report.total.requests, report.total.failed) == (1, 1)


def test_chosen_by_hand_wrong_drafts_are_an_error_of_their_own(tmp_path: Path) -> None:
    with (
        Upstream(otherwise=said(sheet(GOOD[:3]))) as server,
        house(tmp_path, server) as pt,
        pytest.raises(ChecksFailed) as caught,
    ):
        pt.compose(**ASKED, model="mine")
    assert "bars" in caught.value.why


def test_text_unpacks_as_text_and_provider(tmp_path: Path) -> None:
    with Upstream(said("Practise slowly.")) as server, house(tmp_path, server) as pt:
        text, provider = pt.generate_text(request_type="tip", prompt="A tip.", user="42", endpoint="shop.views.create")
        report = pt.usage(by="endpoint")
    assert (text, provider) == ("Practise slowly.", "local")
    assert [line.name for line in report.lines] == ["shop.views.create"]


def test_text_without_any_model_says_what_to_set_up(tmp_path: Path) -> None:
    with Partimento(folder=tmp_path, data_folder=str(tmp_path / "data")) as pt, pytest.raises(NotConfigured) as caught:
        pt.generate_text(request_type="report", prompt="A report.")
    assert caught.value.mend


def test_streamed_text_arrives_in_pieces_and_again_from_memory(tmp_path: Path) -> None:
    from partimento import Delta, Done
    from partimento.tasks import text

    with Upstream(said("One. Two. Three.")) as server, house(tmp_path, server) as pt:
        streams = [list(pt.stream(text(prompt="count"))) for _ in range(2)]
    for events in streams:
        assert "".join(event.text for event in events if isinstance(event, Delta)) == "One. Two. Three."
        assert isinstance(events[-1], Done)
    assert len(server.requests) == 1


def test_personal_data_never_leaves_the_house(tmp_path: Path) -> None:
    with Upstream(otherwise=said("Dear [EMAIL_1], hello.")) as server, house(tmp_path, server) as pt:
        text, _ = pt.generate_text(request_type="letter", prompt="Write to anna@example.com")
    assert text == "Dear anna@example.com, hello."
    assert "anna@" not in repr([seen.body for seen in server.requests])
    assert b"anna@" not in (tmp_path / "data" / "partimento.db").read_bytes()


def test_clients_may_come_and_go_in_one_process(tmp_path: Path) -> None:
    """The HTTP library must outlive the thread that used it first: this once crashed the process."""
    program = f"""
from partimento import Partimento
from partimento.testing.upstream import Upstream, said
with Upstream(otherwise=said("yes")) as server:
    models = [dict(id="mine", base_url=server.base_url, tier="small", reach=9)]
    for n in range(5):
        with Partimento(data_folder={str(tmp_path)!r}, models=models) as pt:
            assert pt.generate_text("tip", f"tip {{n}}").text == "yes"
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_closed_client_says_so_as_often_as_it_is_asked(tmp_path: Path) -> None:
    pt = Partimento(data_folder=str(tmp_path))
    pt.close()
    pt.close()
    for _ in range(2):
        with pytest.raises(NotConfigured):
            pt.analyze("C")


def test_ctrl_c_in_a_stream_is_ctrl_c_and_the_request_is_written_down(tmp_path: Path) -> None:
    program = f"""
import os, signal, threading
from partimento import Partimento
from partimento.tasks import text
from partimento.testing.upstream import Upstream, hang
with Upstream(otherwise=hang()) as server:
    models = [dict(id="mine", base_url=server.base_url, tier="small", reach=9, output_usd_per_million="1")]
    with Partimento(data_folder={str(tmp_path)!r}, models=models) as pt:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            for event in pt.stream(text(prompt="x")):
                pass
        except KeyboardInterrupt:
            print(pt.usage().total.cancelled)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("1", 0), done.stderr


def test_the_privacy_of_the_settings_counts(tmp_path: Path) -> None:
    with Upstream(otherwise=said("done")) as server, house(tmp_path, server, privacy="store-only") as pt:
        pt.generate_text(request_type="letter", prompt="Write to anna@example.com")
        database = (tmp_path / "data" / "partimento.db").read_bytes()
    assert "anna@example.com" in repr(server.requests[0].body)
    assert b"anna@" not in database


def test_what_an_upstream_quotes_is_not_stored_either(tmp_path: Path) -> None:
    refusal = upstream.refused(400, "cannot write to anna@example.com")
    with (
        Upstream(otherwise=refusal) as server,
        house(tmp_path, server, privacy="store-only") as pt,
        pytest.raises(EngineError),
    ):
        pt.generate_text(request_type="letter", prompt="Write to anna@example.com")
    for file in (tmp_path / "data").iterdir():
        assert b"anna@" not in file.read_bytes()
