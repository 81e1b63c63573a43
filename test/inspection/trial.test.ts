import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Trial } from '../../src/inspection/trial.ts';
import { mailOf } from '../evidence/message-factory.ts';
import { configOf, type FakeVessel, fakeVessels } from './fake-vessel.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const TIMEOUT_MS = 5_000;
const IDLE_MS = 20_000;
const settled = () => vi.advanceTimersByTimeAsync(0);

function trialOf() {
  const { open, made } = fakeVessels();
  const config = configOf({ messageTimeoutMs: TIMEOUT_MS, stallMs: TIMEOUT_MS });
  return { trial: new Trial({ config, memory: null, open }, IDLE_MS), made };
}

const vesselAt = (made: readonly FakeVessel[], place: number) => made[place] as FakeVessel;

describe('trying messages alone', () => {
  it('starts a process with the first message, and ends it when nothing came for a while', async () => {
    const { trial, made } = trialOf();
    expect(made).toHaveLength(0);
    const answer = trial.run(mailOf({}), () => []);
    await settled();
    vesselAt(made, 0).ready();
    await settled();
    vesselAt(made, 0).fail(0);
    await answer;
    await vi.advanceTimersByTimeAsync(IDLE_MS - 1);
    expect(vesselAt(made, 0).isKilled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(vesselAt(made, 0).isKilled).toBe(true);
  });

  it('F6 has one message inside at a time, and asks what to leave out when its turn comes', async () => {
    const { trial, made } = trialOf();
    const asked: number[] = [];
    const answers = [1, 2].map((number) =>
      trial.run(mailOf({}), () => {
        asked.push(number);
        return number === 1 ? [] : ['model'];
      }),
    );
    await settled();
    vesselAt(made, 0).ready();
    await settled();
    expect([asked, vesselAt(made, 0).jobs]).toEqual([[1], [0]]);
    vesselAt(made, 0).fail(0);
    await settled();
    expect([asked, vesselAt(made, 0).jobs]).toEqual([
      [1, 2],
      [0, 1],
    ]);
    expect(vesselAt(made, 0).received[1]).toMatchObject({ leftOut: ['model'] });
    vesselAt(made, 0).fail(1);
    await Promise.all(answers);
  });

  it('F6 tells in which step a message ended the process, and goes on in a new one', async () => {
    const { trial, made } = trialOf();
    const [first, second] = [trial.run(mailOf({}), () => []), trial.run(mailOf({}), () => [])];
    await settled();
    vesselAt(made, 0).ready();
    await settled();
    vesselAt(made, 0).handlers.onMessage({ kind: 'step', step: 'parse:html' });
    vesselAt(made, 0).crash();
    expect(await first).toMatchObject({ kind: 'died', step: 'parse:html', messages: 1 });
    await settled();
    vesselAt(made, 1).ready();
    await settled();
    vesselAt(made, 1).fail(0, 'innocent');
    expect(await second).toMatchObject({ detail: 'innocent' });
  });

  it('does not try at all where nothing is left to try', async () => {
    const { trial, made } = trialOf();
    expect(await trial.run(mailOf({}), () => null)).toEqual({ kind: 'notTried' });
    expect(made).toHaveLength(0);
  });

  it('blames no message for a process that does not start', async () => {
    const { trial, made } = trialOf();
    const answer = trial.run(mailOf({}), () => []);
    await settled();
    vesselAt(made, 0).crash('no memory');
    expect(await answer).toMatchObject({ kind: 'unavailable', detail: expect.stringContaining('no memory') });
  });

  it('blames no message whose turn does not come in time, and does not try it later', async () => {
    const { trial, made } = trialOf();
    const first = trial.run(mailOf({}), () => []);
    const late = trial.run(mailOf({}), () => []);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    expect(await late).toMatchObject({ kind: 'unavailable' });
    vesselAt(made, 0).ready();
    await settled();
    vesselAt(made, 0).fail(0);
    await first;
    await settled();
    expect(vesselAt(made, 0).jobs).toEqual([0]);
  });

  it('blames no message that is inside when inspection is closed', async () => {
    const { trial, made } = trialOf();
    const answer = trial.run(mailOf({}), () => []);
    await settled();
    vesselAt(made, 0).ready();
    await settled();
    await trial.close();
    expect(await answer).toMatchObject({ kind: 'failed', step: null });
    expect(await trial.run(mailOf({}), () => [])).toMatchObject({ kind: 'unavailable' });
  });
});
