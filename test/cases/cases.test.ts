import { readdirSync } from 'node:fs';
import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { type Case, DEMO_CASES, readCases } from './cases.ts';

const cases = readCases();
const CATEGORIES = {
  credential_phishing: 4,
  bec: 3,
  invoice_fraud: 3,
  callback_phishing: 2,
  extortion: 2,
  scam: 3,
  malware: 3,
  spam: 3,
  none: 12,
};
/** RFC 2606, RFC 6761: names that nobody can own. */
const RESERVED = /(^|\.)(example|test|invalid|localhost|example\.(com|net|org))$/i;
/** Named by every XHTML document type; nobody fetches it. */
const XHTML_DTD_HOST = 'www.w3.org';

describe('bundled cases', () => {
  it('has every category as often as planned', () => {
    const counts: Record<string, number> = {};
    for (const { sidecar } of cases)
      counts[sidecar.expect.category] = (counts[sidecar.expect.category] ?? 0) + 1;
    expect(counts).toEqual(CATEGORIES);
  });

  it('has a sidecar for every message and no other file', () => {
    const expected = cases.flatMap(({ name }) => [`${name}.eml`, `${name}.json`]).sort();
    expect(readdirSync(DEMO_CASES).sort()).toEqual(expected);
  });

  it('numbers the cases without a gap', () => {
    expect(cases.map(({ name }) => Number(name.slice(0, 2)))).toEqual(cases.map((_, index) => index + 1));
  });

  it('has one message that is too large to stay in memory', () => {
    expect(cases.filter(({ raw }) => raw.length > 262_144)).toHaveLength(1);
  });
});

describe.each(cases.map((each): [string, Case] => [each.name, each]))('%s', (_name, { raw, sidecar }) => {
  const text = raw.toString('latin1');

  it('has CRLF line ends only, and the last line has one', () => {
    expect(text).not.toMatch(/[^\r]\n|\r[^\n]|^\n/);
    expect(text.endsWith('\r\n')).toBe(true);
  });

  it('keeps to the line length of RFC 5322 section 2.1.1', () => {
    expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  it('has the headers that every message has, once', () => {
    const header = text.slice(0, text.indexOf('\r\n\r\n'));
    for (const name of ['From', 'Date', 'Subject', 'MIME-Version'])
      expect(header.match(new RegExp(`^${name}:`, 'gim')), name).toHaveLength(1);
  });

  it('says unwanted for every category but none', () => {
    expect(sidecar.expect.unwanted).toBe(sidecar.expect.category !== 'none');
  });

  it('was received within a day of its date', async () => {
    const { date } = await simpleParser(raw);
    const hours = Math.abs((date?.getTime() ?? Number.NaN) - Date.parse(sidecar.date)) / 3_600_000;
    expect(hours).toBeLessThan(24);
  });

  it('names reserved domains only', async () => {
    const parsed = await simpleParser(raw);
    const seen = [text.slice(0, text.indexOf('\r\n\r\n')), parsed.text ?? '', parsed.html || '']
      .join('\n')
      .replaceAll(/^(dkim-signature|message-id|x-[a-z-]+): .*(\r\n[ \t].*)*/gim, '');
    const hosts = [...seen.matchAll(/(?:@|:\/\/)([a-z0-9.-]+\.[a-z]{2,})/gi)].map((match) => match[1] ?? '');
    const envelope = [sidecar.envelope.mailFrom, ...sidecar.envelope.rcptTo].map((address) =>
      address.slice(address.lastIndexOf('@') + 1),
    );
    const strange = [...hosts, ...envelope].filter(
      (host) => host !== '' && host !== XHTML_DTD_HOST && !RESERVED.test(host),
    );
    expect(strange).toEqual([]);
  });
});
