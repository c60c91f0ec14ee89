"""Pictures to fingerprints, inside the confined worker: decode, hash, forget.

A picture is hashed as it is stored, as the reference does: a mark that tells a viewer to turn it is noted,
not obeyed, and all eight turns are matched anyway. Sixteen bits a channel are brought to eight; of something
animated the first frame counts; transparency is dropped.
"""

import hashlib
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pdqhash  # type: ignore[import-untyped]
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

MOST_PIXELS = 256_000_000
"""More are not decoded."""
_MANY_PIXELS = 40_000_000
"""More are brought down before they are hashed."""
_LEAST_SIDE = 5
_PORTION = 1 << 20
_ORIENTATION = 0x0112
_DEEP = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I", "F"})


class Digests(NamedTuple):
    """Digests of a file's bytes, in hexadecimal digits."""

    md5: str
    sha1: str
    sha256: str


class Picture(NamedTuple):
    """The hash of a picture, of each turn of it, its quality, and a note."""

    turned: tuple[str, ...]
    quality: int
    note: str


def warm() -> None:
    """Load what is loaded on first use, while files may still be opened everywhere."""
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # our own bound is asked before anything is decoded
    pdqhash.compute_dihedral(np.zeros((64, 64, 3), np.uint8))


def digests(path: str) -> Digests:
    """Return the digests of a file."""
    states = [hashlib.md5(usedforsecurity=False), hashlib.sha1(usedforsecurity=False), hashlib.sha256()]
    with Path(path).open("rb") as file:
        while chunk := file.read(_PORTION):
            for state in states:
                state.update(chunk)
    return Digests(*(state.hexdigest() for state in states))


def hashed(path: str) -> Picture:
    """Return the PDQ hash of a picture and of its turns; only a note where it cannot be decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _hashed(path)
    except UnidentifiedImageError:
        return Picture((), 0, "no-picture")
    except MemoryError:
        return Picture((), 0, "too-large")
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, ArithmeticError):
        return Picture((), 0, "damaged")


def _hashed(path: str) -> Picture:
    with Image.open(path) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            return Picture((), 0, "too-large")
        if min(width, height) < _LEAST_SIDE:
            return Picture((), 0, "too-small")
        note = "animated" if getattr(image, "is_animated", False) else ""
        if image.getexif().get(_ORIENTATION, 1) not in (0, 1):
            note = "turned"
        image.load()
        pixels = _pixels(image)
    found, quality = pdqhash.compute_dihedral(pixels)
    return Picture(tuple(_digits(one) for one in found), int(quality), note)


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode in _DEEP:
        image = _eight_bits(image)
    if image.width * image.height > _MANY_PIXELS:
        image = image.convert("RGB").reduce(2 + image.width * image.height // (4 * _MANY_PIXELS))
    return np.asarray(image.convert("RGB"))


def _eight_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.float32)
    most = 65_535.0 if image.mode != "F" or values.max(initial=0.0) > 1.0 else 1.0
    return Image.fromarray(np.clip(values * (255.0 / most), 0, 255).astype(np.uint8))


def _digits(bits: NDArray[np.uint8]) -> str:
    return np.packbits(bits).tobytes().hex()
