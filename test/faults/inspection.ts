import type { Fault } from '../../src/faults.ts';
import { makeLetters } from './letters.ts';
import type { FaultCase } from './trial.ts';

/** F4: DNS takes every question and answers none. F5: every run of the model throws. F6: one letter hangs or starves the
 * thread that inspects it. Mail goes on, judged by what is left. */
export const INSPECTION_FAULTS: readonly FaultCase[] = [
  {
    name: 'dns:silent',
    id: 'F4',
    ground: 'silent-dns',
    run: async (trial) => {
      await trial.expectProbe('relayed', 'small', '250');
      await trial.send();
      const metrics = await trial.ground.postern.metrics();
      if (!/^postern_evidence_failures_total\{[^}]*reason="timedOut"/m.test(metrics))
        throw new Error('nothing timed out: was DNS asked at all?');
    },
  },
  {
    name: 'model:throws',
    id: 'F5',
    ground: 'judging',
    orders: [{ at: 'step:model', do: 'throw' }],
    run: async (trial) => {
      await trial.on();
      await trial.expectProbe('both', 'small', '250');
      await trial.send();
      await trial.off();
    },
  },
  worker('worker:hangs', 'hang'),
  worker('worker:starves', 'exhaust'),
];

/** Its first letter is the one: the thread is replaced, the letter comes again and is judged without the step, the others go on. */
function worker(name: string, what: 'hang' | 'exhaust'): FaultCase {
  const about = makeLetters(name, 1)[0]?.mailFrom ?? '';
  const order: Fault = { at: 'step:rules', do: what, about };
  return {
    name,
    id: 'F6',
    ground: 'judging',
    orders: [order],
    run: async (trial) => {
      await trial.on();
      await trial.send();
      await trial.off();
    },
  };
}
