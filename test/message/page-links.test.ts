import { describe, expect, it } from 'vitest';
import { file, mail, multipart, read, readHtml } from './build.ts';

const linksOf = async (type: string, name: string, content: string) =>
  (
    await read(
      mail(
        ['Content-Type: multipart/mixed; boundary=b'],
        multipart('b', ['\r\nhi', file(type, name, content)]),
      ),
    )
  ).links.map(({ where, url }) => `${where} ${url}`);

describe('links of an attached page', () => {
  const base64 = Buffer.from('https://hidden.example/x').toString('base64');
  const percent = [...'https://p.example/'].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('');
  it.each([
    ['<form action="https://form.example/post">', 'https://form.example/post'],
    ['<script>location.href="https://go.example/"</script>', 'https://go.example/'],
    [
      '<meta http-equiv=refresh content="0;url=https://m.example/?a=1&amp;b=2">',
      'https://m.example/?a=1&b=2',
    ],
    [`<script>location=atob("${base64}")</script>`, 'https://hidden.example/x'],
    [`<script>document.write(unescape('${percent}'))</script>`, 'https://p.example/'],
    ['<script>x="https:/"+"/joined.ex"+\'\' + "ample/"</script>', 'https://joined.ex'],
    ['<script>x="https:/" + "/joined.ex" + "ample/"</script>', 'https://joined.example/'],
    ['<script>x="https:\\/\\/s.example\\/a"</script>', 'https://s.example/a'],
    ['<a href="https&#58;&#x2F;&#x2F;e.example/">', 'https://e.example/'],
  ])('are found in %s', async (html, url) => {
    expect(await linksOf('text/html', 'a.html', html)).toContain(`attachment ${url}`.replace(/ex$/, 'ex/'));
  });

  it('are none where there are none', async () => {
    expect(await linksOf('text/html', 'a.html', '<p>atob("YWJjZGVmZ2g=") 100%25 "a"+"b"</p>')).toEqual([]);
  });
});

describe('a calendar file', () => {
  const calendar = (line: string) =>
    `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n${line}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
  it.each([
    ['DESCRIPTION:Join https://meet.exam\r\n ple/room now', 'https://meet.example/room'],
    ['LOCATION:https://meet.example/room', 'https://meet.example/room'],
    ['DESCRIPTION:See https://meet.example/room\\nBring tea\\, please', 'https://meet.example/room'],
  ])('gives the link of %j', async (line, url) => {
    expect(await linksOf('text/calendar', 'a.ics', calendar(line))).toEqual([`attachment ${url}`]);
  });
});

describe('links in the HTML of a message', () => {
  it('with words split by zero-width characters are counted', async () => {
    const split = await readHtml('<a href="https://a.example/">Pay&#8203;Pal</a>');
    expect(split.html?.splitLinkTexts).toBe(1);
    expect(split.links[0]?.text).toBe('PayPal');
  });

  it.each([
    '<a href="https://a.example/">Pay &#8203;Pal</a>',
    '<a href="https://a.example/">Zahl&shy;ung</a>',
    '<p>Pay&#8203;Pal</p>',
  ])('are not counted: %s', async (html) => {
    expect((await readHtml(html)).html?.splitLinkTexts).toBe(0);
  });

  it('counts the characters that it read', async () => {
    expect((await readHtml('<p>four</p>')).html?.chars).toBe(11);
  });
});
