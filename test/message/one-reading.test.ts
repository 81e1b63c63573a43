import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBodies } from '../../src/message/bodies.ts';
import { Marks } from '../../src/message/marks.ts';
import { hasOneReading } from '../../src/message/one-reading.ts';
import { DEFAULT_BUDGETS } from '../../src/message/parse.ts';
import { reconcile } from '../../src/message/reconcile.ts';
import { readWithMailparser } from '../../src/message/second-view.ts';
import { StructureWalk } from '../../src/message/structure.ts';
import { atOnce, mail, multipart } from './build.ts';

function walked(bytes: Buffer) {
  const marks = new Marks();
  const walk = new StructureWalk(DEFAULT_BUDGETS, marks);
  atOnce(walk.walk(bytes, null));
  const bodies = atOnce(decodeBodies(walk, DEFAULT_BUDGETS, marks));
  return { marks, bodies, entities: walk.entities, one: hasOneReading(bytes, walk.entities, bodies, marks) };
}

const TEXT = 'Content-Type: text/plain; charset=utf-8';
const HTML = 'Content-Type: text/html; charset="utf-8"';
const ALTERNATIVE = 'Content-Type: multipart/alternative; boundary="b=1"';
const both = multipart('b=1', [`${TEXT}\r\n\r\nHello`, `${HTML}\r\n\r\n<p>Hello</p>`]);

describe('a message has one reading', () => {
  test.each([
    ['without fields of MIME', mail([], 'Hello\r\n')],
    ['of text', mail([TEXT], 'Hello\r\n')],
    ['of HTML in base64', mail([HTML, 'Content-Transfer-Encoding: base64'], 'PHA+SGk8L3A+\r\n')],
    ['of quoted-printable', mail([TEXT, 'Content-Transfer-Encoding: quoted-printable'], 'a=\r\nb=20c\r\n')],
    ['of text and HTML as alternatives', mail([ALTERNATIVE], both)],
  ])('%s', (_, bytes) => {
    expect(walked(bytes).one).toBe(true);
  });
});

describe('a message may have two readings', () => {
  test.each([
    ['with a file', mail(['Content-Type: application/pdf; name=a.pdf'], '%PDF')],
    ['with two fields of a kind', mail([TEXT, HTML], 'Hello')],
    ['with two senders', mail(['From: eve@example.net', TEXT], 'Hello')],
    ['with a charset that shifts', mail(['Content-Type: text/plain; charset=iso-2022-jp'], 'Hello')],
    ['with an unknown parameter', mail(['Content-Type: text/plain; charset=utf-8; x=y'], 'Hello')],
    ['with a comment in a field', mail(['Content-Type: text/plain (html)'], 'Hello')],
    ['with text after base64 padding', mail([TEXT, 'Content-Transfer-Encoding: base64'], 'SGk=SGk=\r\n')],
    [
      'with a stray = in quoted-printable',
      mail([TEXT, 'Content-Transfer-Encoding: quoted-printable'], 'a=b'),
    ],
    ['with a bare CR', mail([TEXT], 'one\rtwo')],
    ['with a NUL', mail([TEXT], 'one\0two')],
    ['whose boundary stands inside of a part', mail([ALTERNATIVE], both.replace('Hello', 'x --b=1 y'))],
    ['whose boundary begins a longer one', mail([ALTERNATIVE], both.replace('Hello', 'x\r\n--b=12\r\ny'))],
    ['without the last boundary', mail([ALTERNATIVE], both.replace('--b=1--', ''))],
    ['with an unknown field in a part', mail([ALTERNATIVE], both.replace(TEXT, `X-Odd: 1\r\n${TEXT}`))],
    ['with two texts as alternatives', mail([ALTERNATIVE], both.replace('text/html', 'text/plain'))],
    ['longer than readers are compared over', mail([TEXT], 'x'.repeat(128 * 1024))],
  ])('%s', (_, bytes) => {
    expect(walked(bytes).one).toBe(false);
  });
});

/** Signs that are structure to somebody. */
const SIGNS = [...'\r\n-=;:" \t<>,()@?*/\\\0\u001bab'];
const change = fc.record({
  at: fc.nat(),
  sign: fc.constantFrom(...SIGNS),
  removed: fc.integer({ min: 0, max: 2 }),
});

test('mailparser reads what has one reading as we do, whatever byte is changed', {
  timeout: 60_000,
}, async () => {
  const originals = [mail([ALTERNATIVE], both), mail([TEXT], 'Hello\r\nthere\r\n')];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...originals),
      fc.array(change, { maxLength: 3 }),
      async (bytes, edits) => {
        let text = bytes.toString('latin1');
        for (const { at, sign, removed } of edits) {
          const place = at % text.length;
          text = text.slice(0, place) + sign + text.slice(place + removed);
        }
        const changed = Buffer.from(text, 'latin1');
        const { one, bodies, marks, entities } = walked(changed);
        const root = entities[0];
        if (!one || root === undefined) return;
        const head = changed.subarray(0, root.bodyStart);
        const other = await readWithMailparser(head, changed.subarray(root.bodyStart));
        const seen = atOnce(reconcile(bodies, other, DEFAULT_BUDGETS, marks));
        expect(marks.ambiguities).toEqual([]);
        expect(seen).toEqual({ texts: bodies.texts, htmls: bodies.htmls, files: [] });
        expect(other.from).toHaveLength(1);
      },
    ),
    { numRuns: 400 },
  );
});
