"""HTML layouts of bulk mail and notices. Legitimate and hostile mail draw from the same ones, as attackers copy real mail."""

from html import escape

from chance import Chance
from letter import Letter

FONTS = ["Arial, Helvetica, sans-serif", "'Helvetica Neue', Helvetica, Arial, sans-serif", "Verdana, Geneva, sans-serif", "Georgia, serif", "'Segoe UI', Tahoma, sans-serif", "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, sans-serif"]
HIDDEN = [
    'display:none;max-height:0;overflow:hidden;mso-hide:all',
    'display:none!important;visibility:hidden;opacity:0;color:transparent;height:0;width:0',
    'display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;max-width:0px;opacity:0;overflow:hidden',
]


class Shell:
    """One layout with the colours and fonts of one sender."""

    def __init__(self, chance: Chance, letter: Letter):
        self.chance, self.letter = chance, letter
        self.font = chance.choice(FONTS)
        self.ink = chance.choice(["#333333", "#222", "#1a1a1a", "#444444", "#202124", "#000000", "#3c4043"])
        self.colour = "#" + "".join(chance.choice("0123456789abc") for _ in range(6))
        self.width = chance.choice([560, 580, 600, 600, 600, 620, 640, 680])
        self.round = chance.choice([0, 3, 4, 6, 8, 24])
        self.size = chance.choice([13, 14, 15, 16, 16])

    def page(self) -> str:
        """The whole document."""
        body = self.chance.choice([self.card, self.card, self.plain, self.columns, self.banner])()
        css = f"<style type=\"text/css\">body{{margin:0;padding:0}}a{{color:{self.colour}}}@media only screen and (max-width:{self.width}px){{.w{{width:100%!important}}}}</style>" if self.chance.maybe(0.7) else ""
        return f"<!DOCTYPE html><html lang=\"{self.letter.language}\"><head><meta charset=\"utf-8\"><title>{escape(self.letter.subject)}</title>{css}</head><body style=\"margin:0;background:{self.chance.choice(['#ffffff', '#f4f4f4', '#f6f9fc', '#eeeeee'])}\">{self.preheader()}{body}{self.pixel()}</body></html>"

    def preheader(self) -> str:
        if not self.letter.preheader:
            return ""
        filler = "&#847;&zwnj;&nbsp;" * self.chance.randint(10, 60) if self.chance.maybe(0.45) else ""
        return f'<div style="{self.chance.choice(HIDDEN)}">{escape(self.letter.preheader)}{filler}</div>'

    def pixel(self) -> str:
        return f'<img src="{escape(self.letter.pixel)}" width="1" height="1" alt="" style="{self.chance.choice(["display:block", "border:0", "display:none"])}">' if self.letter.pixel else ""

    def image(self, name: str, wide: int, alt: str) -> str:
        source = f"https://{self.letter.images}/{self.chance.choice(['img', 'assets', 'media', 'email/2026', 'i'])}/{name}{self.chance.choice(['', '-' + self.chance.hexes(6)])}.{self.chance.choice(['png', 'jpg', 'gif'])}"
        return f'<img src="{source}" width="{wide}" alt="{escape(alt)}" style="display:block;border:0">'

    def logo(self) -> str:
        if self.letter.images and self.chance.maybe(0.72):
            return self.image("logo", self.chance.randint(90, 220), self.letter.brand)
        return f'<span style="font-size:{self.chance.randint(18, 28)}px;font-weight:bold;color:{self.colour}">{escape(self.letter.brand)}</span>'

    def text(self) -> str:
        if self.letter.picture and self.letter.button:
            return f'<a href="{escape(self.letter.button[1])}">{self.image("mail", self.width, self.letter.subject if self.chance.maybe(0.5) else "")}</a>'
        style = f"font-family:{self.font};font-size:{self.size}px;line-height:{self.chance.choice(['1.4', '1.5', '150%', '24px'])};color:{self.ink};margin:0 0 16px"
        paragraphs = ([self.letter.greeting] if self.letter.greeting else []) + self.letter.paragraphs
        parts = [f'<p style="{style}">{escape(text)}</p>' for text in paragraphs]
        if self.letter.rows:
            parts.append(self.rows())
        if self.letter.button:
            parts.insert(self.chance.randint(max(1, len(parts) - 2), len(parts)), self.button())
        if self.letter.closing:
            parts.append(f'<p style="{style}">{"<br>".join(escape(line) for line in [self.letter.closing, *self.letter.signature])}</p>')
        return "".join(parts)

    def rows(self) -> str:
        cells = "".join(f'<tr><td style="padding:6px 12px 6px 0;color:#777;font-family:{self.font}">{escape(label)}</td><td style="padding:6px 0;font-family:{self.font}"><b>{escape(value)}</b></td></tr>' for label, value in self.letter.rows)
        return f'<table role="presentation" cellspacing="0" style="margin:0 0 16px;font-size:{self.size}px">{cells}</table>'

    def button(self) -> str:
        label, url = self.letter.button or ("", "")
        shape = self.chance.randrange(4)
        if shape == 0:
            return f'<p><a href="{escape(url)}" style="color:{self.colour};font-family:{self.font}">{escape(label)}</a></p>'
        if shape == 1 and self.letter.shown_host:
            return f'<p style="font-family:{self.font}">{escape(label)}: <a href="{escape(url)}">https://{escape(self.letter.shown_host)}</a></p>' if self.chance.maybe(0.35) else f'<p><a href="{escape(url)}">{escape(label)}</a></p>'
        return f'<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 20px"><tr><td bgcolor="{self.colour}" style="border-radius:{self.round}px"><a href="{escape(url)}" target="_blank" style="display:inline-block;padding:12px 28px;color:#fff;text-decoration:none;font-family:{self.font};font-weight:bold">{escape(label)}</a></td></tr></table>'

    def footer(self) -> str:
        lines = [f'<a href="{escape(url)}" style="color:#888">{escape(text)}</a>' if url else escape(text) for text, url in self.letter.footer]
        joined = self.chance.choice([" | ", "<br>", " &middot; ", "<br><br>"]).join(lines)
        return f'<div style="font-family:{self.font};font-size:{self.chance.choice([10, 11, 12])}px;color:#888888;padding:20px">{joined}</div>' if lines else ""

    def view(self) -> str:
        if not self.letter.view_online:
            return ""
        label, url = self.letter.view_online
        return f'<div style="text-align:{self.chance.choice(["center", "right"])};font-size:11px;font-family:{self.font}"><a href="{escape(url)}" style="color:#999">{escape(label)}</a></div>'

    def menu(self) -> str:
        return "&nbsp;&nbsp;".join(f'<a href="{escape(url)}" style="color:{self.ink};font-family:{self.font}">{escape(label)}</a>' for label, url in self.letter.menu)

    def tiles(self) -> str:
        cells = [f'<td width="50%" valign="top" style="padding:10px"><a href="{escape(url)}">{self.image("p" + self.chance.digits(4), 260, title) if self.letter.images else ""}</a><p style="font-family:{self.font}"><b>{escape(title)}</b><br>{escape(text)}</p></td>' for title, text, url in self.letter.tiles]
        lines = ["<tr>" + "".join(cells[index : index + 2]) + "</tr>" for index in range(0, len(cells), 2)]
        return f'<table role="presentation" width="100%">{"".join(lines)}</table>' if cells else ""

    def card(self) -> str:
        return f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 8px">{self.view()}<table role="presentation" class="w" width="{self.width}" style="background:#fff;border-radius:{self.round}px"><tr><td style="padding:24px 32px">{self.logo()}{self.menu()}</td></tr><tr><td style="padding:8px 32px 24px">{self.text()}</td></tr><tr><td>{self.tiles()}</td></tr></table>{self.footer()}</td></tr></table>'

    def plain(self) -> str:
        return f'<div style="max-width:{self.width}px;padding:16px">{self.text()}{self.tiles()}<hr style="border:0;border-top:1px solid #ddd">{self.footer()}</div>'

    def columns(self) -> str:
        hero = self.image("hero", self.width, self.letter.subject) if self.letter.images and self.letter.tiles else ""
        return f'<center>{self.view()}<table class="w" width="{self.width}" cellpadding="0" cellspacing="0" bgcolor="#ffffff"><tr><td align="center" style="padding:18px">{self.logo()}</td></tr><tr><td align="center">{self.menu()}</td></tr><tr><td>{hero}</td></tr><tr><td style="padding:20px">{self.text()}</td></tr><tr><td>{self.tiles()}</td></tr><tr><td align="center">{self.footer()}</td></tr></table></center>'

    def banner(self) -> str:
        return f'<table width="100%" cellpadding="0" cellspacing="0"><tr><td bgcolor="{self.colour}" style="padding:20px;color:#fff;font-family:{self.font};font-size:22px">{escape(self.letter.brand)}</td></tr><tr><td style="padding:24px">{self.text()}{self.tiles()}</td></tr><tr><td bgcolor="#f0f0f0">{self.footer()}</td></tr></table>'


def letter_page(chance: Chance, letter: Letter) -> str:
    """The HTML that a person's mail program writes: paragraphs, a signature, the quoted message."""
    block = chance.choice(["<div>{}</div><div><br></div>", '<p class="MsoNormal">{}</p>', "<p>{}</p>", '<div dir="ltr">{}</div><br>'])
    parts = ([letter.greeting] if letter.greeting else []) + letter.paragraphs
    body = [block.format(escape(text).replace("\n", "<br>")) for text in parts]
    if letter.rows:
        body.append("<table>" + "".join(f"<tr><td>{escape(label)}</td><td>{escape(value)}</td></tr>" for label, value in letter.rows) + "</table>")
    if letter.button:
        label, url = letter.button
        body.append(block.format(f'<a href="{escape(url)}">{escape(url if chance.maybe(0.5) and len(url) < 90 else label)}</a>'))
    sign = "<br>".join(escape(line) for line in [letter.closing, *letter.signature] if line)
    if letter.inline_image:
        sign += '<br><img src="cid:logo@sig" alt="" width="140">'
    body.append(block.format(sign))
    if letter.quoted:
        quote = "<br>".join(escape(line) for line in letter.quoted)
        body.append(chance.choice(['<div class="gmail_quote">{0}<blockquote style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">{1}</blockquote></div>', '<div style="border-top:solid #E1E1E1 1.0pt;padding:3pt 0 0 0">{0}</div><div>{1}</div>']).format(escape(letter.quoted_intro), quote))
    if letter.footer:
        body.append('<p style="font-size:10px;color:gray">' + "<br>".join(f'<a href="{escape(url)}">{escape(text)}</a>' if url else escape(text) for text, url in letter.footer) + "</p>")
    font = chance.choice(["Calibri, sans-serif", "Arial, sans-serif", "Aptos, sans-serif", "Helvetica", "Times New Roman"])
    return f'<html><body style="font-family:{font};font-size:11pt">{"".join(body)}</body></html>'
