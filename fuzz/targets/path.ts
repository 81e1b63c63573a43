import { needsUtf8, type PathCommand, parsePathCommand } from '../../src/gate/path.ts';
import { hold, same, type Target } from '../target.ts';

type Verb = 'MAIL FROM' | 'RCPT TO';

function written(verb: Verb, { address, parameters }: PathCommand): Buffer {
  const words = [...parameters].map(([key, value]) => (value === true ? ` ${key}` : ` ${key}=${value}`));
  return Buffer.from(`${verb}:<${address}>${words.join('')}`);
}

function check(verb: Verb, line: Buffer): void {
  const read = parsePathCommand(verb, line);
  same(parsePathCommand(verb, line), read, 'the same line is read alike twice');
  if (read === null) return;
  const { address, parameters } = read;
  hold(!/[\x00-\x1f\x7f]/.test(address), 'an address holds no control characters');
  hold(Buffer.byteLength(address) <= 254, 'an address has at most 254 octets');
  hold(address !== '' || verb === 'MAIL FROM', 'only a sender is empty');
  for (const [key, value] of parameters) {
    hold(/^[A-Z0-9][A-Z0-9-]*$/.test(key), 'a key is a word in upper case');
    hold(
      value === true || !/[\s\x00-\x1f\x7f]/.test(value),
      'a value holds neither blanks nor control characters',
    );
  }
  needsUtf8(address);
  same(
    parsePathCommand(verb, written(verb, read)),
    { ...read, duplicate: null },
    'what was read can be written into a command and read again',
  );
}

export const target: Target = {
  name: 'path',
  about: 'MAIL and RCPT commands',
  sources: ['src/gate/path.ts'],
  dictionary: [
    'MAIL FROM:',
    'RCPT TO:',
    '<>',
    '<a@example.org>',
    '<"a b"@example.org>',
    '@r.example:',
    '[192.0.2.1]',
    '[IPv6:2001:db8::1]',
    ' SIZE=1',
    ' SMTPUTF8',
    ' BODY=8BITMIME',
    ' RET=FULL',
    ' ENVID=a+2Bb',
    ' NOTIFY=NEVER',
    '\xc3\xa9',
    '\xe2\x80\xa8',
    '\\"',
    '>',
    '=',
  ],
  pairs: [
    ['<', '>'],
    ['"', '"'],
    [' X=', ' '],
  ],
  maxBytes: 1_024,
  seeds: () =>
    [
      'MAIL FROM:<> SIZE=100 BODY=8BITMIME',
      'mail from: <@r.example,@s.example:"a \\" b"@example.org> RET=HDRS ENVID=x+3Dy',
      'RCPT TO:<Postmaster>',
      'RCPT TO:<a@[IPv6:2001:db8::1]> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a@example.org',
      'RCPT TO:<\xc3\xa9@b\xc3\xbccher.example>',
    ].map((text) => Buffer.from(text, 'latin1')),
  run(input) {
    check('MAIL FROM', input);
    check('RCPT TO', input);
  },
};
