import { until } from '../system/servers/wait.ts';
import { posternOk } from './command.ts';
import { placeOf } from './lab.ts';
import type { Setting } from './setting.ts';

/** The gate says so when it has taken over what changed. */
const TAKEN_OVER = /"msg":"configuration reloaded"/g;
const LIMIT_MS = 60_000;

/** Changes something that the running gate watches, and waits until it judges by it: no restart. */
export async function whileRunning<T>({ gate }: Setting, change: () => Promise<T>): Promise<T> {
  const before = await takenOver(gate);
  const result = await change();
  await until('the gate takes it over', async () => (await takenOver(gate)) > before, LIMIT_MS);
  return result;
}

async function takenOver(gate: Setting['gate']): Promise<number> {
  return [...(await gate.log()).matchAll(TAKEN_OVER)].length;
}

/** `postern promote`, taken over by the running gate when it resolves. */
export async function promote(setting: Setting, rule: string, to: string, reason: string): Promise<void> {
  await whileRunning(setting, () =>
    posternOk(placeOf(setting), 'promote', rule, '--to', to, '--reason', reason, '--actor', 'administrator'),
  );
}
