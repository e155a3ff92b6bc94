"""Images of text: photographs and scans that are no PDF."""

import io
import warnings

from PIL import Image

from retrieval.errors import DocumentBrokenError, DocumentTooComplexError, RecognitionMissingError
from retrieval.extract import recognition
from retrieval.extract.kinds import Kind
from retrieval.extract.plain import clean
from retrieval.extract.types import Extracted, paged

MOST_DOTS = 50_000_000
MOST_FRAMES = 50
_FORMATS = {Kind.PNG: "PNG", Kind.JPEG: "JPEG", Kind.TIFF: "TIFF"}


def read_picture(data: bytes, kind: Kind) -> Extracted:
    """Return the recognised text, a page for each frame; without Tesseract only the concern that it is
    missing.

    Raises DocumentBrokenError, and DocumentTooComplexError for an image that no scanner makes.
    """
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as image:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            frames = getattr(image, "n_frames", 1)
            if image.width * image.height > MOST_DOTS or frames > MOST_FRAMES:
                raise DocumentTooComplexError
            if not recognition.is_installed():
                image.load()
                return Extracted("", mime=kind, concern=RecognitionMissingError.code)
            texts = [_frame(image, number) for number in range(frames)]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DocumentBrokenError from error
    text, starts = paged(texts)
    return Extracted(text, mime=kind, pages=starts if len(texts) > 1 else ())


def _frame(image: Image.Image, number: int) -> str:
    image.seek(number)
    if image.width * image.height > MOST_DOTS:
        raise DocumentTooComplexError
    grey = image.convert("L")
    return clean(recognition.read_bitmap(grey.width, grey.height, grey.width, grey.tobytes()))
