import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, BELA, type OwnConsole, ownConsole } from './own-console.ts';

/** C2 over pages, with a real quarantine and a next hop, whichever database has the rows. */
export function describeLinks(url: () => string | null): void {
  let it: OwnConsole;

  beforeEach(async () => {
    it = await ownConsole({ database: url() });
  });

  afterEach(() => it.close());

  const release = (mailId: string, recipient = ANNA) => it.link({ action: 'release', recipient, mailId });
  const post = (path: string) => it.open('POST', path);
  const stateOf = async (id: string) => (await it.parts.quarantine.get(id))?.state;

  test('C2 a scanner that asks for the link a hundred times, by GET and HEAD, changes nothing', async () => {
    const id = await it.hold();
    const path = await release(id);
    for (let time = 0; time < 100; time++) {
      const answer = await it.open(time % 2 === 0 ? 'GET' : 'HEAD', path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    expect(await stateOf(id)).toBe('held');
    expect(it.hop.messages).toEqual([]);
    expect((await post(path)).status).toBe(200);
    expect(await stateOf(id)).toBe('released');
  });

  test('C2 POST delivers once, to that recipient alone; the link is used up', async () => {
    const id = await it.hold([ANNA, BELA]);
    const path = await release(id);
    expect((await post(path)).status).toBe(200);
    expect((await post(path)).status).toBe(410);
    expect((await it.get(path)).status).toBe(410);
    expect(it.hop.messages).toHaveLength(1);
    expect(it.hop.commands.filter((command) => command.startsWith('RCPT'))).toEqual([`RCPT TO:<${ANNA}>`]);
    expect((await it.parts.quarantine.get(id))?.fates).toMatchObject([
      { recipient: ANNA, state: 'released', releasedBy: `recipient:${ANNA}` },
      { recipient: BELA, state: 'held' },
    ]);
  });

  test('C2 two POSTs at once, by the same link or by two, are one delivery', async () => {
    const id = await it.hold();
    const [one, other] = [await release(id), await release(id)];
    const ends = await Promise.all([post(one), post(one), post(other)]);
    expect(it.hop.messages).toHaveLength(1);
    expect(ends.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('C2 a link for another recipient or another message frees neither', async () => {
    const [id, other] = [await it.hold(), await it.hold()];
    expect((await post(await release(id, BELA))).status).toBe(410);
    expect((await post(await release('0197-no-such-message'))).status).toBe(410);
    expect((await post(await release(other))).status).toBe(200);
    expect([await stateOf(id), await stateOf(other)]).toEqual(['held', 'released']);
  });

  test('C2 an expired or altered link says nothing and does nothing', async () => {
    const id = await it.hold();
    const path = await release(id);
    for (const wrong of [
      `${path}x`,
      path.slice(0, -1),
      path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    ]) {
      expect((await it.get(wrong)).status).toBe(410);
      expect((await post(wrong)).status).toBe(410);
    }
    it.clock.now = new Date(it.clock.now.getTime() + 7 * 86_400_000);
    for (const answer of [await it.get(path), await post(path)]) {
      expect(answer.status).toBe(410);
      expect(await answer.text()).not.toMatch(/parcel|inbox\.example/);
    }
    expect(await stateOf(id)).toBe('held');
  });

  test('C2 with the next hop down the message stays held, and the same link works when it is back', async () => {
    const id = await it.hold();
    const path = await release(id);
    it.says.answer = (command) => (command.startsWith('MAIL') ? '451 4.3.0 later' : undefined);
    expect((await post(path)).status).toBe(503);
    expect(await stateOf(id)).toBe('held');
    it.says.answer = () => undefined;
    expect((await it.get(path)).status).toBe(200);
    expect((await post(path)).status).toBe(200);
    expect([it.hop.messages.length, await stateOf(id)]).toEqual([1, 'released']);
  });
}
