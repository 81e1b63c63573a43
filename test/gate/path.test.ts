import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePathCommand } from '../../src/gate/path.ts';

const mail = (text: string) => parsePathCommand('MAIL FROM', Buffer.from(text));
const rcpt = (text: string) => parsePathCommand('RCPT TO', Buffer.from(text));

test.each([
  ['MAIL FROM:<>', ''],
  ['mail from: <a@example.org>', 'a@example.org'],
  ['MAIL FROM:<a+b=c@example.org>', 'a+b=c@example.org'],
  ['MAIL FROM:<a..b.@example.org>', 'a..b.@example.org'],
  ['MAIL FROM:<a@[192.0.2.1]>', 'a@[192.0.2.1]'],
  ['MAIL FROM:<a@[IPv6:2001:db8::1]>', 'a@[IPv6:2001:db8::1]'],
  ['MAIL FROM:<"a b"@example.org>  ', '"a b"@example.org'],
  ['MAIL FROM:<@r.example:a@example.org>', 'a@example.org'],
])('S7 %j has the path %j', (line, address) => {
  expect(mail(line)?.address).toBe(address);
});

test.each([
  'MAIL FROM:a@example.org',
  'MAIL FROM:<a@example.org>x',
  'MAIL FROM:<a>',
  'MAIL FROM:<a@>',
  'MAIL FROM:<@example.org>',
  'MAIL FROM:<a b@example.org>',
  'MAIL FROM:<a@b@example.org>',
  'MAIL FROM:<"a@example.org>',
  'MAIL FROM:<a@exa mple.org>',
  'MAIL FROM:<a@example.org> SIZE==1',
  'MAIL FROM:<a@example.org> =1',
  'MAIL TO:<a@example.org>',
])('S7 %j is malformed', (line) => {
  expect(mail(line)).toBeNull();
});

test('S7 a recipient is never empty, and postmaster needs no domain', () => {
  expect(rcpt('RCPT TO:<>')).toBeNull();
  expect(rcpt('RCPT TO:<PostMaster>')?.address).toBe('PostMaster');
  expect(mail('MAIL FROM:<postmaster>')).toBeNull();
});

test.each([
  [253, true],
  [254, true],
  [255, false],
])('S7 an address of %i octets', (octets, isRead) => {
  const address = `${'a'.repeat(octets - '@example.org'.length)}@example.org`;
  expect(mail(`MAIL FROM:<${address}>`) !== null).toBe(isRead);
});

test('S7 parameters stay as they were sent, and a second of a kind is named', () => {
  expect(mail('MAIL FROM:<> size=1 SMTPUTF8 ENVID=a+2Bb')?.parameters).toEqual(
    new Map<string, string | true>([
      ['SIZE', '1'],
      ['SMTPUTF8', true],
      ['ENVID', 'a+2Bb'],
    ]),
  );
  expect(mail('MAIL FROM:<> RET=FULL ret=HDRS')?.duplicate).toBe('RET');
});

test('S7 what is read can be written into a command again, whatever came', () => {
  const pieces = fc.array(
    fc.constantFrom('<', '>', '"', '\\', '@', 'a', '.', ' ', '\r', '\n', '\0', 'é', 'X=1'),
  );
  fc.assert(
    fc.property(pieces, (inside) => {
      const command = mail(`MAIL FROM:<${inside.join('')}`);
      if (command === null) return;
      expect(command.address).not.toMatch(/[\x00-\x1f\x7f]/);
      const again = [...command.parameters]
        .map(([key, value]) => ` ${key}${value === true ? '' : `=${value}`}`)
        .join('');
      expect(mail(`MAIL FROM:<${command.address}>${again}`)).toEqual({ ...command, duplicate: null });
    }),
    { numRuns: 5000 },
  );
});

test('S7 bytes that are not UTF-8 are no address', () => {
  expect(parsePathCommand('MAIL FROM', Buffer.from('MAIL FROM:<a\xff@example.org>', 'latin1'))).toBeNull();
});
