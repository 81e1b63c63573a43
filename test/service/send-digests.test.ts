import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DigestSchedule, LATE_MINUTES, RETRY_MINUTES } from '../../src/service/send-digests.ts';
import { ANNA, BELA, type OwnConsole, ownConsole } from '../console/own/own-console.ts';

const MINUTE_MS = 60_000;
let own: OwnConsole;
let schedule: DigestSchedule;

beforeEach(async () => {
  own = await ownConsole();
  // What is held now is told of tomorrow.
  await own.hold([ANNA]);
  schedule = new DigestSchedule({ ...own.parts, now: () => own.clock.now }, own.metrics);
});

afterEach(() => own.close());

/** Looks at the clock at this minute after 07:00 tomorrow. */
async function at(minutes: number): Promise<number> {
  const now = new Date();
  own.clock.now = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 7, minutes);
  await schedule.look();
  return own.hop.messages.length;
}

async function counted(outcome: string): Promise<number | undefined> {
  const { values } = await own.metrics.digests.get();
  return values.find(({ labels }) => labels.outcome === outcome)?.value;
}

describe('the schedule of letters', () => {
  it('sends from the minute on that is configured, not before', async () => {
    expect([await at(-1), await at(0), await at(1)]).toEqual([0, 1, 1]);
    expect(await counted('sent')).toBe(1);
  });

  it('sends late where no gate ran at the time, but not at night', async () => {
    expect(await at(LATE_MINUTES)).toBe(0);
    expect(await at(LATE_MINUTES - 1)).toBe(1);
  });

  it('tries again when the next hop was down, later each time, and gives up', async () => {
    own.says.answer = (command) => (command.startsWith('MAIL') ? '451 4.3.0 later' : undefined);
    let minute = 0;
    await at(minute);
    for (const wait of RETRY_MINUTES) {
      await at(minute + wait - 1);
      minute += wait;
      await at(minute);
    }
    for (let more = minute + 1; more < LATE_MINUTES; more += 5) await at(more);
    expect(await counted('failed')).toBe(RETRY_MINUTES.length + 1);
    expect(own.lines).toContainEqual(expect.objectContaining({ event: 'digests_given_up' }));
  });

  it('sends with the try after the next hop is back, to those alone who had none', async () => {
    await own.hold([BELA]);
    own.says.answer = (command) => (command.includes(BELA) ? '451 4.3.0 later' : undefined);
    expect(await at(0)).toBe(1);
    own.says.answer = () => undefined;
    expect(await at(RETRY_MINUTES[0])).toBe(2);
    expect([await counted('sent'), await counted('failed')]).toEqual([2, 1]);
  });

  it('sends nothing once it is closed', async () => {
    await schedule.close(MINUTE_MS);
    expect(await at(0)).toBe(0);
  });
});
