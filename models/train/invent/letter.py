"""A message before it is laid out: what it says, in parts that every layout knows."""

from dataclasses import dataclass, field


@dataclass
class Letter:
    """The parts of a message. Which of them a layout shows is the layout's choice."""

    subject: str
    language: str
    greeting: str
    paragraphs: list[str]
    closing: str
    signature: list[str] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    button: tuple[str, str] | None = None
    footer: list[tuple[str, str | None]] = field(default_factory=list)
    preheader: str = ""
    view_online: tuple[str, str] | None = None
    menu: list[tuple[str, str]] = field(default_factory=list)
    tiles: list[tuple[str, str, str]] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    quoted_intro: str = ""
    images: str = ""
    pixel: str = ""
    brand: str = ""
    shown_host: str = ""
    inline_image: bool = False
    picture: bool = False


def plain_text(letter: Letter, width: int) -> str:
    """The message as text: wrapped at the width, or one line a paragraph where the width is 0."""
    from textwrap import fill

    def wrap(text: str) -> str:
        if not width:
            return text
        return "\n".join(fill(line, width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n"))

    parts = [letter.greeting] if letter.greeting else []
    parts += [wrap(text) for text in letter.paragraphs]
    if letter.rows:
        parts.append("\n".join(f"{label}: {value}" for label, value in letter.rows))
    if letter.button:
        parts.append(f"{letter.button[0]}: {letter.button[1]}" if len(letter.button[1]) < 60 else f"{letter.button[0]}\n{letter.button[1]}")
    for title, text, url in letter.tiles:
        parts.append("\n".join(line for line in (title, text, url) if line))
    if letter.closing or letter.signature:
        parts.append("\n".join([letter.closing, *letter.signature]).strip())
    if letter.footer:
        parts.append("\n".join(f"{text}: {url}" if url else text for text, url in letter.footer))
    if letter.quoted:
        parts.append("\n".join([letter.quoted_intro, *(f"> {wrap(line)}".replace("\n", "\n> ") for line in letter.quoted)]))
    return "\n\n".join(parts) + "\n"
