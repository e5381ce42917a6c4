"""A piece played by the FluidSynth command line with a SoundFont. Knows where both are found and how it is called."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from array import array
from pathlib import Path
from typing import Final

from partimento.core.errors import NotConfigured
from partimento.music.formats import midi
from partimento.music.score import Score
from partimento.sound import wav
from partimento.sound.timing import length_s

FOLDERS: Final = (
    "~/.local/share/soundfonts", "~/.local/share/sounds/sf2", "/usr/local/share/soundfonts",
    "/usr/local/share/sounds/sf2", "/usr/share/soundfonts", "/usr/share/sounds/sf2", "/usr/share/sounds/sf3",
    "/opt/homebrew/share/soundfonts", "/opt/homebrew/share/fluid-synth/sf2", "~/Library/Audio/Sounds/Banks",
)  # fmt: skip
"""Where systems keep SoundFonts, the user's own first."""

_SOFT: Final = 0.1
_MOST_GAIN: Final = 10.0  # all that the program takes; only a lone, very soft note would need more
_LEAST_PEAK: Final = 8  # of 32768: below it there is dither and no music
_PATIENCE: Final = 0.5  # seconds of work allowed for each second of sound; it takes about a hundredth of one
_LEAST_PATIENCE_S: Final = 30.0


def find_command() -> str | None:
    """The path of the program, or None."""
    return shutil.which("fluidsynth")


def find_soundfont(chosen: Path | None = None) -> Path | None:
    """The SoundFont to play with: the chosen one, else in the first folder that has any the largest, or None.

    Raises NotConfigured where the chosen one is not there.
    """
    if chosen is not None:
        if not chosen.is_file():
            raise NotConfigured(f"there is no SoundFont {chosen}", mend="name a .sf2 or .sf3 file")
        return chosen
    for folder in FOLDERS:
        found = [path for suffix in ("sf2", "sf3") for path in Path(folder).expanduser().glob(f"*.{suffix}")]
        if found:
            return max(sorted(found), key=lambda path: path.stat().st_size)
    return None


def render(score: Score, command: str, soundfont: Path) -> bytes:
    """The piece as WAV. Raises NotConfigured where FluidSynth fails or takes too long; nothing is left behind.

    Played twice: softly to find the peak, then with the gain that brings it to `wav.PEAK`.
    """
    length = length_s(score)
    content = midi.write(score)
    timeout = max(_LEAST_PATIENCE_S, _PATIENCE * length)
    with tempfile.TemporaryDirectory(prefix="partimento-") as folder:
        piece = Path(folder, "piece.mid")
        piece.write_bytes(content)
        samples = _played(command, soundfont, piece, _SOFT, timeout)
        peak = max(max(samples, default=0), -min(samples, default=0))
        if peak >= _LEAST_PEAK:
            gain = min(_MOST_GAIN, _SOFT * wav.PEAK * 0x7FFF / peak)
            samples = _played(command, soundfont, piece, gain, timeout)
    frames = samples.tobytes()
    wanted = round(length * wav.RATE) * wav.FRAME
    return wav.write(frames[:wanted].ljust(wanted, b"\0"))


def _played(command: str, soundfont: Path, piece: Path, gain: float, timeout: float) -> array[int]:
    """The samples, interleaved."""
    raw = piece.with_suffix(".raw")
    line = [
        command, "-n", "-i", "-q", "-r", str(wav.RATE), "-g", f"{gain:.4f}", "-T", "raw", "-O", "s16", "-E", "little",
        "-F", str(raw), str(soundfont), str(piece),
    ]  # fmt: skip
    try:
        done = subprocess.run(line, capture_output=True, timeout=timeout, check=True, stdin=subprocess.DEVNULL)  # noqa: S603
        frames = raw.read_bytes()
    except subprocess.TimeoutExpired as error:
        raise _failed(f"it was not done after {timeout:.0f} s", soundfont) from error
    except subprocess.CalledProcessError as error:
        raise _failed(_last_line(error.stderr) or f"it ended with {error.returncode}", soundfont) from error
    except FileNotFoundError as error:
        raise _failed("it wrote no sound", soundfont) from error
    except OSError as error:
        raise _failed(error.strerror or str(error), soundfont) from error
    if not frames:
        raise _failed(_last_line(done.stderr) or "it wrote no sound", soundfont)
    samples = array("h", frames[: len(frames) // wav.FRAME * wav.FRAME])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _last_line(output: bytes) -> str:
    return output.decode(errors="replace").strip().rpartition("\n")[2]


def _failed(why: str, soundfont: Path) -> NotConfigured:
    return NotConfigured(
        "FluidSynth could not play the piece", why=why, mend=f"try `fluidsynth {soundfont}`, or another SoundFont"
    )
