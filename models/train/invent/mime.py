"""Writes a message as bytes: header, body structure, encodings."""

import base64
import quopri
from email.header import Header

from attachments import File
from chance import Chance

CHARSETS = {"ja": ["iso-2022-jp", "utf-8", "utf-8"], "pl": ["iso-8859-2", "utf-8", "utf-8"], "tr": ["iso-8859-9", "utf-8", "utf-8"]}
WESTERN = ["iso-8859-1", "windows-1252", "utf-8", "utf-8", "utf-8", "utf-8"]


def encoded_words(text: str) -> str:
    """A header value with encoded words where it is not ASCII (RFC 2047)."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def address(display: str, mailbox: str) -> str:
    """A display name and an address, quoted where it must be."""
    if not display:
        return mailbox
    if not display.isascii():
        return f"{encoded_words(display)} <{mailbox}>"
    quoted = f'"{display}"' if any(char in display for char in '(),.:;<>@[]|"') else display
    return f"{quoted} <{mailbox}>"


def text_part(chance: Chance, text: str, subtype: str, language: str) -> bytes:
    """A text body with its header, in one of the charsets and encodings that the language sees."""
    charset = chance.choice(CHARSETS.get(language, WESTERN))
    try:
        data = text.replace("\n", "\r\n").encode(charset)
    except UnicodeEncodeError:
        charset, data = "utf-8", text.replace("\n", "\r\n").encode("utf-8")
    long_lines = any(len(line) > 900 for line in data.split(b"\r\n"))
    encodings = {"quoted-printable": 6, "base64": 3}
    if not long_lines:
        encodings["8bit" if any(byte > 127 for byte in data) else "7bit"] = 4
    how = "7bit" if charset == "iso-2022-jp" and not long_lines else chance.pick(encodings)
    if how == "base64":
        data = base64.encodebytes(data).replace(b"\n", b"\r\n")
    elif how == "quoted-printable":
        data = quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    head = f'Content-Type: text/{subtype}; charset="{charset}"\r\nContent-Transfer-Encoding: {how}\r\n\r\n'
    return head.encode() + data


def file_part(file: File) -> bytes:
    """An attachment, or an inline image where it has an identifier."""
    name = file.name if file.name.isascii() else encoded_words(file.name)
    head = f'Content-Type: {file.type}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
    if file.inline_id:
        head += f'Content-ID: <{file.inline_id}>\r\nContent-Disposition: inline; filename="{name}"\r\n'
    else:
        head += f'Content-Disposition: attachment; filename="{name}"\r\n'
    return head.encode() + b"\r\n" + base64.encodebytes(file.content).replace(b"\n", b"\r\n")


def multipart(chance: Chance, subtype: str, parts: list[bytes]) -> bytes:
    """Parts within a boundary such as mailers make."""
    boundary = chance.choice(["----=_Part_{}", "--_NmP-{}-Part_1", "=_{}", "{}", "_000_{}_", "----=_NextPart_000_{}"]).format(chance.hexes(20))
    inner = b"".join(b"--" + boundary.encode() + b"\r\n" + part + (b"" if part.endswith(b"\r\n") else b"\r\n") for part in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode() + inner + b"--" + boundary.encode() + b"--\r\n"


def body(chance: Chance, text: str | None, html: str | None, files: list[File], language: str) -> bytes:
    """The body with its content header: text, HTML or both, inline images related, other files mixed."""
    versions = []
    if text is not None:
        versions.append(text_part(chance, text, "plain", language))
    if html is not None:
        page = text_part(chance, html, "html", language)
        inline = [file_part(file) for file in files if file.inline_id]
        versions.append(multipart(chance, "related", [page, *inline]) if inline else page)
    whole = versions[0] if len(versions) == 1 else multipart(chance, "alternative", versions)
    attached = [file_part(file) for file in files if not file.inline_id]
    return multipart(chance, "mixed", [whole, *attached]) if attached else whole


def message(header: list[tuple[str, str]], content: bytes) -> bytes:
    """The whole message."""
    return "".join(f"{name}: {value}\r\n" for name, value in header).encode() + content
