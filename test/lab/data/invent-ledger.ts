import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CATEGORIES } from '../../../src/detect/category.ts';
import { fileName } from '../../../src/ledger/files.ts';
import { encodeLine } from '../../../src/ledger/line.ts';
import { type DecisionRecord, decisionRecord, feedbackRecord } from '../../../src/ledger/record.ts';
import { exampleDecision, exampleMail } from '../../ledger/example-decision.ts';
import { EXAMPLE_CONTEXT } from '../../ledger/example-ledger.ts';

/** The same numbers each time: mulberry32 would do, too; a linear congruence is enough to spread values. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** So many decisions over two days from 2026-03-01 on, a tenth of them with feedback. Returns the decisions. */
export async function inventLedger(directory: string, count: number): Promise<DecisionRecord[]> {
  await mkdir(directory, { recursive: true });
  const random = numbers(7);
  const files = new Map<string, string[]>();
  const put = (name: string, line: string) => files.set(name, [...(files.get(name) ?? []), line]);
  const records: DecisionRecord[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = new Date(Date.UTC(2026, 2, 1) + Math.floor((i / count) * 2 * 86_400_000));
    const record = inventDecision(`decision-${String(i).padStart(6, '0')}`, at, random);
    records.push(record);
    put(fileName('decision', at), encodeLine(record));
    if (i % 10 !== 0) continue;
    const said = new Date(at.getTime() + Math.floor(random() * 3_600_000));
    const is = random() < 0.5 ? 'none' : 'scam';
    const surface = random() < 0.5 ? 'cli' : 'mailbox';
    const feedback = feedbackRecord(record, { is, actor: 'robin', at: said, surface });
    put(fileName('feedback', said), encodeLine({ ...feedback, feedbackId: `feedback-${i}` }));
  }
  for (const [name, lines] of files) await writeFile(join(directory, name), lines.join(''));
  return records;
}

function inventDecision(id: string, at: Date, random: () => number): DecisionRecord {
  const score = random();
  const category = CATEGORIES[Math.floor(random() * CATEGORIES.length)] ?? 'spam';
  const example = decisionRecord(
    exampleDecision(exampleMail({ id }), {
      features: Float32Array.of(random(), random() < 0.2 ? Number.NaN : random(), Math.floor(random() * 5)),
    }),
    EXAMPLE_CONTEXT,
  );
  return {
    ...example,
    at: at.toISOString(),
    score,
    category: score < 0.5 ? 'none' : category,
    verdict: score < 0.5 ? 'accept' : score < 0.7 ? 'tag' : 'quarantine',
  };
}
