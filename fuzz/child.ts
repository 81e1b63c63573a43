/** The process that feeds a target; `campaign.ts` starts it, tells it its job, and survives what it does not. */
import { Coverage } from './coverage.ts';
import { type Failure, thrown } from './feed.ts';
import type { Job, Report } from './job.ts';
import { Loop } from './loop.ts';
import { Random } from './random.ts';
import { readScratch, Scratch } from './scratch.ts';
import { loadTarget } from './targets.ts';
import { sourceReader, wordsOf } from './words.ts';

const ROOT = new URL('../', import.meta.url);
/** How often figures are reported. */
const REPORT_EVERY_MS = 1_000;

process.once('message', (job) => void work(job as Job));

async function work(job: Job): Promise<void> {
  // Before the target is loaded: V8 gives blocks only for what it compiles afterwards.
  const coverage = new Coverage([new URL('src/', ROOT).href, new URL('test/fuzz/', ROOT).href]);
  const target = await loadTarget(job.module);
  const scratch = new Scratch(job.scratch, target.maxBytes);
  // What no promise holds: an emitter without a listener, a timer.
  process.on('uncaughtException', (error) => {
    const found = thrown(error);
    const { input } = readScratch(job.scratch);
    const report: Report = { kind: 'uncaught', input, failure: uncaught(found) };
    end(report, 1);
  });
  const loop = new Loop({
    target,
    words: wordsOf(target, sourceReader(ROOT)),
    coverage,
    scratch,
    random: new Random(job.seed),
    known: new Set(job.known),
    kept: (input) => tell({ kind: 'kept', input }),
    failed: (found) => tell({ kind: 'failed', found }),
  });
  await loop.begin(job.seeds.map((seed) => Buffer.from(seed).subarray(0, target.maxBytes)));
  if (job.mode === 'fuzz') await fuzz(loop, job);
  scratch.close();
  // A thread that a target started, for QR codes, would keep the process.
  end({ kind: 'done', figures: loop.figures }, 0);
}

async function fuzz(loop: Loop, job: Job): Promise<void> {
  let reported = Date.now();
  for (let left = job.most - loop.figures.executions; left > 0 && Date.now() < job.until; ) {
    await loop.step(left);
    left = job.most - loop.figures.executions;
    if (Date.now() - reported < REPORT_EVERY_MS) continue;
    reported = Date.now();
    tell({ kind: 'figures', figures: loop.figures });
  }
}

function uncaught(found: Failure): Failure {
  return { ...found, message: `uncaught: ${found.message}`, signature: `uncaught ${found.signature}` };
}

function end(report: Report, code: number): void {
  if (process.send === undefined) process.exit(code);
  process.send(report, () => process.exit(code));
}

function tell(report: Report): void {
  process.send?.(report);
}
