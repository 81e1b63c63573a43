import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { runWorker, type WorkerSetup } from './worker.ts';

// The process of vessel.ts: one message at a time, so that whatever ends it is that message's doing.
if (process.send === undefined) throw new Error('trial-worker.ts is a process of the inspection');
const send = process.send.bind(process);
process.on('disconnect', () => process.exit());
// Signals for all processes of the service (systemd's stop, a terminal's Ctrl-C) are for the gate, which then ends us: the message
// inside must not be blamed for them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
new Worker(new URL(`./orphan-watch${import.meta.url.slice(-3)}`, import.meta.url), {
  workerData: { parent: process.ppid },
}).unref();

const [setup] = (await once(process, 'message')) as [WorkerSetup];
await runWorker(setup, {
  post: (message) => void send(message),
  listen: (hear) => void process.on('message', hear),
  beat: () => void send({ kind: 'beat' }),
  onStep: (step) => void send({ kind: 'step', step }),
});
