import { describe, expect, it } from 'vitest';
import type { Bodies, FileBody } from '../../src/message/bodies.ts';
import { Marks } from '../../src/message/marks.ts';
import { DEFAULT_BUDGETS } from '../../src/message/parse.ts';
import { reconcile } from '../../src/message/reconcile.ts';
import type { SecondView } from '../../src/message/second-view.ts';
import { atOnce, mail, multipart, read } from './build.ts';

const PDF: FileBody = {
  fileName: 'a.pdf',
  type: 'application/pdf',
  charset: '',
  inline: false,
  content: Buffer.from('%PDF-1.4'),
  alsoBody: false,
};

function own(text: string, files: readonly FileBody[]): Bodies {
  return { texts: [{ text, replacedByHtml: false }], htmls: [], files, sizes: new Map() };
}

function second(text: string, files: readonly FileBody[], html = ''): SecondView {
  const attachments = files.map(({ fileName, type, inline, content }) => ({
    fileName,
    type,
    inline,
    content,
  }));
  return { text, html, attachments, from: [] };
}

function compare(ours: Bodies, theirs: SecondView, attachments = DEFAULT_BUDGETS.attachments) {
  const marks = new Marks();
  const seen = atOnce(reconcile(ours, theirs, { ...DEFAULT_BUDGETS, attachments }, marks));
  return { seen, marks: [...marks.ambiguities, ...marks.overBudget] };
}

describe('two readings of a message', () => {
  it('that agree but for white space are one', () => {
    const { seen, marks } = compare(own('some words\nmore', [PDF]), second('some words more\n', [PDF]));
    expect(marks).toEqual([]);
    expect(seen.files).toHaveLength(1);
    expect(seen.texts).toHaveLength(1);
  });

  it('have the file that only the second found looked at', () => {
    const other = { ...PDF, fileName: 'b.exe', content: Buffer.from('MZ') };
    const { seen, marks } = compare(own('', [PDF]), second('', [PDF, other]));
    expect(seen.files.map((each) => each.fileName)).toEqual(['a.pdf', 'b.exe']);
    expect(marks).toEqual(['attachments_disagree']);
  });

  it('are marked where the second missed a file, but not a body with a name', () => {
    expect(compare(own('', [PDF]), second('', [])).marks).toEqual(['attachments_disagree']);
    expect(compare(own('', [{ ...PDF, alsoBody: true }]), second('', [])).marks).toEqual([]);
  });

  it('have the text and HTML that only the second found read', () => {
    const words = Array.from({ length: 40 }, (_, at) => `word${at}`).join(' ');
    const { seen, marks } = compare(own('short', []), second(words, [], `<p>${words}</p>`));
    expect(seen.texts.map((each) => each.text)).toEqual(['short', words]);
    expect(seen.htmls).toEqual([`<p>${words}</p>`]);
    expect(marks).toEqual(['bodies_disagree']);
  });

  it('keep within the budget of attachments', () => {
    const other = { ...PDF, content: Buffer.from('MZ') };
    expect(compare(own('', [PDF]), second('', [PDF, other]), 1).marks).toContain('attachments');
  });
});

describe('the second reading', () => {
  it('is left out, and that is marked, where an inner field is too long for it', async () => {
    const field = (length: number) => {
      const part = `X-A: ${'a'.repeat(length - 'X-A: \r\n'.length)}\r\n\r\nhi`;
      return read(mail(['Content-Type: multipart/mixed; boundary=b'], multipart('b', [part])));
    };
    expect((await field(16 * 1024)).ambiguities).toEqual([]);
    const longer = await field(16 * 1024 + 1);
    expect(longer.ambiguities).toEqual(['second_view_skipped']);
    expect(longer.text).toBe('hi');
  });

  it('does not need the long list of recipients', async () => {
    const message = await read(mail([`Cc: ${'a@example.com, '.repeat(2_000)}`], 'hi'));
    expect(message.ambiguities).toEqual([]);
  });
});
