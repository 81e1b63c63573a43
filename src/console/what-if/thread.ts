import { parentPort, workerData } from 'node:worker_threads';
import { replay } from '../../lab/replay/replay.ts';
import { narrow } from '../efficacy/scoped-data.ts';
import type { ReplayWork } from './replay-thread.ts';

// The thread of one replay: begun with its work, it answers once. Mistakes are answers, what else goes wrong ends the thread.
const { scope, ...options } = workerData as ReplayWork;
const summary = await replay({ ...options, prepare: (data) => narrow(data, scope) });
parentPort?.postMessage(summary);
