import { parentPort, workerData } from 'node:worker_threads';
import type { MailSource } from '../../mail/files.ts';
import { type JudgeSetup, openJudge, rowFor } from './judge.ts';
import type { FromWorker } from './workers.ts';

// The thread of workers.ts: takes sources, gives rows. What goes wrong with a message is its row; anything else ends the thread.
if (parentPort === null) throw new Error('worker.ts is a thread of workers.ts');
const port = parentPort;
const judge = await openJudge(workerData as JudgeSetup);

port.on('message', async ({ number, source }: { number: number; source: MailSource }) => {
  port.postMessage({ number, row: await rowFor(judge, source) } satisfies FromWorker);
});
port.postMessage({ ready: true } satisfies FromWorker);
