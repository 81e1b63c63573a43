import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAULT_POINTS, type FaultPoint } from '../../src/faults.ts';
import { fileName } from '../../src/ledger/files.ts';
import { readLedger } from '../../src/ledger/reader.ts';
import { until } from '../system/servers/wait.ts';
import type { Ground } from './ground.ts';
import type { FaultCase, Trial } from './trial.ts';

/** Places of the short form: each kind of state that a message can be in. */
const QUICK: readonly FaultPoint[] = [
  'message:inspected',
  'hold:renamed',
  'hold:inserted',
  'relay:sent',
  'relay:answered',
  'withdraw:begun',
  'message:settled',
  'release:delivered',
];

/** Places that a message reaches once for a few of them only, or a process once. */
const FIRST_TIME = /^(withdraw|ledger:(opened|compressed|renamed)|release|shutdown)/;

/** F1: the gate is killed at every place, with several messages under way. */
export const KILLS: readonly FaultCase[] = FAULT_POINTS.map((at) => ({
  name: `kill:${at}`,
  id: 'F1',
  isQuick: QUICK.includes(at),
  ground: 'plain',
  orders: [{ at, do: 'kill', nth: FIRST_TIME.test(at) ? 1 : 3 }],
  run: wayTo(at),
}));

function wayTo(at: FaultPoint): FaultCase['run'] {
  if (at === 'ledger:compressed' || at === 'ledger:renamed') return killWhileCompressing;
  if (at === 'ledger:opened') return killAfterStart;
  if (at.startsWith('release:')) return (trial) => killRelease(trial, at);
  if (at.startsWith('shutdown:')) return killShutdown;
  return killUnderLoad;
}

async function killUnderLoad(trial: Trial): Promise<void> {
  await trial.on();
  const sending = trial.send();
  await trial.ground.died();
  await trial.off();
  await trial.ground.start();
  await sending;
}

/** The file of the ledger is opened once for each hour: only a new process comes there. */
async function killAfterStart(trial: Trial): Promise<void> {
  await trial.ground.stop();
  await trial.ground.start();
  await killUnderLoad(trial);
}

async function killShutdown(trial: Trial): Promise<void> {
  await trial.on();
  const sending = trial.send();
  await until('a few letters are answered', () => trial.answered > 3);
  const code = await trial.ground.stop();
  if (code !== null) throw new Error(`it ended with ${code}: the place was not reached`);
  await trial.off();
  await trial.ground.start();
  await sending;
}

/** An hour that ended long ago is compressed at the next start. */
async function killWhileCompressing(trial: Trial): Promise<void> {
  const { ground } = trial;
  await trial.send();
  await ground.stop();
  const ids = await oldHour(ground);
  await trial.on();
  await ground.start().then(
    () => Promise.reject(new Error('it started: the place was not reached')),
    () => undefined,
  );
  await trial.off();
  await ground.start();
  const found = (await Array.fromAsync(readLedger(ground.pathOf('ledger')))).map(({ id }) => id);
  if (ids.some((id) => found.filter((one) => one === id).length !== 1))
    throw new Error(`of three old lines there are ${found.filter((id) => ids.includes(id)).length}`);
}

/** Puts a file with three lines into the ledger that the next start compresses, and gives their ids. */
export async function oldHour(ground: Ground): Promise<readonly string[]> {
  const name = fileName('decision', new Date(Date.now() - OLD_HOURS.next() * 3_600_000));
  const ids = ['one', 'two', 'three'].map((word) => `${name}-${word}`);
  const at = new Date().toISOString();
  const lines = ids.map((id) => `${JSON.stringify({ schema: 1, kind: 'decision', id, at })}\n`);
  await appendFile(join(ground.pathOf('ledger'), name), lines.join(''));
  return ids;
}

/** A file of its own for each trial. */
const OLD_HOURS = {
  hours: 2,
  next(): number {
    this.hours += 1;
    return this.hours;
  },
};

/** Another process releases: it is killed, and the next one takes up what it left. */
async function killRelease(trial: Trial, at: FaultPoint): Promise<void> {
  await trial.send();
  const { postern } = trial.ground;
  const ids = () => trial.rows().filter(({ state }) => state === 'held' || state === 'releasing');
  const [first] = ids();
  if (first === undefined) throw new Error('nothing is held that could be released');
  await trial.on();
  await postern.command('quarantine', 'release', first.id).then(
    () => Promise.reject(new Error('it was released: the place was not reached')),
    () => undefined,
  );
  await trial.off();
  if (at === 'release:delivered') for (const recipient of first.recipients) trial.excuse(recipient);
  const rest = ids();
  if (at !== 'release:marked' && !rest.some(({ id }) => id === first.id))
    throw new Error('what was being released is not held any more');
  // The next hop refuses some of them at first, as it refuses new mail.
  for (let round = 0; round < 2 && ids().length > 0; round += 1)
    await postern.command('quarantine', 'release', ...ids().map(({ id }) => id)).catch(() => undefined);
  if (ids().length > 0) throw new Error(`${ids().length} could not be released`);
}
