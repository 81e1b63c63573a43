import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { authservIdOf, HeaderFilter, piecesWithHeaders, withHeaders } from '../../src/gate/headers.ts';
import { bufferContent, fileContent } from '../../src/mail/content.ts';

function filter(text: string, subjectPrefix: string | null = null, size = text.length || 1): string {
  const headers = new HeaderFilter({ authservId: 'Gate.Example', subjectPrefix });
  const out: Buffer[] = [];
  for (let at = 0; at < text.length; at += size)
    out.push(headers.push(Buffer.from(text.slice(at, at + size), 'latin1')));
  return Buffer.concat([...out, headers.end()]).toString('latin1');
}

test.each([
  ['X-Postern-Verdict: accept\r\nA: 1\r\n\r\nx', 'A: 1\r\n\r\nx'],
  ['A: 1\r\nx-POSTERN-reasons: a,\r\n b,\r\n\tc\r\nB: 2\r\n\r\n', 'A: 1\r\nB: 2\r\n\r\n'],
  ['X-Postern-Verdict \t: accept\r\nA: 1\r\n', 'A: 1\r\n'],
  ['Authentication-Results: gate.example; spf=pass\r\n\r\n', '\r\n'],
  ['Authentication-Results: GATE.example 1; none\r\n\r\n', '\r\n'],
  ['Authentication-Results:\r\n "gate.example"; none\r\n\r\n', '\r\n'],
  ['Authentication-Results: (a (\\) b)) gate.example\r\n\r\n', '\r\n'],
  ['A: 1\r\nX-Postern-Verdict: unfinished', 'A: 1\r\n'],
  ['no colon here\r\nX-Postern-Verdict: accept\r\n\r\n', 'no colon here\r\n\r\n'],
])('%j loses what is forged', (text, expected) => {
  expect(filter(text)).toBe(expected);
  expect(filter(text, null, 1)).toBe(expected);
});

test.each([
  'A: 1\r\n\r\nX-Postern-Verdict: in the body\r\n',
  'Authentication-Results: gate.example.org; none\r\n\r\n',
  'Authentication-Results: other.example (gate.example); none\r\n\r\n',
  'X-Postern-Verdicts: 1\r\nY-X-Postern-Verdict: 2\r\n\r\n',
  'A: 1\r\n X-Postern-Verdict: folded\r\n\r\n',
  ' leading blank\r\nA: 1\r\n\r\n',
  'Authentication-Results',
  'Authentication-Results: other.example',
  `${'N'.repeat(300)}: long name\r\n\r\n`,
  '',
])('%j stays as it is', (text) => {
  expect(filter(text)).toBe(text);
  expect(filter(text, null, 1)).toBe(text);
});

test('an authserv-id behind 16 KiB of comment is taken for ours', () => {
  const hidden = (comment: number) =>
    `Authentication-Results: (${'c'.repeat(comment)}) gate.example; none\r\nA: 1\r\n\r\n`;
  expect(filter(hidden(17_000))).toBe('A: 1\r\n\r\n');
  expect(filter(hidden(100))).toBe('A: 1\r\n\r\n');
  const other = hidden(100).replace('gate.example', 'other.example');
  expect(filter(other)).toBe(other);
});

test('only forged headers ever go, whatever the bytes and however they are split', () => {
  const line = fc.constantFrom(
    'A: 1\r\n',
    ' folded\r\n',
    'X-Postern-Verdict: x\r\n',
    'authentication-results: other; a\r\n',
    'Authentication-Results: gate.example; a\r\n',
    'nonsense\r\n',
    '\r\n',
  );
  fc.assert(
    fc.property(fc.array(line), fc.integer({ min: 1, max: 7 }), (lines, size) => {
      const text = lines.join('');
      expect(filter(text, null, size)).toBe(filter(text));
      const end = `\r\n${text}`.indexOf('\r\n\r\n');
      const header = end === -1 ? text : text.slice(0, end);
      const body = text.slice(header.length);
      const kept = header.replace(
        /^(?:X-Postern-Verdict|Authentication-Results: gate).*\r\n(?:[ \t].*\r\n)*/gm,
        '',
      );
      expect(filter(text)).toBe(kept + body);
    }),
    { numRuns: 2000 },
  );
});

test('the subject prefix goes before the first subject alone', () => {
  const text = 'Subject: hi\r\nSubject: again\r\n\r\nSubject: body\r\n';
  expect(filter(text, '[odd]')).toBe('Subject: [odd] hi\r\nSubject: again\r\n\r\nSubject: body\r\n');
  expect(filter(text, 'ü')).toBe('Subject: =?utf-8?B?w7w=?= hi\r\nSubject: again\r\n\r\nSubject: body\r\n');
  expect(filter('A: 1\r\n\r\n', '[odd]')).toBe('A: 1\r\n\r\n');
});

test('a subject prefix cannot bring a header of its own', () => {
  expect(filter('Subject: hi\r\n\r\n', 'a\r\nBcc: eve@example.org')).not.toContain('\r\nBcc');
});

test('ours come first', async () => {
  const content = bufferContent(Buffer.from('A: 1\r\n\r\nbody'));
  const chunks = await withHeaders(content, {
    prepend: Buffer.from('Ours: 1\r\n'),
    authservId: 'x',
  }).toArray();
  expect(Buffer.concat(chunks).toString()).toBe('Ours: 1\r\nA: 1\r\n\r\nbody');
});

test.each([
  [' mx.example; none', 'mx.example'],
  ['mx.example', 'mx.example'],
  ['"a \\"b\\""; none', 'a "b"'],
  ['(c) mx.example(c)', 'mx.example'],
  ['(unclosed mx.example', null],
  ['', null],
])('the authserv-id of %j is %j', (text, id) => {
  expect(authservIdOf(text)).toBe(id);
});

test.each(['From ann@shop.example Mon Nov 23 10:00:00 2026\r\n', '>From ann@shop.example\r\n'])(
  'our headers come after %j, so that the headers behind it stay headers',
  async (separator) => {
    const rest = 'Subject: Hello\r\n\r\nFrom here on it is text\r\n';
    const content = {
      ...bufferContent(Buffer.from(separator + rest)),
      // Split within the separator and at its end.
      stream: () => Readable.from([...chunks(separator, 7), ...chunks(rest, 5)], { objectMode: false }),
    };
    const prepend = Buffer.from('X-Postern-Verdict: accept\r\n');
    const out: Buffer[] = [];
    for await (const chunk of withHeaders(content, { prepend, authservId: 'gate.example' })) out.push(chunk);
    expect(Buffer.concat(out).toString()).toBe(`${separator}X-Postern-Verdict: accept\r\n${rest}`);
  },
);

test('a message in memory gets the same headers without a stream', async () => {
  const line = fc.constantFrom(
    'From ann@shop.example Mon Nov 23 10:00:00 2026\r\n',
    'Authentication-Results: gate.example; a\r\n',
    'x-postern-VERDICT : accept\r\n',
    'Subject: x-postern-verdict\r\n',
    'A: 1\r\n',
    '\r\n',
  );
  const changes = fc.record({
    prepend: fc.constant(Buffer.from('Ours: 1\r\n')),
    authservId: fc.constantFrom('gate.example', null),
    subjectPrefix: fc.constantFrom('[odd]', null),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(line), changes, async (lines, wanted) => {
      const content = bufferContent(Buffer.from(lines.join('')));
      const pieces = await piecesWithHeaders(content, wanted);
      const streamed = await withHeaders(content, wanted).toArray();
      expect(Buffer.concat(pieces ?? []).toString()).toBe(Buffer.concat(streamed).toString());
    }),
  );
});

test('a message that comes in pieces, or from a file, is no message in memory', async () => {
  const changes = { prepend: Buffer.from('Ours: 1\r\n'), authservId: 'x' };
  expect(await piecesWithHeaders(bufferContent(Buffer.alloc(65_536, 'a')), changes)).not.toBeNull();
  expect(await piecesWithHeaders(bufferContent(Buffer.alloc(65_537, 'a')), changes)).toBeNull();
  expect(await piecesWithHeaders(fileContent('/nowhere', 3), changes)).toBeNull();
});

function chunks(text: string, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    Buffer.from(text.slice(i * size, (i + 1) * size)),
  );
}
