import { describe, expect, it } from 'vitest';
import { zipOf } from './archives/files.ts';
import { file, mail, multipart, read } from './build.ts';

const attached = (type: string, name: string, content: Buffer | string) =>
  read(
    mail(
      ['Content-Type: multipart/mixed; boundary=b'],
      multipart('b', ['\r\nhi', file(type, name, content)]),
    ),
  );
const docx = (files: Readonly<Record<string, string>>) =>
  attached(
    'application/vnd.openxmlformats',
    'a.docx',
    zipOf({ '[Content_Types].xml': '<Types/>', ...files }),
  );
const relationship = (type: string, target: string, mode = 'External') =>
  `<Relationships><Relationship Id="r1" Type="http://schemas.example/relationships/${type}" Target="${target}" TargetMode="${mode}"/></Relationships>`;

describe('an Office document', () => {
  it.each([
    ['attachedTemplate', 'https://remote.example/t.dotm', ['remote_part']],
    ['oleObject', 'mhtml:https://remote.example/x.html!x-usc:https://remote.example/x.html', ['remote_part']],
    ['attachedTemplate', '\\\\192.0.2.1\\share\\t.dotm', ['remote_part']],
    ['frame', 'https://remote.example/f?a=1&amp;b=2', ['remote_part']],
    ['attachedTemplate', 'file:///C:\\Templates\\Letter.dotx', []],
    ['hyperlink', 'https://remote.example/', []],
    ['image', 'https://remote.example/logo.png', []],
  ])('with a %s at %s has the signs %j', async (type, target, signs) => {
    const message = await docx({ 'word/_rels/settings.xml.rels': relationship(type, target) });
    expect(message.attachments[0]?.signs).toEqual(signs);
  });

  it('with a template of its own has no sign, and its links are collected', async () => {
    const inner = await docx({
      'word/_rels/settings.xml.rels': relationship('attachedTemplate', 'https://a.example/', 'Internal'),
    });
    expect(inner).toMatchObject({ links: [], attachments: [{ signs: [] }] });
    const linked = await docx({
      'word/_rels/document.xml.rels': relationship('hyperlink', 'https://a.example/?x=1&amp;y=2'),
    });
    expect(linked.links).toMatchObject([{ url: 'https://a.example/?x=1&y=2', where: 'attachment' }]);
  });

  it.each([
    ['<w:instrText xml:space="preserve"> DDEAUTO c:\\\\x "y" </w:instrText>', ['dde']],
    ['<w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO x</w:instrText>', ['dde']],
    ['<w:fldSimple w:instr="DDE x y"/>', ['dde']],
    ['<w:instrText>PAGE</w:instrText><w:t>DDE is old</w:t>', []],
  ])('with the field %s has the signs %j', async (field, signs) => {
    expect((await docx({ 'word/document.xml': field })).attachments[0]?.signs).toEqual(signs);
  });

  it('is no archive of archives for the books embedded in it', async () => {
    expect((await docx({ 'word/embeddings/book.zip': 'x' })).attachments[0]?.signs).toEqual([]);
  });
});

describe('a rich text file', () => {
  it.each([
    ['{\\rtf1 {\\object\\objemb{\\*\\objdata 0105}}}', ['embedded_object'], 0],
    ['{\\rtf1 {\\*\\template https://remote.example/t}}', ['remote_part'], 1],
    ['{\\rt {\\fldinst DDEAUTO x}}', ['dde'], 0],
    ['{\\rtf1 {\\fldinst HYPERLINK "https://a.example/"}}', [], 1],
    ['{\\rtf1 plain}', [], 0],
    ['plain \\objdata', [], 0],
  ])('of %s has the signs %j and %i links', async (content, signs, links) => {
    const message = await attached('application/msword', 'a.doc', content);
    expect(message.attachments[0]).toMatchObject({ signs, links });
  });
});
