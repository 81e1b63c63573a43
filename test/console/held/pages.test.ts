import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { EXAMPLE_EVIDENCE } from '../../ledger/example-decision.ts';
import { likenessLinkOf } from '../now/likeness-link.ts';
import { type HeldConsole, heldConsole } from './held-console.ts';

const NASTY = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>';
const RAW = [
  'From: "<script>x</script>" <a@evil.example>',
  `Subject: ${NASTY}`,
  'Content-Type: text/html',
  '',
  '<script>alert(3)</script><p onclick=x>hello</p><a href="http://evil.example/">go</a><img src="http://evil.example/p">',
].join('\r\n');

let held: HeldConsole;
let id: string;
beforeAll(async () => {
  held = await heldConsole();
  id = await held.hold({ raw: RAW, changes: { subject: NASTY, from: '=cmd|calc', reasons: [NASTY] } });
});
afterAll(() => held.close());

test('C1 script of the sender is text in the list and on the page of the message', async () => {
  for (const path of ['/held', `/held/${id}`]) {
    const answer = await held.get('ada', path);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toMatch(/<script>|<img src=x|href="http/);
  }
});

test('C1 the safe view has text alone, under a policy that allows nothing', async () => {
  const answer = await held.get('vic', `/held/${id}/view`);
  expect(await answer.text()).toMatch(/<body><p>hello<\/p>go<\/body>/);
  expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
});

test.each(['..%2f..%2fetc%2fpasswd', '%00', '__proto__', '01HELDx'])('C3 %s is no message', async (other) => {
  for (const path of [`/held/${other}`, `/held/${other}/raw`, `/held/${other}/view`])
    expect((await held.get('ada', path)).status).toBe(404);
});

test('C4 the export has no formula', async () => {
  expect(await (await held.get('bob', '/held/export.csv')).text()).toContain('"\'=cmd|calc');
});

test('C6 no request makes the server open a connection: links in mail, parameters, ways back', async () => {
  let connections = 0;
  const listener = net.createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const connect = vi.spyOn(net.Socket.prototype, 'connect');
  const fetched = vi.spyOn(globalThis, 'fetch');
  const url = `http://127.0.0.1:${(listener.address() as net.AddressInfo).port}/x`;
  const raw = RAW.replaceAll('http://evil.example/', url);
  const trap = await held.hold({ raw, changes: { subject: url, from: url, reasons: [url] } });
  const value = encodeURIComponent(url);
  const paths = [
    `/held/${trap}`,
    `/held/${trap}/view`,
    `/held/${trap}/raw`,
    `/api/v1/held/${trap}`,
    `/held/${value}`,
    `/sign-in?to=${value}`,
    `/?to=${value}`,
    ...['text', 'sender', 'recipient', 'likeness', 'cursor', 'to', 'url', 'callback'].map(
      (name) => `/held?${name}=${value}`,
    ),
  ];
  for (const path of paths) await (await held.get('ada', path)).text();
  await held.post('ada', `/held/${trap}`, { action: 'mark', category: 'spam', reason: url });
  expect([connections, connect.mock.calls.length, fetched.mock.calls.length]).toEqual([0, 0, 0]);
  vi.restoreAllMocks();
  await new Promise((resolve) => listener.close(resolve));
});

test('a viewer neither acts nor has the raw mail', async () => {
  const answer = await held.post('vic', `/held/${id}`, { action: 'delete' }, 'de');
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('Ihre Rolle erlaubt das nicht.');
  expect((await held.get('vic', `/held/${id}/raw`)).status).toBe(403);
});

test('the raw mail comes by the API as it is, and the document about the API says so', async () => {
  const answer = await held.get('bob', `/api/v1/held/${id}/raw`);
  expect(answer.headers.get('content-type')).toBe('application/octet-stream');
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${id}.eml"`);
  expect(await answer.text()).toBe(RAW);
  const document = (await (await held.get('bob', '/api/v1/openapi.json')).json()) as { paths: object };
  expect(Object.keys(document.paths)).toContain('/api/v1/held/{id}/raw');
});

test('the link of a campaign on the page Now finds what the quarantine has of it', async () => {
  const footprint = {
    status: 'ok',
    facts: { links: ['link:parcel-fee.example'], files: ['file:a+b/c=='], pairs: [], learned: [] },
  };
  const evidence = { ...EXAMPLE_EVIDENCE, footprint } as unknown as typeof EXAMPLE_EVIDENCE;
  const one = await held.hold({ changes: { evidence } });
  for (const key of ['link:parcel-fee.example', 'file:a+b/c==']) {
    const page = await (await held.get('ada', await likenessLinkOf(key))).text();
    expect(page).toContain(`/held/${one}`);
    expect(page).not.toContain(`/held/${id}`);
  }
});
