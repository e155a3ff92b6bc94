"""Files made byte by byte, for tests of what reads them."""

# ruff: noqa: E501 -- the insides of files, as they stand there

import base64
import io
import struct
import zipfile
import zlib


def zipped(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return target.getvalue()


def pdf(*objects: bytes, trailer: bytes = b"<< /Root 1 0 R >>") -> bytes:
    """Return a PDF of these objects, numbered from 1."""
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        trailer,
        len(body),
    )


def stream(content: bytes, *, compressed: bool = True) -> bytes:
    packed = zlib.compress(content, 1) if compressed else content
    name = b"/Filter /FlateDecode " if compressed else b""
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (name, len(packed), packed)


def one_page(content: bytes) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf(b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, stream(content), font)


GOOD_PDF = one_page(b"BT /F 12 Tf 72 700 Td (Vacation days: 12 for everybody) Tj ET")
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
WORD_TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)
_WORD_RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    b'officeDocument" Target="word/document.xml"/></Relationships>'
)


def word(document: bytes) -> bytes:
    members = {
        "[Content_Types].xml": WORD_TYPES,
        "_rels/.rels": _WORD_RELATIONS,
        "word/document.xml": document,
    }
    return zipped(members)


def locked_zip() -> bytes:
    data = bytearray(zipped({"a.txt": b"secret words"}))
    data[6] |= 1
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 8] |= 1
    return bytes(data)


def locked_pdf() -> bytes:
    identifier = b"(0123456789abcdef)"
    encryption = b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O (%s) /U (%s) >>" % (
        b"o" * 32,
        b"u" * 32,
    )
    objects = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>", encryption)
    return pdf(*objects, trailer=b"<< /Root 1 0 R /Encrypt 3 0 R /ID [%s %s] >>" % (identifier, identifier))


def png(width: int, height: int, pixels: bytes = b"") -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def nested(depth: int) -> bytes:
    data = zipped({"a.txt": b"words"})
    for _ in range(depth):
        data = zipped({"inner.zip": data})
    return data


def sheet_of(rows: str, *, shared: bytes = b"<sst/>") -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    package = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Override PartName="/xl/workbook.xml" '
            f'ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
            f'ContentType="{kind}.worksheet+xml"/></Types>'.encode(),
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{office}/'
            'officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
            "xl/workbook.xml": f'<workbook xmlns="{main}"><sheets><sheet name="a" sheetId="1" r:id="r" '
            f'xmlns:r="{office}"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode(),
            "xl/sharedStrings.xml": shared,
        }
    )


def mail(body: bytes, filename: str) -> bytes:
    return (
        b"From: a@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: text/plain\n\nwords\n--b\nContent-Type: application/octet-stream\n"
        b'Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="%s"\n\n%s\n--b--\n'
        % (filename.encode(), base64.encodebytes(body))
    )
