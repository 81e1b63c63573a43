import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANNA, BELA, type OwnConsole, ownConsole } from './own-console.ts';

let own: OwnConsole;

describe('where recipients free their own', () => {
  beforeEach(async () => {
    own = await ownConsole({ release: 'self' });
  });
  afterEach(() => own.close());

  it('C9 shows what is held for the reader, and nothing of others', async () => {
    const [mine, others] = [await own.hold([ANNA, BELA]), await own.hold([BELA])];
    const page = await (await own.get('/own', 'anna')).text();
    expect(page).toContain(mine);
    expect(page).not.toContain(others);
    expect(page).not.toContain(BELA);
    expect(await (await own.get('/api/v1/own', 'anna')).json()).toMatchObject({
      rows: [{ id: mine, freedom: 'release', asked: false }],
    });
  });

  it('C9 a message of somebody else is not there', async () => {
    const id = await own.hold([BELA]);
    expect((await own.post(`/own/${id}/release`, 'anna')).status).toBe(404);
    expect((await own.send('POST', `/api/v1/own/${id}`, 'anna', { action: 'release' })).status).toBe(404);
    expect(own.hop.messages).toEqual([]);
  });

  it('is for recipients alone', async () => {
    expect((await own.get('/own', 'ada')).status).toBe(403);
    expect((await own.get('/api/v1/own', 'ada')).status).toBe(403);
    for (const path of ['/', '/held', '/trail'])
      expect((await own.get(path, 'anna')).status, path).not.toBe(200);
  });

  it('frees a message by page and over HTTP, once, and writes down who did', async () => {
    const [one, other] = [await own.hold(), await own.hold()];
    expect((await own.post(`/own/${one}/release`, 'anna')).status).toBe(303);
    expect((await own.post(`/own/${one}/release`, 'anna')).status).toBe(404);
    const answer = await own.send('POST', `/api/v1/own/${other}`, 'anna', { action: 'release' });
    expect(await answer.json()).toEqual({ id: other, done: 'released' });
    expect(own.hop.messages).toHaveLength(2);
    expect(await (await own.get('/api/v1/trail', 'ada')).json()).toMatchObject({
      records: expect.arrayContaining([
        expect.objectContaining({ actor: `recipient:${ANNA}`, action: 'release', subject: `mail:${one}` }),
        expect.objectContaining({ actor: `recipient:${ANNA}`, action: 'release', subject: `mail:${other}` }),
      ]),
    });
  });

  it('says that the message stays held where the next hop does not take it', async () => {
    const id = await own.hold();
    own.says.answer = (command) => (command === '.' ? '451 4.3.0 later' : undefined);
    expect((await own.post(`/own/${id}/release`, 'anna')).status).toBe(409);
    own.says.answer = () => undefined;
    expect((await own.post(`/own/${id}/release`, 'anna')).status).toBe(303);
  });

  it('C1 script of a sender is text on the page', async () => {
    await own.hold([ANNA], { subject: '<script>alert(1)</script>', from: '"<img src=x>" <a@evil.example>' });
    expect(await (await own.get('/own', 'anna')).text()).not.toMatch(/<script>alert|<img src=x/);
  });

  it('turns letters off and on by page and over HTTP', async () => {
    await own.post('/own/letters', 'anna', { on: 'no' });
    expect(await (await own.get('/api/v1/own', 'anna')).json()).toMatchObject({ letters: false });
    await own.send('PUT', '/api/v1/own/letters', 'anna', { on: true });
    expect(await (await own.get('/api/v1/own', 'anna')).json()).toMatchObject({ letters: true });
  });
});

describe('where recipients ask', () => {
  beforeEach(async () => {
    own = await ownConsole({ release: 'ask' });
  });
  afterEach(() => own.close());

  it('does not free, and tells those who decide: badge, filter, API and count', async () => {
    const [id, other] = [await own.hold(), await own.hold()];
    expect((await own.post(`/own/${id}/release`, 'anna')).status).toBe(403);
    expect((await own.post(`/own/${id}/ask`, 'anna')).status).toBe(303);
    expect((await own.post(`/own/${id}/ask`, 'anna')).status).toBe(303);
    expect(await (await own.get('/api/v1/own', 'anna')).json()).toMatchObject({
      rows: expect.arrayContaining([expect.objectContaining({ id, asked: true })]),
    });
    const listed = await (await own.get('/held?asked=1', 'ada')).text();
    expect(listed).toContain(id);
    expect(listed).not.toContain(other);
    expect(listed).toMatch(/badge[^>]*>asked for/);
    expect(await (await own.get('/api/v1/held', 'ada')).json()).toMatchObject({
      rows: expect.arrayContaining([
        expect.objectContaining({ id, asked: true }),
        expect.objectContaining({ id: other, asked: false }),
      ]),
    });
    expect(await (await own.get('/api/v1/now', 'ada')).json()).toMatchObject({ asked: 1 });
    expect(await (await own.get('/', 'ada')).text()).toContain('href="/held?asked=1"');
  });

  it('C9 what somebody asked for is not told to who does not see that recipient', async () => {
    const id = await own.hold([ANNA, 'olaf@other.example']);
    await own.post(`/own/${id}/ask`, 'anna');
    expect(await (await own.get('/held?asked=1', 'olga')).text()).not.toContain(id);
    expect(await (await own.get('/api/v1/held', 'olga')).json()).toMatchObject({
      rows: [{ id, asked: false }],
    });
    expect(await (await own.get('/api/v1/now', 'olga')).json()).toMatchObject({ asked: 0 });
  });

  it('what was released or deleted is asked for no more', async () => {
    const id = await own.hold();
    await own.post(`/own/${id}/ask`, 'anna');
    await own.parts.quarantine.delete(id, { scope: { domains: null, address: null }, by: 'ada' });
    expect(await (await own.get('/api/v1/now', 'ada')).json()).toMatchObject({ asked: 0 });
  });
});
