import { DatabaseSync } from 'node:sqlite';
import type { HeldState } from '../../src/quarantine/quarantine.ts';

/** A message of the quarantine, as the file says it: by another reader than the one under test. */
export interface Row {
  readonly id: string;
  readonly heldAt: Date;
  readonly state: HeldState;
  readonly envelope: { readonly mailFrom: string | null; readonly rcptTo: readonly string[] };
  readonly recipients: readonly string[];
  readonly sizeBytes: number;
}

const STATES: readonly HeldState[] = ['held', 'releasing', 'released', 'deleted', 'expired'];

/** Every message, whatever its state. */
export function readHeld(path: string): readonly Row[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 2_000 });
  try {
    const fates = database.prepare('SELECT recipient, state FROM held_fate WHERE id = ? ORDER BY place');
    const messages = database.prepare(
      'SELECT id, held_at, size_bytes, envelope FROM held ORDER BY held_at DESC, id DESC',
    );
    return messages.all().map((row) => {
      const own = fates.all(String(row.id));
      return {
        id: String(row.id),
        heldAt: new Date(Number(row.held_at)),
        state: STATES.find((state) => own.some((fate) => fate.state === state)) ?? 'expired',
        envelope: JSON.parse(String(row.envelope)),
        recipients: own.map(({ recipient }) => String(recipient)),
        sizeBytes: Number(row.size_bytes),
      };
    });
  } finally {
    database.close();
  }
}
