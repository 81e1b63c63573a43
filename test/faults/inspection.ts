import type { FaultCase } from './trial.ts';

/** F4: DNS takes every question and answers none. F5: every run of the model throws. Mail goes on, judged by what is left. */
export const INSPECTION_FAULTS: readonly FaultCase[] = [
  {
    name: 'dns:silent',
    id: 'F4',
    ground: 'silent-dns',
    run: async (trial) => {
      await trial.expectProbe('relayed', 'small', '250');
      await trial.send();
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
];
