import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { storedZip, type ZipEntry } from './zip.ts';

/** A hostile message of one kind, in pieces, so that making it needs next to no memory. */
export interface HostileCase {
  /** Begins with the id of the case in the list of hostile inputs. */
  readonly name: string;
  readonly pieces: () => Iterable<Buffer | string>;
}

const KIB = 1024;
const MIB = 1024 * KIB;

const ADDRESSED = 'From: Ada Example <ada@example.com>\r\nTo: bob@example.org\r\nSubject: Hello\r\n';
const MIXED = `${ADDRESSED}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n`;

function* repeated(piece: string, times: number): Iterable<string> {
  const batch = Math.max(1, Math.floor((64 * KIB) / Math.max(1, piece.length)));
  for (let left = times; left > 0; left -= batch) yield piece.repeat(Math.min(batch, left));
}

function* numbered(times: number, piece: (at: number) => string): Iterable<string> {
  for (let at = 0; at < times; at++) yield piece(at);
}

function* message(fields: string, body: Iterable<string | Buffer>): Iterable<string | Buffer> {
  yield `${ADDRESSED}${fields}\r\n\r\n`;
  yield* body;
}

/** `bytes` bytes of `unit`, over and over. */
const body = (unit: string, bytes: number) => repeated(unit, Math.floor(bytes / unit.length));

function* base64(bytes: Iterable<Buffer>): Iterable<string> {
  for (const piece of bytes) yield `${piece.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`;
}

function* attached(type: string, name: string, bytes: Buffer): Iterable<string> {
  yield `${MIXED}--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
  // Whole lines of 57 bytes, so that no padding stands in the middle.
  const step = 57 * KIB;
  for (let at = 0; at < bytes.length; at += step) yield* base64([bytes.subarray(at, at + step)]);
  yield '\r\n--b--\r\n';
}

const html = (unit: string, bytes: number) => () =>
  message('MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8', body(unit, bytes));
const plain = (unit: string, bytes: number) => () => message('X-Kind: text', body(unit, bytes));
const encoded = (encoding: string, unit: string, bytes: number) => () =>
  message(
    `Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: ${encoding}`,
    body(unit, bytes),
  );
const field = (name: string, unit: string, bytes: number) => () =>
  message(`${name}: ${unit.repeat(Math.floor(bytes / unit.length))}`, ['x']);

const zeros = (bytes: number) => Buffer.alloc(bytes);
const deflated = (name: string, content: Buffer): ZipEntry => ({
  name,
  method: 8,
  data: deflateRawSync(content, { level: 9 }),
});
const stored = (name: string, data: Buffer): ZipEntry => ({ name, method: 0, data });

function pdf(streams: number, dictionary: string, data: Buffer): Buffer {
  const one = Buffer.concat([
    Buffer.from(`1 0 obj\n<<${dictionary}/Length ${data.length}>>\nstream\n`),
    data,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
  return Buffer.concat([Buffer.from('%PDF-1.4\n'), ...Array.from({ length: streams }, () => one)]);
}

function zipInZip(): Buffer {
  const innermost = storedZip([deflated('zeros.bin', zeros(64 * MIB))]);
  const middle = storedZip(Array.from({ length: 16 }, (_, at) => deflated(`${at}.zip`, innermost)));
  return storedZip(Array.from({ length: 16 }, (_, at) => deflated(`${at}.zip`, middle)));
}

const OLE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);

function nestedInBase64(levels: number): Buffer {
  let inner = Buffer.from(`${ADDRESSED}\r\n${'x'.repeat(MIB)}`);
  for (let level = 0; level < levels; level++) {
    const head = `${ADDRESSED}Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
    inner = Buffer.from(head + inner.toString('base64').replace(/.{76}/g, '$&\r\n'));
  }
  return inner;
}

const IMAGE = '/Type/XObject/Subtype/Image/Width 1600/Height 1400/BitsPerComponent 8/Filter/FlateDecode';
const LINE = 'aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVs\r\n';

/** Messages made to cost much: one for each way that we know of. */
export const CASES: readonly HostileCase[] = [
  { name: 'P1 1.4 million sibling parts', pieces: () => [MIXED, ...repeated('--b\r\n\r\n', 1_400_000)] },
  {
    name: 'P1 500 files of a kilobyte, and a million more',
    pieces: () => [
      MIXED,
      ...repeated(`--b\r\nContent-Type: application/x\r\n\r\n${'x'.repeat(KIB)}\r\n`, 35_000),
    ],
  },
  {
    name: 'P1 490 texts of 80 KB',
    pieces: () => [MIXED, ...repeated(`--b\r\n\r\n${'some words \r\n'.repeat(6_000)}\r\n`, 490)],
  },
  {
    name: 'P1 199 files of 120 KB',
    pieces: () => [
      MIXED,
      ...repeated(`--b\r\nContent-Type: image/png\r\n\r\n${'\x89PNG\n'.repeat(24_000)}\r\n`, 199),
    ],
  },
  {
    name: 'P2 100,000 nested multiparts',
    pieces: () =>
      numbered(100_000, (at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`),
  },
  {
    name: 'P2 100,000 nested multiparts of one boundary',
    pieces: () => repeated('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n', 100_000),
  },
  {
    name: 'P3 100,000 messages within messages',
    pieces: () => repeated('Content-Type: message/rfc822\r\n\r\n', 100_000),
  },
  { name: 'P3 messages in base64, 11 deep', pieces: () => [nestedInBase64(11)] },
  {
    name: 'P4 100,000 header fields',
    pieces: () => message(`${'X-A: b\r\n'.repeat(100_000)}X-B: c`, ['x']),
  },
  { name: 'P4 64 KB of recipients', pieces: field('To', '"A, b" <a@example.com>, ', 64 * KIB) },
  { name: 'P4 one field of 60 MB', pieces: () => ['X-A: ', ...repeated('b'.repeat(64), MIB), '\r\n\r\nx'] },
  { name: 'P4 a header block of 30 MB of colons', pieces: () => repeated(':\r\n', 10_000_000) },
  {
    name: 'P5 10 MB of lines of dashes',
    pieces: () => [MIXED, ...repeated('--\r\n', (10 * MIB) / 4)],
  },
  { name: 'P5 30 MB of empty lines in a multipart', pieces: () => [MIXED, ...repeated('\r\n', 15 * MIB)] },
  {
    name: 'P5 40 MB of lines that begin as a boundary does',
    pieces: () => [MIXED, ...repeated(`--b${'x'.repeat(900)}\r\n`, 45_000)],
  },
  { name: 'P6 40 MB of base64', pieces: encoded('base64', LINE, 39 * MIB) },
  { name: 'P6 40 MB of base64 with junk', pieces: encoded('base64', `-${LINE}`, 39 * MIB) },
  { name: 'P6 40 MB of padded base64', pieces: encoded('base64', 'QQ==', 39 * MIB) },
  { name: 'P6 40 MB of quoted-printable', pieces: encoded('quoted-printable', '=41', 39 * MIB) },
  { name: 'P6 40 MB of 8-bit file', pieces: encoded('binary', 'x'.repeat(64), 39 * MIB) },
  {
    name: 'P6 40 MB of base64 text',
    pieces: () =>
      message('Content-Type: text/html\r\nContent-Transfer-Encoding: base64', body(LINE, 39 * MIB)),
  },
  {
    name: 'P7 40 MB of UTF-7',
    pieces: () => message('Content-Type: text/plain; charset=utf-7', body('+AGE-', 39 * MIB)),
  },
  {
    name: 'P7 40 MB of ISO-2022 shifts',
    pieces: () => message('Content-Type: text/plain; charset=iso-2022-jp', body('\x1b$B\x1b(B', 39 * MIB)),
  },
  { name: 'P8 64 KB of nested comments in From', pieces: field('From', '(', 64 * KIB) },
  { name: 'P8 64 KB of groups in From', pieces: field('From', 'g: a@example.com;', 64 * KIB) },
  { name: 'P8 16 KB of encoded words in From', pieces: field('From', '=?utf-8?q?a?= ', 16 * KIB) },
  {
    name: 'P8 2,000 From fields',
    pieces: () => message('From: "x" <a@example.com>, (c) b@example.com\r\n'.repeat(2_000).trimEnd(), ['x']),
  },
  { name: 'P9 a megabyte of links', pieces: plain('http://a.example/? ', MIB) },
  {
    name: 'P9 50,000 different links',
    pieces: () =>
      message(
        'X-Kind: text',
        numbered(50_000, (at) => `http://h${at}.example/a?b=${at}\r\n`),
      ),
  },
  {
    name: 'P9 a megabyte of brackets behind a link',
    pieces: plain(`http://a.example/${')'.repeat(8_000)} `, MIB),
  },
  { name: 'P9 a megabyte of www.', pieces: plain('www.', MIB) },
  { name: 'P9 a megabyte of digits', pieces: plain('1 (2) 3-4.', MIB) },
  { name: 'P9 a megabyte of @', pieces: plain('a@', MIB) },
  { name: 'P9 40 MB of blanks', pieces: plain(`${' '.repeat(1_000)}\r\n`, 39 * MIB) },
  { name: 'P9 40 MB of empty lines', pieces: plain('\r\n', 39 * MIB) },
  { name: 'P9 40 MB of combining marks', pieces: plain('a\u0301\u0302\u0303', 39 * MIB) },
  {
    name: 'P11 zip bomb',
    pieces: () => attached('application/zip', 'a.zip', storedZip([deflated('a.html', zeros(256 * MIB))])),
  },
  {
    name: 'P11 zip of 65,535 bombs',
    pieces: () => {
      const entry = deflated('a.html', zeros(64 * KIB));
      return attached(
        'application/zip',
        'a.zip',
        storedZip(Array.from({ length: 65_535 }, (_, at) => ({ ...entry, name: `${at}.html` }))),
      );
    },
  },
  { name: 'P11 zip in zip in zip', pieces: () => attached('application/zip', 'a.zip', zipInZip()) },
  {
    name: 'P11 zip of 25 MB stored',
    pieces: () => attached('application/zip', 'a.zip', storedZip([stored('a.bin', zeros(25 * MIB))])),
  },
  {
    name: 'P11 damaged zip of 20 MB of P',
    pieces: () => attached('application/zip', 'a.zip', Buffer.from(`PK\x03\x04${'P'.repeat(20 * MIB)}`)),
  },
  {
    name: 'P11 OLE file of 20 MB of half a name',
    pieces: () =>
      attached(
        'application/msword',
        'a.doc',
        Buffer.concat([OLE, Buffer.from('_VBA_PROJEC_VBA_PROJEC'.repeat(500_000), 'utf16le')]),
      ),
  },
  {
    name: 'P11 gzip bomb',
    pieces: () => attached('application/gzip', 'a.gz', gzipSync(zeros(256 * MIB), { level: 9 })),
  },
  {
    name: 'P11 PDF of 200 bombs',
    pieces: () =>
      attached(
        'application/pdf',
        'a.pdf',
        pdf(200, '/Type/ObjStm/Filter/FlateDecode', deflateSync(zeros(16 * MIB), { level: 9 })),
      ),
  },
  {
    name: 'P11 PDF of 12 MB of slashes, packed',
    pieces: () => {
      const slashes = deflateSync(Buffer.alloc(2 * MIB, '/'), { level: 9 });
      return attached('application/pdf', 'a.pdf', pdf(200, '/Type/ObjStm/Filter/FlateDecode', slashes));
    },
  },
  {
    name: 'P11 PDF of 5,000 streams',
    pieces: () =>
      attached('application/pdf', 'a.pdf', pdf(5_000, '/Type/ObjStm', Buffer.from('/URI(a)'.repeat(200)))),
  },
  {
    name: 'P11 PDF of 20 page images',
    pieces: () =>
      attached('application/pdf', 'a.pdf', pdf(20, IMAGE, deflateSync(zeros(1600 * 1400), { level: 9 }))),
  },
  {
    name: 'P11 PDF of 8 MB of open strings',
    pieces: () => attached('application/pdf', 'a.pdf', Buffer.from(`%PDF-1.4\n${'/URI('.repeat(1_600_000)}`)),
  },
  { name: 'P12 a million nested tags', pieces: html('<div>', 5_000_000) },
  { name: 'P12 a million open and other end tags', pieces: html('<b></i>', 7_000_000) },
  { name: 'P12 a megabyte of attributes', pieces: html('<a href=x a=b c=d e=f style="color:red">', MIB) },
  { name: 'P12 a megabyte of one tag', pieces: html('<a x="', MIB) },
  { name: 'P12 a megabyte of character references', pieces: html('&#8203;', MIB) },
  { name: 'P12 a megabyte of style sheets', pieces: html('<style>p{color:red}</style>', MIB) },
  { name: 'P12 a megabyte of open comments in style', pieces: html('<style>/*', MIB) },
  { name: 'P12 a megabyte of titles', pieces: html('<title>', MIB) },
  {
    name: 'P12 a megabyte of invisible characters in links',
    pieces: html('<a href="//a.example">a\u200b', MIB),
  },
];
