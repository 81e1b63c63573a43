import { expect, test, vi } from 'vitest';
import { withdraw } from '../../src/gate/withdraw.ts';
import type { Quarantine } from '../../src/quarantine/quarantine.ts';
import { keepingLogger } from '../ledger/example-ledger.ts';

test('F2 a held copy that the store does not let go of yet is told at once, and withdrawn as soon as it does', async () => {
  const { log, lines } = keepingLogger();
  let failures = 2;
  const deleted: string[] = [];
  const quarantine = {
    delete: async (id: string) => {
      failures -= 1;
      if (failures >= 0) throw new Error('database is locked');
      deleted.push(id);
    },
  } as Partial<Quarantine> as Quarantine;
  await withdraw(quarantine, 'id1', log);
  expect(lines).toMatchObject([{ level: 'error', event: 'held_copy_not_withdrawn', id: 'id1' }]);
  await vi.waitFor(() => expect(deleted).toEqual(['id1']), 10_000);
  expect(lines.at(-1)).toMatchObject({ level: 'info', event: 'held_copy_withdrawn', id: 'id1' });
});
