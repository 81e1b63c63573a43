import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadSetup } from './vessel.ts';
import { runWorker } from './worker.ts';

// The thread of vessel.ts.
if (parentPort === null) throw new Error('thread-worker.ts is a thread of the inspection pool');
const port = parentPort;
const setup = workerData as ThreadSetup;
const beats = new Int32Array(setup.beats);

await runWorker(setup, {
  post: (message) => port.postMessage(message),
  listen: (hear) => void port.on('message', hear),
  beat: () => void Atomics.add(beats, 0, 1),
  onStep: null,
});
