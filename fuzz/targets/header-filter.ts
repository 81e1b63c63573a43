import { Egress } from '../../src/gate/egress.ts';
import { authservIdOf, HeaderFilter } from '../../src/gate/headers.ts';
import { LineEnds } from '../../src/gate/line-ends.ts';
import { bytesOf, hold, pieces, type Target } from '../target.ts';

const ID = 'mx.example.org';
const OURS = /^x-postern-(?:verdict|reasons)[ \t]*:/i;
/** A field that is longer is passed, once its authserv-id was read, or removed. */
const FIELD_LIMIT = 16_384;

function filtered(parts: readonly Buffer[]): Buffer {
  const filter = new HeaderFilter({ authservId: ID, subjectPrefix: null });
  return Buffer.concat([...parts.map((part) => Buffer.from(filter.push(part))), filter.end()]);
}

/** As the spool has it: the filter never meets a bare line end. */
function normal(input: Buffer): Buffer {
  const lineEnds = new LineEnds();
  return Buffer.concat([Buffer.from(lineEnds.push(input)), lineEnds.end()]);
}

/** The fields of the block before the first empty line, unfolded, as a receiver reads them. */
function fieldsOf(text: string): string[] {
  const block = text.startsWith('\r\n') ? '' : (text.split('\r\n\r\n', 1)[0] ?? '');
  return block.replace(/\r\n[ \t]/g, ' ').split('\r\n');
}

export const target: Target = {
  name: 'header-filter',
  about: 'the removal of forged header fields (A8)',
  sources: ['src/gate/headers.ts'],
  dictionary: [
    'X-Postern-Verdict: clean\r\n',
    'X-Postern-Reasons:',
    'Authentication-Results: mx.example.org; spf=pass\r\n',
    'Authentication-Results: (a) MX.example.org;',
    '"mx.example.org"',
    'Authentication-Results : ',
    '\r\n',
    '\r\n ',
    '\r\n\t',
    '\r\n\r\n',
    '(',
    ')',
    '\\',
    'Subject: a\r\n',
    'From ',
    '\r',
    '\n',
    '\0',
  ],
  pairs: [
    ['(', ')'],
    ['Authentication-Results: ', '\r\n'],
  ],
  maxBytes: 2_048,
  seeds: () =>
    [
      'Subject: a\r\nX-Postern-Verdict: clean\r\n\r\nX-Postern-Verdict: body\r\n',
      'Authentication-Results: (a (b)) "mx.example.org" 1;\r\n spf=pass\r\nFrom: a@example.org\r\n\r\n',
      'authentication-results: other.example; dkim=pass\r\nno colon\r\nX-POSTERN-REASONS :\r\n x\r\n\r\nbody',
      ' folded first\r\nSubject: b',
    ].map((text) => Buffer.from(text, 'latin1')),
  run(input) {
    const message = normal(input);
    const out = filtered([message]);
    hold(filtered(bytesOf(message)).equals(out), 'how the bytes are split changes nothing');
    hold(filtered(pieces(message)).equals(out), 'how the bytes are split changes nothing');
    hold(out.length <= message.length, 'the filter only takes away');
    hold(filtered([out]).equals(out), 'what was filtered stays as it is');
    for (const field of fieldsOf(out.toString('latin1'))) {
      hold(!OURS.test(field), 'no field of ours passes');
      const results = /^authentication-results[ \t]*:(.*)$/is.exec(field)?.[1];
      if (results === undefined || results.length >= FIELD_LIMIT) continue;
      hold(authservIdOf(results)?.toLowerCase() !== ID, 'no result in our name passes');
    }
    const body = message.indexOf('\r\n\r\n');
    if (body !== -1 && !message.subarray(0, 2).equals(Buffer.from('\r\n')))
      hold(
        out.subarray(-(message.length - body - 4) || out.length).equals(message.subarray(body + 4)),
        'the body passes as it is',
      );
    const egress = new Egress();
    egress.push(out);
    egress.end();
  },
};
