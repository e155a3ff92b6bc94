"""Files that nobody should be able to hurt us with: bombs, two files in one, damaged and locked ones."""

# ruff: noqa: E501 -- the insides of files, as they stand there

import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.retrieval.made_files import (
    GOOD_PDF,
    LAUGHS,
    WORD_TYPES,
    locked_pdf,
    locked_zip,
    mail,
    nested,
    one_page,
    pdf,
    png,
    sheet_of,
    word,
    zipped,
)

BROKEN, COMPLEX, LOCKED = "document_broken", "document_too_complex", "document_encrypted"
MISMATCH, UNSUPPORTED, NO_TEXT, EMPTY = (
    "document_type_mismatch",
    "unsupported_document_type",
    "document_not_text",
    "document_empty",
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file, and the codes of the refusals that fit it."""

    what: str
    filename: str
    make: Callable[[], bytes]
    codes: frozenset[str]
    is_bomb: bool = False  # takes time or memory until it is stopped


def _lying_sizes() -> bytes:
    data = bytearray(zipped({"a.txt": b"a" * 5000}))
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 10)
    data[22:26] = struct.pack("<I", 10)
    return bytes(data)


def _twice() -> bytes:
    first, second = zipped({"a.txt": b"one"}), zipped({"b.txt": b"two"})
    return first.replace(b"a.txt", b"b.txt") + second


def _case(what: str, filename: str, make: Callable[[], bytes], *codes: str, bomb: bool = False) -> Hostile:
    return Hostile(what, filename, make, frozenset(codes), bomb)


def pdfs() -> Iterator[Hostile]:
    yield _case("a PDF cut in half", "a.pdf", lambda: GOOD_PDF[: len(GOOD_PDF) // 3], BROKEN, EMPTY)
    yield _case("nothing but the first bytes of a PDF", "a.pdf", lambda: b"%PDF-1.7\n", BROKEN)
    yield _case(
        "noise behind a PDF's first bytes", "a.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 99, BROKEN
    )
    yield _case("a PDF with a password", "a.pdf", locked_pdf, LOCKED)
    yield _case("a PDF with an archive at its end", "a.pdf", lambda: GOOD_PDF + zipped({"a": b"b"}), MISMATCH)
    yield _case("a PDF behind a script", "a.pdf", lambda: b"#!/bin/sh\n" + GOOD_PDF, MISMATCH)
    yield _case("an archive called PDF", "a.pdf", lambda: zipped({"a.txt": b"b"}), MISMATCH)
    yield _case("a program called PDF", "a.pdf", lambda: b"MZ\x90\x00" + b"\0" * 99, MISMATCH)
    yield _case("a page called PDF", "a.pdf", lambda: b"<html><body>hello</body></html>", MISMATCH)
    yield _case("an image called PDF", "a.pdf", lambda: png(2, 2, b"\0\0\0" * 2), MISMATCH)
    yield _case("a PDF called text", "a.txt", lambda: GOOD_PDF, NO_TEXT)
    yield _case("a PDF called Word", "a.docx", lambda: GOOD_PDF, MISMATCH)


def damaged_pdfs() -> Iterator[Hostile]:
    yield _case("a PDF without pages", "a.pdf", lambda: pdf(b"<< /Type /Catalog >>"), BROKEN, EMPTY)
    loop = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")
    yield _case("a PDF whose pages contain themselves", "a.pdf", lambda: pdf(*loop), BROKEN, EMPTY)
    many = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 900000 >>")
    yield _case("a PDF that claims 900,000 pages", "a.pdf", lambda: pdf(*many), COMPLEX, BROKEN)
    deep = b"[" * 200_000
    yield _case("a PDF nested without end", "a.pdf", lambda: pdf(deep), BROKEN, COMPLEX, EMPTY)
    yield _case(
        "a PDF that unpacks to spaces",
        "a.pdf",
        lambda: one_page(b" " * 300_000_000),
        COMPLEX,
        EMPTY,
        bomb=True,
    )
    glyphs = b"BT /F 1 Tf " + b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 3_000_000 + b"ET"
    yield _case("a PDF of a hundred million letters", "a.pdf", lambda: one_page(glyphs), COMPLEX, bomb=True)


def packages() -> Iterator[Hostile]:
    yield _case(
        "an archive that unpacks to nothing", "a.zip", lambda: zipped({"a.txt": b"\0" * 5_000_000}), COMPLEX
    )
    yield _case("an archive in an archive, six deep", "a.zip", lambda: nested(6), COMPLEX)
    yield _case("an archive with a password", "a.zip", locked_zip, LOCKED)
    yield _case("an archive cut in half", "a.zip", lambda: zipped({"a.txt": b"a" * 999})[:60], BROKEN)
    yield _case(
        "an archive behind other bytes", "a.zip", lambda: b"GIF89a" + zipped({"a.txt": b"b"}), MISMATCH
    )
    yield _case(
        "an archive before other bytes",
        "a.zip",
        lambda: zipped({"a.txt": b"b"}) + b"%PDF-1.7",
        BROKEN,
        MISMATCH,
    )
    yield _case("two archives in one", "a.zip", _twice, BROKEN, MISMATCH)
    yield _case("an archive that lies about sizes", "a.zip", _lying_sizes, BROKEN, EMPTY)
    yield _case("an archive of programs", "a.zip", lambda: zipped({"a.exe": b"MZ"}), EMPTY)
    yield _case("an empty archive", "a.zip", lambda: zipped({}), MISMATCH, BROKEN)
    yield _case(
        "an archive of thousands of files",
        "a.zip",
        lambda: zipped({f"{n}.txt": b"a" for n in range(4000)}),
        COMPLEX,
    )


def office_files() -> Iterator[Hostile]:
    yield _case("Word called an archive", "a.zip", lambda: word(b"<b/>"), MISMATCH)
    yield _case("an archive called Word", "a.docx", lambda: zipped({"a.txt": b"b"}), MISMATCH)
    yield _case(
        "Word without a document", "a.docx", lambda: zipped({"[Content_Types].xml": WORD_TYPES}), MISMATCH
    )
    yield _case("Word with a broken document", "a.docx", lambda: word(b"<w:document"), BROKEN)
    yield _case(
        "Word of entities in entities",
        "a.docx",
        lambda: word(f"{LAUGHS}<l>&i;</l>".encode()),
        BROKEN,
        COMPLEX,
        EMPTY,
    )
    yield _case("Word called Excel", "a.xlsx", lambda: word(b"<a/>"), MISMATCH)
    yield _case("Excel of entities in entities", "a.xlsx", lambda: sheet_of("", shared=f"{LAUGHS}<l>&i;</l>".encode()), BROKEN, COMPLEX, EMPTY)  # fmt: skip
    wide = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 400))
    yield _case("Excel of empty columns", "a.xlsx", lambda: sheet_of(wide), COMPLEX, bomb=True)
    yield _case("Excel with a broken sheet", "a.xlsx", lambda: sheet_of("<row><c"), BROKEN)
    yield _case(
        "PowerPoint without slides", "a.pptx", lambda: zipped({"ppt/presentation.xml": b"<a/>"}), BROKEN
    )
    yield _case("a locked Word document", "a.docx", lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), LOCKED)  # fmt: skip
    yield _case("an old Word document", "a.docx", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, UNSUPPORTED)


def others() -> Iterator[Hostile]:
    yield _case("noise called text", "a.txt", lambda: bytes(range(256)) * 20, NO_TEXT)
    yield _case("an archive called text", "a.txt", lambda: zipped({"a": b"b"}), NO_TEXT)
    yield _case("JSON nested without end", "a.json", lambda: b"[" * 200_000, NO_TEXT)
    yield _case("noise called HTML", "a.html", lambda: bytes(range(256)) * 20, NO_TEXT)
    yield _case("HTML without a word", "a.html", lambda: b"<div>" * 100_000, EMPTY)
    yield _case("noise called CSV", "a.csv", lambda: bytes(range(128, 256)) * 20, NO_TEXT)
    yield _case("a CSV of one endless cell", "a.csv", lambda: b'"' + b"a" * 500_000, BROKEN)
    yield _case("what is no letter", "a.eml", lambda: b"\n\nhello there", MISMATCH)
    yield _case(
        "a letter with a bomb", "a.eml", lambda: mail(zipped({"a.txt": b"\0" * 5_000_000}), "a.zip"), COMPLEX
    )
    yield _case(
        "an image of ten thousand million dots", "a.png", lambda: png(100_000, 100_000), COMPLEX, BROKEN
    )
    yield _case("an image cut short", "a.png", lambda: png(50, 50, b"\0" * 999)[:60], BROKEN)
    yield _case(
        "an image with an archive at its end",
        "a.png",
        lambda: png(2, 2, b"\0\0\0" * 2) + zipped({"a": b"b"}),
        MISMATCH,
    )
    yield _case("noise called an image", "a.jpg", lambda: b"\xff\xd8\xff" + b"\0" * 200, BROKEN)
    yield _case("a broken TIFF", "a.tif", lambda: b"II*\x00\xff\xff\xff\xff", BROKEN)
    yield _case("a program", "run.exe", lambda: b"MZ" + b"\0" * 99, UNSUPPORTED)
    yield _case("JSON that is none", "a.json", lambda: json.dumps({}).encode()[:1], NO_TEXT)
    yield _case("nothing", "a.pdf", lambda: b"", EMPTY)


FILES = (*pdfs(), *damaged_pdfs(), *packages(), *office_files(), *others())
