import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../../describe-with.ts';
import { chromiumRequirement, openBrowser, type TestBrowser } from './browser.ts';

const PAGES: Readonly<Record<string, string>> = {
  '/good': '<h1>good</h1>',
  '/elsewhere': '<img src="http://tracker.example/p.png">',
  '/error': '<script src="/thrown.js"></script>',
  '/thrown.js': 'throw new Error("thrown")',
  '/inline': '<p style="color: red">x</p>',
  '/frame': '<iframe src="/elsewhere"></iframe>',
};

describeWith(chromiumRequirement, 'the harness of tests in Chromium fails by itself', () => {
  let server: Server;
  let origin: string;
  let browser: TestBrowser;
  beforeAll(async () => {
    server = createServer(({ url = '' }, answer) => {
      const body = PAGES[url];
      answer.setHeader('content-type', url.endsWith('.js') ? 'text/javascript' : 'text/html');
      answer.setHeader('content-security-policy', "style-src 'self'");
      answer.writeHead(body === undefined && url !== '/favicon.ico' ? 404 : 200);
      answer.end(body ?? '<h1>not here</h1>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test.each([
    ['/elsewhere', 'request to elsewhere: http://tracker.example/p.png'],
    ['/frame', 'request to elsewhere: http://tracker.example/p.png'],
    ['/error', 'thrown'],
    ['/inline', 'Content Security Policy'],
    ['/missing', '404'],
  ])('on %s', async (path, words) => {
    const visit = await browser.visit({ origin });
    await visit.open(path);
    await expect(visit.close()).rejects.toThrow(words);
  });

  test('not on a page where nothing is wrong, nor on what a test expects', async () => {
    const good = await browser.visit({ origin });
    await good.open('/good');
    await good.close();
    const expected = await browser.visit({ origin, expects: [/404/] });
    await expected.open('/missing');
    await expected.close();
  });

  test('where what a test expects does not come', async () => {
    const visit = await browser.visit({ origin, expects: [/404/] });
    await visit.open('/good');
    await expect(visit.close()).rejects.toThrow('did not come');
  });

  test('for a visit that nobody closed', async () => {
    const own = await openBrowser();
    const visit = await own.visit({ origin });
    await visit.open('/error');
    await expect(own.close()).rejects.toThrow('thrown');
  });
});
