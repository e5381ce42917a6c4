"""A piece as sound: what every player must give, and what FluidSynth's program is asked and may do wrong."""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest

from partimento.core.errors import BadInput, NotConfigured
from partimento.music.score import BandNote, Note, Score, Track
from partimento.sound import fluidsynth, preview
from partimento.sound.timing import LONGEST_S, TAIL_S, length_s

RATE = 44_100
FONT = "#!/not/a/real/font\n"


def piece(*notes: Note, tempo: float = 120, bars: int = 2, tracks: tuple[Track, ...] = ()) -> Score:
    return Score("A piece", "C", tempo, "4/4", bars, (), (), notes, tracks)


def key(midi: int, start: float = 1, beats: float = 1, velocity: int = 80) -> Note:
    return Note(start, beats, midi, velocity, "right")


def samples(content: bytes) -> array[int]:
    """The samples, interleaved; checks the form of the file on the way."""
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
        return array("h", file.readframes(file.getnframes()))


def peak(found: array[int]) -> int:
    return max(max(found), -min(found))


def loudness(found: array[int], start_s: float, seconds: float) -> float:
    part = found[2 * int(start_s * RATE) : 2 * int((start_s + seconds) * RATE)]
    return math.sqrt(sum(sample * sample for sample in part) / len(part))


def turns(found: array[int], start_s: float, seconds: float) -> float:
    """How often a second the left channel rises through nothing: the pitch of a plain tone."""
    left = found[2 * int(start_s * RATE) : 2 * int((start_s + seconds) * RATE) : 2]
    return sum(one < 0 <= two for one, two in pairwise(left)) / seconds


@pytest.fixture
def synth() -> Callable[[Score], array[int]]:
    pytest.importorskip("numpy", reason="NumPy is not installed: pip install '.[audio]'")
    return lambda score: samples(preview(score, player="synth"))


def test_a_piece_lasts_as_long_as_its_bars_and_its_ringing(synth: Callable[[Score], array[int]]) -> None:
    assert len(synth(piece(key(60)))) == 2 * round((4 + TAIL_S) * RATE)
    assert len(synth(piece(key(60), tempo=60, bars=1))) == 2 * round((4 + TAIL_S) * RATE)
    assert len(synth(piece(key(60, start=8, beats=6)))) == 2 * round((6.5 + TAIL_S) * RATE)


def test_the_loudest_sample_is_just_below_full_scale(synth: Callable[[Score], array[int]]) -> None:
    one, many = synth(piece(key(60, velocity=20))), synth(piece(*(key(midi, velocity=127) for midi in range(30, 90))))
    assert [peak(found) for found in (one, many)] == pytest.approx([0.89 * 0x7FFF] * 2, abs=2)


def test_a_note_sounds_when_it_is_struck_and_stops_when_it_is_let_go(synth: Callable[[Score], array[int]]) -> None:
    found = synth(piece(key(60, start=3, beats=2)))
    before, held, after = (loudness(found, start_s, 0.3) for start_s in (0.6, 1.2, 2.8))
    assert before == 0
    assert held > 1000
    assert after < held / 100


@pytest.mark.parametrize("midi", [48, 60, 69, 84])
def test_a_key_has_its_pitch(synth: Callable[[Score], array[int]], midi: int) -> None:
    numpy = pytest.importorskip("numpy")
    left = numpy.array(synth(piece(key(midi, beats=4)))[::2], float)[: 2 * RATE]
    spectrum = numpy.abs(numpy.fft.rfft(left * numpy.hanning(len(left))))
    wanted = 440 * 2 ** ((midi - 69) / 12)
    near = slice(int(wanted * 1.9), int(wanted * 2.1))  # bins are half a hertz apart
    assert (near.start + spectrum[near].argmax()) / 2 == pytest.approx(wanted, rel=0.004)
    assert spectrum[near].max() > 0.3 * spectrum.max()


def test_a_hard_stroke_is_brighter_than_a_soft_one(synth: Callable[[Score], array[int]]) -> None:
    soft, hard = (turns(synth(piece(key(48, beats=4, velocity=velocity))), 0, 0.05) for velocity in (20, 120))
    assert hard > soft


def test_the_same_piece_is_the_same_sound(synth: Callable[[Score], array[int]]) -> None:
    drums = Track("drums", None, tuple(BandNote(beat, 0.25, 35 + beat, 80) for beat in range(1, 9)))
    bass = Track("bass", 33, (BandNote(1, 1, 36, 80), BandNote(2, 1, 43, 80)))
    score = piece(key(60), key(64), tracks=(bass, drums))
    assert synth(score) == synth(score)


@pytest.mark.parametrize("midi", range(28, 90))
def test_every_piece_of_the_kit_sounds_and_fades(synth: Callable[[Score], array[int]], midi: int) -> None:
    found = synth(piece(tracks=(Track("drums", None, (BandNote(1, 0.25, midi, 90),)),)))
    assert peak(found) > 20_000
    assert loudness(found, 5.5, 0.5) < loudness(found, 0, 0.5) / 50


def test_silence_is_silent_and_has_its_length(synth: Callable[[Score], array[int]]) -> None:
    found = synth(piece())
    assert len(found) == 2 * round((4 + TAIL_S) * RATE)
    assert peak(found) == 0


def test_notes_of_no_length_and_keys_at_the_ends_of_the_keyboard_sound(synth: Callable[[Score], array[int]]) -> None:
    assert peak(synth(piece(key(60, beats=0)))) > 20_000
    assert peak(synth(piece(key(0), key(127, start=3)))) > 20_000


@pytest.mark.parametrize("player", ["synth", None])
def test_what_cannot_be_played_is_refused(player: str | None) -> None:
    pytest.importorskip("numpy")
    for score in (
        piece(key(128)), piece(key(60, start=float("nan"))), piece(key(60, beats=float("inf"))), piece(tempo=0),
        piece(bars=1000, tempo=40),
    ):  # fmt: skip
        with pytest.raises(BadInput):
            preview(score, player=player)  # type: ignore[arg-type]
    assert length_s(piece(bars=890)) < LONGEST_S


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing on the PATH and no SoundFonts; gives the folder that is its PATH."""
    path = tmp_path / "bin"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    monkeypatch.setattr(fluidsynth, "FOLDERS", (str(tmp_path / "fonts"),))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    return path


def a_program(path: Path, work: str) -> None:
    """A stand-in for the fluidsynth command line: reads the same options, then does `work` with them."""
    program = path / "fluidsynth"
    program.write_text(
        f"#!{sys.executable}\n"
        + dedent("""
            import array, pathlib, struct, sys, time
            options = dict(zip(sys.argv[1:], sys.argv[2:]))
            font, piece = map(pathlib.Path, sys.argv[-2:])
            gain, out = float(options["-g"]), pathlib.Path(options["-F"])
            assert options["-r"] == "44100" and options["-O"] == "s16" and options["-T"] == "raw"
            assert piece.read_bytes()[:4] == b"MThd" and font.exists()
            with open(font.with_suffix(".log"), "a") as log:
                print(out.parent, gain, file=log)
        """)
        + dedent(work)
    )
    program.chmod(0o755)


@pytest.fixture
def font(tmp_path: Path) -> Path:
    (tmp_path / "fonts").mkdir()
    path = tmp_path / "fonts" / "small.sf2"
    path.write_text(FONT)
    return path


def test_fluidsynth_is_taken_where_it_is_and_brought_to_its_peak(alone: Path, font: Path) -> None:
    a_program(alone, 'out.write_bytes(array.array("h", [0, int(20_000 * gain)] * 44_100).tobytes())')
    content = preview(piece(key(60)))
    assert len(samples(content)) == 2 * round(6.5 * RATE)
    assert peak(samples(content)) == pytest.approx(29_163, abs=4)
    calls = font.with_suffix(".log").read_text().split()
    assert len(calls) == 4, "once softly to find the peak, once for good"
    assert not Path(calls[0]).exists(), "nothing is left behind"


def test_what_fluidsynth_plays_too_long_is_cut(alone: Path, font: Path) -> None:
    a_program(alone, 'out.write_bytes(array.array("h", [int(9_000 * gain)] * 2 * 44_100 * 20).tobytes())')
    assert len(samples(preview(piece(key(60))))) == 2 * round(6.5 * RATE)


def test_silence_is_not_made_loud(alone: Path, font: Path) -> None:
    a_program(alone, 'out.write_bytes(array.array("h", [1, -1] * 44_100).tobytes())')
    assert peak(samples(preview(piece()))) == 1


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (
            'print("fluidsynth: error: Failed to load SoundFont", file=sys.stderr); sys.exit(1)',
            "Failed to load SoundFont",
        ),
        ("sys.exit(3)", "it ended with 3"),
        ("pass", "it wrote no sound"),
        ('out.write_bytes(b"")', "it wrote no sound"),
        ("time.sleep(30)", "it was not done after"),
    ],
)
def test_where_fluidsynth_fails_its_cause_is_told(
    alone: Path, font: Path, work: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fluidsynth, "_LEAST_PATIENCE_S", 0.5)
    monkeypatch.setattr(fluidsynth, "_PATIENCE", 0.01)
    a_program(alone, work)
    with pytest.raises(NotConfigured) as caught:
        preview(piece(key(60)))
    assert why in caught.value.why
    assert str(font) in caught.value.mend
    assert not list((alone.parent / "tmp").iterdir())


def test_the_chosen_soundfont_goes_before_those_of_the_system(alone: Path, font: Path, tmp_path: Path) -> None:
    a_program(alone, 'out.write_bytes(array.array("h", [int(9_000 * gain)] * 8).tobytes())')
    chosen = tmp_path / "mine.sf2"
    chosen.write_text(FONT)
    preview(piece(key(60)), soundfont=chosen)
    assert chosen.with_suffix(".log").exists()
    with pytest.raises(NotConfigured, match=r"no SoundFont .*gone\.sf2"):
        preview(piece(key(60)), soundfont=tmp_path / "gone.sf2")


def test_the_largest_font_of_the_first_folder_that_has_any_is_taken(alone: Path, font: Path) -> None:
    large = font.with_name("large.sf3")
    large.write_text(FONT * 9)
    assert fluidsynth.find_soundfont() == large


def test_without_fluidsynth_the_own_synth_plays(alone: Path) -> None:
    pytest.importorskip("numpy")
    assert preview(piece(key(60))) == preview(piece(key(60)), player="synth")


@pytest.mark.parametrize(("has_program", "why"), [(False, "not on the PATH"), (True, "no SoundFont")])
def test_fluidsynth_asked_for_and_not_there_is_told(alone: Path, has_program: bool, why: str) -> None:
    if has_program:
        a_program(alone, "pass")
    with pytest.raises(NotConfigured) as caught:
        preview(piece(key(60)), player="fluidsynth")
    assert why in caught.value.why


def test_where_nobody_can_play_the_mend_is_told(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(NotConfigured) as caught:
        preview(piece(key(60)))
    assert caught.value.mend == "pip install 'partimento[audio]'"
    assert caught.value.exit_code == 3


@pytest.mark.external
def test_fluidsynth_itself_plays_a_piece() -> None:
    command, soundfont = fluidsynth.find_command(), fluidsynth.find_soundfont()
    if not (command and soundfont):
        pytest.skip("FluidSynth and a SoundFont are not installed")
    found = samples(preview(piece(key(60), key(64, start=3), key(67, start=5)), player="fluidsynth"))
    assert len(found) == 2 * round(6.5 * RATE)
    assert 0.8 * 0x7FFF < peak(found) < 0x7FFF
    assert loudness(found, 0, 0.5) > 1000
