import { until } from '../system/servers/wait.ts';
import type { Behaviour } from './next-hop.ts';
import type { FaultCase } from './trial.ts';

/** Messages that the next hop fails, one after another. */
const TIMES = 5;

const DEATHS: readonly Behaviour[] = [
  'dies-before-data',
  'dies-in-data',
  'dies-at-dot',
  'reply-lost',
  'dies-after-reply',
];

/** S8: the next hop dies before, during and after the dot. Only where it took a message and could not say so may a second copy come. */
export const NEXT_HOP_FAULTS: readonly FaultCase[] = DEATHS.map((behaviour) => ({
  name: `next-hop:${behaviour}`,
  id: 'S8',
  isQuick: true,
  ground: 'plain',
  run: async (trial) => {
    const { hop } = trial.ground;
    hop.behave(behaviour, TIMES);
    await trial.send();
    if (!hop.isDone) throw new Error('the next hop was not asked often enough');
  },
}));

/** F8: SIGTERM with mail under way. What was begun is finished within the grace, or was not answered with 250. */
export const SHUTDOWNS: readonly FaultCase[] = [
  {
    name: 'sigterm:under-load',
    id: 'F8',
    isQuick: true,
    ground: 'plain',
    run: async (trial) => {
      const sending = trial.send();
      await until('a few letters are answered', () => trial.answered > 3);
      const code = await trial.ground.stop();
      if (code !== 0) throw new Error(`it ended with ${code}`);
      await trial.ground.start();
      await sending;
    },
  },
  {
    name: 'sigterm:twice',
    id: 'F8',
    ground: 'plain',
    run: async (trial) => {
      const sending = trial.send();
      await until('a few letters are answered', () => trial.answered > 3);
      process.kill(trial.ground.postern.pid, 'SIGTERM');
      await trial.ground.stop();
      await trial.ground.start();
      await sending;
    },
  },
  stalled('stalls'),
  stalled('stalls-kept'),
];

/** The next hop never answers the dot, so the grace runs out. */
function stalled(behaviour: 'stalls' | 'stalls-kept'): FaultCase {
  return {
    name: `sigterm:next-hop-${behaviour}`,
    id: 'F8',
    ground: 'plain',
    run: async (trial) => {
      const { hop } = trial.ground;
      hop.behave(behaviour, 2);
      const sending = trial.send();
      await until('two messages wait for the next hop', () => hop.isDone);
      await trial.ground.stop();
      await trial.ground.start();
      await sending;
    },
  };
}
