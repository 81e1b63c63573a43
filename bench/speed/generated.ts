import { randomOf } from './messages.ts';

/**
 * Sizes of bodies in bytes, as quantiles (in steps of a tenth) of the public collections that the models learn from. Between two
 * quantiles a size is drawn on a logarithmic scale.
 */
const SIZE_QUANTILES = [300, 700, 1_050, 1_400, 1_900, 2_500, 3_300, 4_700, 7_500, 14_000, 80_000];
/** Shares of messages that are HTML with an alternative, and that have an attachment. */
const HTML_SHARE = 0.45;
const ATTACHMENT_SHARE = 0.06;
const WORDS =
  'the order will be ready on monday please find attached our notes from the last meeting and let us know whether the dates suit you we have moved the review to the larger room because more people want to come thank you for your patience invoice delivery report garden window river paper kind regards'.split(
    ' ',
  );
const PEOPLE = [
  'Ada Brook',
  'Ben Carver',
  'Clara Dunn',
  'Emil Frost',
  'Greta Holm',
  'Ivo Jansen',
  'Kira Lund',
];

/** Invented mail with the sizes and the structure of real mail. The same seed gives the same messages. */
export function generateMessages(count: number, seed: number): Buffer[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, index) => Buffer.from(message(index, random), 'latin1'));
}

function message(index: number, random: () => number): string {
  const size = drawSize(random);
  const sender = PEOPLE[Math.floor(random() * PEOPLE.length)] ?? 'Ada Brook';
  const local = sender.toLowerCase().replace(' ', '.');
  const domain = `company${Math.floor(random() * 200)}.example`;
  const header = [
    `Received: from mx.${domain} (mx.${domain} [198.51.100.7]) by relay.example.net; Mon, 02 Nov 2026 10:00:00 +0000`,
    `From: ${sender} <${local}@${domain}>`,
    'To: Reader <reader@example.com>',
    `Subject: ${sentence(random, 5)}`,
    'Date: Mon, 02 Nov 2026 10:00:00 +0000',
    `Message-ID: <${index}.${Math.floor(random() * 1e9)}@${domain}>`,
    'MIME-Version: 1.0',
  ];
  const isHtml = random() < HTML_SHARE;
  const part = isHtml ? alternative(size, random, domain) : plain(size, random);
  if (random() >= ATTACHMENT_SHARE) return `${header.join('\n')}\n${part}`;
  const file = Buffer.from(text(size, random)).toString('base64').replace(/.{76}/g, '$&\n');
  return `${header.join('\n')}
Content-Type: multipart/mixed; boundary="outer"

--outer
${part}
--outer
Content-Type: text/plain; name="notes.txt"
Content-Disposition: attachment; filename="notes.txt"
Content-Transfer-Encoding: base64

${file}
--outer--
`;
}

function plain(size: number, random: () => number): string {
  return `Content-Type: text/plain; charset=utf-8\n\n${text(size, random)}`;
}

function alternative(size: number, random: () => number, domain: string): string {
  const words = text(size / 3, random);
  const paragraphs = text(size / 2, random)
    .split('\n')
    .map(
      (line) =>
        `<p style="margin:0">${line} <a href="https://www.${domain}/page/${line.length}">more</a></p>`,
    );
  return `Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset=utf-8

${words}
--inner
Content-Type: text/html; charset=utf-8

<html><body><table><tr><td>${paragraphs.join('\n')}</td></tr></table></body></html>
--inner--
`;
}

function drawSize(random: () => number): number {
  const at = random() * (SIZE_QUANTILES.length - 1);
  const low = SIZE_QUANTILES[Math.floor(at)] ?? 300;
  const high = SIZE_QUANTILES[Math.ceil(at)] ?? low;
  return low * (high / low) ** (at % 1);
}

function text(size: number, random: () => number): string {
  const lines: string[] = [];
  for (let length = 0; length < size; length += (lines.at(-1) ?? '').length + 1)
    lines.push(sentence(random, 11));
  return `${lines.join('\n')}\n`;
}

function sentence(random: () => number, words: number): string {
  return Array.from({ length: words }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
}
