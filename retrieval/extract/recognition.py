"""Text recognition by Tesseract, where it is installed with Hebrew (Debian: tesseract-ocr
tesseract-ocr-heb).
"""

import os
import shutil
import subprocess
from functools import cache

from retrieval.errors import DocumentTooComplexError

SECONDS_A_PAGE = 120
_LANGUAGES = ("heb", "eng")
# One thread for each process: the pages of one document shall not take all processors.
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "PATH": os.defpath}


@cache
def is_installed() -> bool:
    """Tell whether Tesseract is there and knows Hebrew."""
    return "heb" in _languages()


@cache
def _languages() -> frozenset[str]:
    program = shutil.which("tesseract")
    if program is None:
        return frozenset()
    command = [program, "--list-langs"]
    listed = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    return frozenset(listed.stdout.split())


def read_image(image: bytes) -> str:
    """Return the text in a PNG, JPEG, TIFF or PNM image; raise DocumentTooComplexError when it takes too
    long.

    An image that Tesseract cannot open has no text.
    """
    program = shutil.which("tesseract") or "tesseract"
    languages = "+".join(each for each in _LANGUAGES if each in _languages())
    try:
        done = subprocess.run(  # noqa: S603  a list we wrote; the image goes through a pipe
            [program, "stdin", "stdout", "-l", languages, "--psm", "3"],
            input=image,
            capture_output=True,
            timeout=SECONDS_A_PAGE,
            check=False,
            env=_ENVIRONMENT,
        )
    except subprocess.TimeoutExpired:
        raise DocumentTooComplexError from None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def read_bitmap(width: int, height: int, stride: int, pixels: object) -> str:
    """Return the text in a picture of one byte for each dot, in rows of `stride` bytes."""
    raw = bytes(pixels)  # type: ignore[call-overload]
    rows = b"".join(raw[row * stride : row * stride + width] for row in range(height))
    return read_image(b"P5 %d %d 255\n" % (width, height) + rows)
