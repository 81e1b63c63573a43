import { bufferContent } from '../../src/mail/content.ts';
import { CLEAN_WIRE, type Mail, type RecordedAuthentication } from '../../src/mail/mail.ts';
import type { Habits, Vouching } from './habits.ts';
import type { Random } from './random.ts';

/** A message that somebody sends us, before it is bytes. */
export interface Letter {
  readonly at: number;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly habits: Habits;
  /** Other header fields: List-Id, In-Reply-To and so on. */
  readonly fields?: readonly (readonly [string, string])[];
  readonly file?: { readonly name: string; readonly text: string };
  /** Envelope sender where it is not From. */
  readonly mailFrom?: string;
  /** Domain that signs where it is not that of From; SPF speaks for the envelope sender. */
  readonly authentication?: RecordedAuthentication;
}

const LINE_END = '\r\n';
/** Mail is judged as the receiver saw it: it comes some seconds after it was written. */
const ON_THE_WAY_MS = 4_000;

/** The message as it arrives. Ids, boundaries and Message-IDs come from the seed, too. */
export function deliver(random: Random, letter: Letter): Mail {
  const { from, habits, at } = letter;
  const domain = domainOf(from.address);
  const mailFrom = letter.mailFrom ?? from.address;
  return {
    id: `${new Date(at).toISOString()}-${random.digits(8)}`,
    receivedAt: new Date(at + ON_THE_WAY_MS),
    envelope: {
      clientIp: random.pick(habits.clientIps),
      clientName: null,
      helo: habits.helo,
      mailFrom,
      rcptTo: letter.to,
    },
    content: bufferContent(Buffer.from(source(random, letter, domain).join(LINE_END), 'utf8')),
    wire: CLEAN_WIRE,
    recordedAuthentication:
      letter.authentication ?? recorded(random, habits.vouching, domain, domainOf(mailFrom)),
  };
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** Once in a while the DNS does not answer, and a signature breaks on the way. */
const GLITCH = 0.004;

function recorded(
  random: Random,
  vouching: Vouching,
  domain: string,
  envelopeDomain: string,
): RecordedAuthentication {
  if (random.chance(GLITCH)) {
    return {
      spf: { result: 'temperror', domain: envelopeDomain },
      dkim: [{ result: 'temperror', domain }],
      dmarc: { result: 'temperror', policy: null },
    };
  }
  if (vouching === 'nobody') {
    return {
      spf: { result: 'none', domain: envelopeDomain },
      dkim: [],
      dmarc: { result: 'none', policy: null },
    };
  }
  const spf = { result: 'pass', domain: envelopeDomain };
  if (vouching === 'spf') return { spf, dkim: [], dmarc: { result: 'none', policy: null } };
  return {
    spf: random.chance(GLITCH) ? { result: 'softfail', domain: envelopeDomain } : spf,
    dkim: [{ result: 'pass', domain }],
    dmarc: {
      result: 'pass',
      policy: domain.length % 3 === 0 ? 'reject' : domain.length % 3 === 1 ? 'none' : 'quarantine',
    },
  };
}

function source(random: Random, letter: Letter, domain: string): string[] {
  const { habits, from } = letter;
  const { mailer } = habits;
  const fields: [string, string][] = [
    ['From', `${phrase(from.name)} <${from.address}>`],
    ['To', letter.to.join(', ')],
    ...(habits.replyTo === null ? [] : [['Reply-To', habits.replyTo] as [string, string]]),
    ['Subject', encoded(letter.subject)],
    ['Date', new Date(letter.at).toUTCString().replace('GMT', '+0000')],
    ['Message-ID', `<${random.digits(12)}.${random.digits(6)}@${mailer.idHost ?? domain}>`],
    ...(mailer.header === null ? [] : [[...mailer.header] as [string, string]]),
    ...(letter.fields ?? []).map(([name, value]) => [name, value] as [string, string]),
    ['MIME-Version', '1.0'],
  ];
  const { head, lines } = body(random, letter);
  return [...fields.map(([name, value]) => `${name}: ${value}`), ...head, '', ...lines, ''];
}

interface Part {
  readonly head: readonly string[];
  readonly lines: readonly string[];
}

function body(random: Random, { text, habits, file }: Letter): Part {
  const plain = part('text/plain; charset=utf-8', text.split('\n'));
  const words = habits.mailer.html
    ? multipart(random, 'alternative', [plain, part('text/html; charset=utf-8', html(text))])
    : plain;
  if (file === undefined) return words;
  const bytes =
    Buffer.from(pdf(file.text), 'latin1')
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  const head = [
    'Content-Type: application/pdf',
    `Content-Disposition: attachment; filename="${file.name}"`,
    'Content-Transfer-Encoding: base64',
  ];
  return multipart(random, 'mixed', [words, { head, lines: bytes }]);
}

function part(type: string, lines: readonly string[]): Part {
  return { head: [`Content-Type: ${type}`, 'Content-Transfer-Encoding: 8bit'], lines };
}

function multipart(random: Random, kind: string, parts: readonly Part[]): Part {
  const boundary = `=_${random.digits(20)}`;
  const lines = parts.flatMap(({ head, lines: inner }) => [`--${boundary}`, ...head, '', ...inner]);
  return {
    head: [`Content-Type: multipart/${kind}; boundary="${boundary}"`],
    lines: [...lines, `--${boundary}--`],
  };
}

function html(text: string): string[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const linked = escaped.replace(/https:\/\/\S+/g, (url) => `<a href="${url}">${url}</a>`);
  return [
    '<html><body>',
    ...linked.split('\n\n').map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>\n')}</p>`),
    '</body></html>',
  ].flatMap((chunk) => chunk.split('\n'));
}

/** One page with one line of text; enough for a reader that looks for the text of a PDF. */
function pdf(text: string): string {
  const shown = text.replace(/[()\\]/g, '').replace(/[^\x20-\x7e]/g, '?');
  const stream = `BT /F1 11 Tf 60 760 Td (${shown}) Tj ET`;
  return [
    '%PDF-1.4',
    '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
    '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj',
    `4 0 obj<</Length ${stream.length}>>stream`,
    stream,
    'endstream endobj',
    '5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj',
    'trailer<</Root 1 0 R>>',
    '%%EOF',
  ].join('\n');
}

function phrase(name: string): string {
  return /^[\x20-\x7e]*$/.test(name) ? `"${name}"` : encoded(name);
}

/** RFC 2047: encoded words hold at most 75 characters, so long texts take several. */
function encoded(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words = text.match(/.{1,18}/gsu) ?? [];
  return words.map((word) => `=?utf-8?B?${Buffer.from(word, 'utf8').toString('base64')}?=`).join('\r\n ');
}
