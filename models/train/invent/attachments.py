"""Small harmless attachments: PDF, calendar, office-like, images, and archives with the names that attackers use."""

import base64
import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from chance import Chance
from letter import Letter

# Fixed, so that the same seed gives the same bytes (the earliest time that ZIP knows).
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class File:
    """An attached file."""

    name: str
    type: str
    content: bytes
    inline_id: str = ""


def pdf(chance: Chance, name: str, lines: list[str], link: str = "") -> File:
    """A PDF of one page with these lines, and a link over the page where there is one."""
    drawn = "".join(f"({line.encode('latin-1', 'replace').decode('latin-1').translate({40: 91, 41: 93, 92: 47})}) Tj 0 -16 Td " for line in lines)
    stream = f"BT /F1 11 Tf 60 780 Td {drawn} ET".encode("latin-1")
    packed = chance.maybe(0.6)
    data = zlib.compress(stream) if packed else stream
    annotations = "/Annots [6 0 R]" if link else ""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> {annotations} >>".encode(),
        f"<< /Length {len(data)} {'/Filter /FlateDecode ' if packed else ''}>>\nstream\n".encode() + data + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    if link:
        objects.append(f"<< /Type /Annot /Subtype /Link /Rect [50 400 550 800] /A << /S /URI /URI ({link}) >> >>".encode())
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return File(name, "application/pdf", out + end.encode())


def png(chance: Chance, name: str, inline_id: str = "") -> File:
    """A small image of one colour."""
    wide, high = chance.randint(20, 120), chance.randint(10, 60)
    line = b"\0" + bytes([chance.randrange(256), chance.randrange(256), chance.randrange(256)]) * wide
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(line * high)), (b"IEND", b"")]
    packed = b"".join(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)
    return File(name, "image/png", b"\x89PNG\r\n\x1a\n" + packed, inline_id)


def archive(name: str, members: dict[str, bytes], kind: str = "application/zip") -> File:
    """A ZIP archive with these files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as box:
        for member, content in members.items():
            box.writestr(zipfile.ZipInfo(member, ZIP_TIME), content)
    return File(name, kind, held.getvalue())


def office(name: str, words: str) -> File:
    """A text document as word processors save it."""
    body = f'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>'
    types = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
    return archive(name, {"[Content_Types].xml": types.encode(), "word/document.xml": body.encode()}, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")


def calendar(chance: Chance, letter: Letter, organiser: str) -> File:
    """An invitation."""
    day = f"2026{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VEVENT", f"UID:{chance.hexes(24)}", f"DTSTART:{day}T{chance.randint(8, 15):02d}0000Z", f"DTEND:{day}T160000Z", f"SUMMARY:{letter.subject}", f"ORGANIZER:mailto:{organiser}", "END:VEVENT", "END:VCALENDAR"]
    return File("invite.ics", "text/calendar; method=REQUEST", "\r\n".join(lines).encode())


def login_page(chance: Chance, name: str, brand: str, target: str) -> File:
    """An HTML file that asks for a password: as a form, or built by script. It sends nothing: the host does not exist."""
    form = f'<html><body><h2>{brand}</h2><form action="{target}" method="post"><input name="email"><input type="password" name="p"><button>OK</button></form></body></html>'
    if chance.maybe(0.4):
        packed = base64.b64encode(form.encode()).decode()
        form = f'<html><body><script>document.write(atob("{packed}"))</script></body></html>'
    return File(name, "text/html", form.encode())


def dropper(chance: Chance, stem: str) -> File:
    """What carries programs: the names are those of attacks, the content does nothing."""
    nothing = b"// " + chance.hexes(200).encode()
    inner = stem + chance.choice([".js", ".exe", ".vbs", ".pdf.exe", ".lnk", ".scr", ".hta", ".pdf.js", ".bat", ".wsf"])
    program = b"MZ" + bytes(chance.randrange(256) for _ in range(300)) if inner.endswith((".exe", ".scr")) else nothing
    shape = chance.pick({"zip": 5, "raw": 2, "iso": 2, "smuggling": 2, "rar": 1})
    if shape == "zip":
        return archive(f"{stem}.zip", {inner: program})
    if shape == "raw":
        return File(inner, "application/octet-stream", program)
    if shape == "iso":
        return File(stem + chance.choice([".iso", ".img"]), "application/octet-stream", bytes(32769) + b"CD001\x01" + bytes(2000))
    if shape == "rar":
        return File(stem + ".rar", "application/x-rar", b"Rar!\x1a\x07\x01\x00" + program)
    packed = base64.b64encode(program).decode()
    page = f'<html><script>var d=atob("{packed}");var b=new Blob([d]);var a=document.createElement("a");a.href=URL.createObjectURL(b);a.download="{stem}.zip";a.click()</script></html>'
    return File(f"{stem}.html", "text/html", page.encode())
