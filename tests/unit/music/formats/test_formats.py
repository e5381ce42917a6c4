from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from partimento.core.errors import BadInput, UnknownName
from partimento.music import formats
from partimento.music.formats import abc, chart, chordpro, ireal, midi, musicxml
from partimento.music.formats.text import plain
from partimento.music.score import Score

WRITERS = [midi.write, musicxml.write, abc.write, chart.write, chordpro.write, ireal.write]


def test_each_suffix_gives_the_file_it_promises(make_piece: Callable[..., Score]) -> None:
    score = make_piece()
    assert formats.write(score, ".mid") == formats.write(score, ".MIDI") == midi.write(score)
    assert formats.write(score, ".musicxml").decode() == musicxml.write(score)
    assert formats.write(score, ".abc").decode() == abc.write(score)
    assert formats.write(score, ".txt").decode() == chart.write(score)
    assert formats.write(score, ".cho").decode() == formats.write(score, ".chordpro").decode() == chordpro.write(score)
    assert formats.write(score, ".ireal").decode() == ireal.write(score)


def test_every_known_suffix_is_written(make_piece: Callable[..., Score]) -> None:
    assert all(formats.write(make_piece(), suffix) for suffix in formats.SUFFIXES)
    assert set(formats.CHARTS) < set(formats.SUFFIXES)


@pytest.mark.parametrize("suffix", [".pdf", "", "mid", ".json"])
def test_an_unknown_suffix_names_those_that_are_known(make_piece: Callable[..., Score], suffix: str) -> None:
    with pytest.raises(UnknownName) as caught:
        formats.write(make_piece(), suffix)
    assert all(known in caught.value.mend for known in formats.SUFFIXES)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("write", WRITERS)
def test_a_piece_is_always_written_the_same(
    make_piece: Callable[..., Score], write: Callable[[Score], bytes | str]
) -> None:
    assert write(make_piece(jitter=0.03)) == write(make_piece(jitter=0.03))


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("tempo", [0, -1, float("nan"), float("inf")])
def test_a_tempo_nobody_can_play_is_refused(
    make_piece: Callable[..., Score], write: Callable[[Score], bytes | str], tempo: float
) -> None:
    with pytest.raises(BadInput, match="tempo"):
        write(make_piece(tempo=tempo))


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("meter", ["", "4", "0/4", "4/3", "4/32", "99/4", "four"])
def test_a_meter_nobody_can_count_is_refused(
    make_piece: Callable[..., Score], write: Callable[[Score], bytes | str], meter: str
) -> None:
    whole = make_piece()
    broken = Score(whole.title, whole.key, whole.tempo, meter, whole.bars, whole.sections, whole.chords, whole.notes)
    with pytest.raises(BadInput, match="meter"):
        write(broken)


def test_a_title_loses_what_no_file_can_carry() -> None:
    assert plain("  A\x00B\n\tC\u2028D\ud800 \u202eE ") == "A B C D E"
    assert plain("Blues für Élise ♭") == "Blues für Élise ♭"


def test_choosing_a_format_loads_no_midi_library() -> None:
    code = (
        "import sys, partimento.music.formats; "
        "print([m for m in sys.modules if m == 'mido' or m.startswith('partimento.music.formats.')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
