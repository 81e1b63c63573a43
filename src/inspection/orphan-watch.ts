import { workerData } from 'node:worker_threads';

/** The trial process may hang for good in the very moment that the gate is killed: then nobody else would end it. */
const LOOK_MS = 1_000;

const { parent } = workerData as { parent: number };
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, LOOK_MS);
