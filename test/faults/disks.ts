import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readLedger } from '../../src/ledger/reader.ts';
import { until } from '../system/servers/wait.ts';
import type { Fate } from './letters.ts';
import type { FaultCase, Trial } from './trial.ts';

const run = promisify(execFile);

/** What a letter hears that needs the store, and one that does not need it. */
interface Expected {
  readonly needs: readonly [Fate, 'small' | 'large'];
  readonly hears: string;
  readonly other: readonly [Fate, 'small' | 'large'];
}

const SPOOL: Omit<Expected, 'hears'> = { needs: ['relayed', 'large'], other: ['relayed', 'small'] };
const QUARANTINE: Omit<Expected, 'hears'> = { needs: ['held', 'small'], other: ['relayed', 'large'] };
const FULL = '452 4.3.1';
const BROKEN = '451 4.3.0';

/** F2 by ordered errors: what a full disk, a quota, a broken disk or too many open files make of a system call. */
export const ORDERED_DISK_FAULTS: readonly FaultCase[] = [
  ordered('full:spool', 'spool:opened', 'ENOSPC', { ...SPOOL, hears: FULL }, true),
  ordered('full:spool-half-way', 'spool:written', 'ENOSPC', { ...SPOOL, hears: FULL }),
  ordered('quota:spool', 'spool:opened', 'EDQUOT', { ...SPOOL, hears: FULL }),
  ordered('broken:spool', 'spool:written', 'EIO', { ...SPOOL, hears: BROKEN }),
  ordered('files:spool', 'spool:opened', 'EMFILE', { ...SPOOL, hears: BROKEN }),
  ordered('full:quarantine', 'hold:written', 'ENOSPC', { ...QUARANTINE, hears: FULL }, true),
  ordered('quota:quarantine', 'hold:written', 'EDQUOT', { ...QUARANTINE, hears: FULL }),
  ordered('broken:quarantine', 'hold:renamed', 'EIO', { ...QUARANTINE, hears: BROKEN }),
  {
    name: 'full:ledger',
    id: 'F2',
    isQuick: true,
    ground: 'plain',
    orders: [{ at: 'ledger:begun', do: 'throw', code: 'ENOSPC' }],
    run: (trial) => ledgerFills(trial, trial.on.bind(trial), trial.off.bind(trial)),
  },
  {
    name: 'broken:spool-file-stays',
    id: 'F2',
    ground: 'plain',
    orders: [{ at: 'spool:removed', do: 'throw', code: 'EIO' }],
    run: async (trial) => {
      await trial.on();
      await trial.expectProbe('relayed', 'large', '250');
      await trial.send();
      await trial.off();
    },
  },
  {
    name: 'broken:withdrawal',
    id: 'F2',
    ground: 'plain',
    orders: [{ at: 'withdraw:begun', do: 'throw', code: 'EIO' }],
    run: async (trial) => {
      await trial.on();
      await trial.send();
      await trial.off();
    },
  },
];

/** F2 on file systems of 4 MB that are really full. */
export const REAL_DISK_FAULTS: readonly FaultCase[] = [
  onDisk('disk:spool', 'spool', { ...SPOOL, hears: FULL }),
  onDisk('disk:quarantine', 'quarantine', { ...QUARANTINE, hears: FULL }),
  {
    name: 'disk:ledger',
    id: 'F2',
    ground: 'small-disks',
    run: async (trial) => {
      const directory = trial.ground.pathOf('ledger');
      await ledgerFills(
        trial,
        () => fill(directory),
        () => makeRoom(directory),
      );
    },
  },
];

const DISKS = ['spool', 'quarantine', 'ledger'];
const DISK_BYTES = 4 * 1024 * 1024;

/** Mounts a small file system below `var` for each store. Gives what unmounts them. Needs root. */
export async function mountSmallDisks(directory: string): Promise<() => Promise<void>> {
  const mounted: string[] = [];
  const unmount = async () => {
    for (const path of mounted.splice(0)) await run('umount', ['-l', path]);
  };
  try {
    for (const name of DISKS) {
      const path = join(directory, 'var', name);
      await mkdir(path, { recursive: true });
      await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES},mode=0700`, 'tmpfs', path]);
      mounted.push(path);
    }
  } catch (error) {
    await unmount();
    throw error;
  }
  return unmount;
}

function ordered(
  name: string,
  at: 'spool:opened' | 'spool:written' | 'hold:written' | 'hold:renamed',
  code: string,
  expected: Expected,
  isQuick = false,
): FaultCase {
  const store = at.startsWith('spool') ? 'spool' : 'quarantine';
  return {
    name,
    id: 'F2',
    isQuick,
    ground: 'plain',
    orders: [{ at, do: 'throw', code }],
    run: (trial) => storeFills(trial, store, expected, trial.on.bind(trial), trial.off.bind(trial)),
  };
}

function onDisk(name: string, store: 'spool' | 'quarantine', expected: Expected): FaultCase {
  return {
    name,
    id: 'F2',
    ground: 'small-disks',
    run: async (trial) => {
      const directory = trial.ground.pathOf(store);
      await storeFills(
        trial,
        store,
        expected,
        () => fill(directory),
        () => makeRoom(directory),
      );
    },
  };
}

async function storeFills(
  trial: Trial,
  store: 'spool' | 'quarantine',
  { needs, hears, other }: Expected,
  fillUp: () => Promise<void>,
  clear: () => Promise<void>,
): Promise<void> {
  await fillUp();
  const sending = trial.send();
  await trial.expectProbe(...needs, hears);
  await trial.expectProbe(...other, '250');
  await expectLogged(trial, `${trial.ground.pathOf(store)}`);
  await clear();
  await sending;
  await trial.expectProbe(...needs, '250');
}

/** Mail goes on; the lines wait, and are there in the end. */
async function ledgerFills(
  trial: Trial,
  fillUp: () => Promise<void>,
  clear: () => Promise<void>,
): Promise<void> {
  await fillUp();
  await trial.send();
  await expectLogged(trial, 'ledger_waits');
  await clear();
  const expected = (await trial.send()).map(({ letter }) => letter.recipient);
  await until(
    'every decision is in the ledger',
    async () => {
      const known = new Set<string>();
      for await (const record of readLedger(trial.ground.pathOf('ledger')))
        if (record.kind === 'decision' && 'envelope' in record)
          for (const recipient of record.envelope.rcptTo) known.add(recipient);
      return expected.every((recipient) => known.has(recipient));
    },
    10_000,
  );
}

async function expectLogged(trial: Trial, text: string): Promise<void> {
  await until(`the log has ${text}`, async () => (await trial.ground.postern.log()).includes(text), 5_000);
}

const FILLER = 'filler';

/** To the last byte: pieces that get smaller where there is no room for larger ones. */
async function fill(directory: string): Promise<void> {
  const file = await open(join(directory, FILLER), 'w');
  try {
    for (let size = 65_536; size >= 1; size = Math.floor(size / 4)) {
      try {
        for (;;) await file.write(Buffer.alloc(size));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    }
  } finally {
    await file.close();
  }
}

async function makeRoom(directory: string): Promise<void> {
  await rm(join(directory, FILLER));
}
