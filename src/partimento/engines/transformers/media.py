"""Pictures and sounds as a checkpoint's own preparation takes them: RGB pictures, and one channel at one rate. Knows
Pillow, soundfile and how to change a rate; leaves what is made of them to the checkpoint.
"""

from __future__ import annotations

import math
from io import BytesIO
from typing import Any, Final

import numpy as np

from partimento.core.errors import BadInput, NotConfigured

ZEROS: Final = 16
"""Zero crossings of the filter on each side: more are sharper and slower."""
ROLLOFF: Final = 0.945
LONGEST_S: Final = 3600.0
MOST_PIXELS: Final = 100_000_000


def picture(data: bytes) -> Any:
    """A PIL image, turned as its camera says. Raises BadInput, NotConfigured."""
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        raise _missing("pillow", "pictures") from error
    try:
        with Image.open(BytesIO(data)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadInput("a picture is too large", why=f"it has {image.width} x {image.height} pixels")
            return ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInput("a picture cannot be read", why=str(error), mend="send a PNG, JPEG, WebP or GIF file") from error


def sound(data: bytes, rate_hz: int) -> Any:
    """Samples of one channel, 32-bit floats from -1 to 1. Raises BadInput, NotConfigured."""
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise _missing("soundfile", "sounds") from error
    try:
        with soundfile.SoundFile(BytesIO(data)) as file:
            if file.frames > LONGEST_S * file.samplerate:
                raise BadInput("a sound is too long", why=f"it may last {LONGEST_S:.0f} s", mend="cut it into parts")
            samples = file.read(dtype="float32", always_2d=True).mean(axis=1)
            found = resampled(samples, file.samplerate, rate_hz)
    except (soundfile.SoundFileError, ValueError, OSError) as error:
        raise BadInput("a sound cannot be read", why=str(error), mend="send a WAV, FLAC, OGG or MP3 file") from error
    if found.size < rate_hz // 20:
        raise BadInput("a sound is too short", why="nothing can be heard in less than 50 ms")
    return found


def resampled(samples: Any, have_hz: int, want_hz: int) -> Any:
    """The same sound at another rate: a windowed sinc, one set of weights for each phase."""
    if have_hz == want_hz:
        return samples
    shared = math.gcd(have_hz, want_hz)
    down, up = have_hz // shared, want_hz // shared
    band = min(1.0, up / down) * ROLLOFF
    reach = math.ceil(ZEROS / band)
    length = -(-len(samples) * up // down)
    padded = np.pad(samples, reach + 1)
    made = np.empty(length, dtype=np.float32)
    taps = np.arange(-reach, reach + 1)
    for phase in range(up):
        places = np.arange(phase, length, up)
        if not places.size:
            break
        middles, left = np.divmod(places * down, up)
        away = taps - left[0] / up  # the same for all of one phase
        window = np.cos(np.clip(away / (reach + 1), -1, 1) * (np.pi / 2)) ** 2
        weights = (np.sinc(away * band) * window * band).astype(np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(padded, taps.size)
        made[places] = windows[middles + 1] @ weights
    return made


def _missing(package: str, what: str) -> NotConfigured:
    return NotConfigured(f"{package} is not installed", why=f"{what} are read by it", mend=f"pip install {package}")
