import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { decisionRecord } from '../../src/ledger/record.ts';
import { newMailId } from '../../src/mail/id.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { EXAMPLE_BYTES, exampleDecision, exampleMail } from '../ledger/example-decision.ts';
import { EXAMPLE_CONTEXT, exampleLedger } from '../ledger/example-ledger.ts';
import { postern, rows } from './run.ts';

const ID = newMailId(Date.parse('2026-03-01T12:00:00Z'));
const REPORTED = Buffer.from(EXAMPLE_BYTES.toString().replace('To:', 'Message-ID: <p1@shop.example>\r\nTo:'));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-feedback-'));
  await writeFile(join(folder, 'postern.yaml'), 'detect: {model: null}\n');
  const ledger = await exampleLedger(join(folder, 'var/ledger'), createMetrics(), () => new Date());
  await ledger.append(decisionRecord(exampleDecision(exampleMail({ id: ID })), EXAMPLE_CONTEXT));
  await ledger.close();
});

afterEach(() => rm(folder, { recursive: true }));

const run = (...args: string[]) => postern([...args, '-c', 'postern.yaml', '--json'], { cwd: folder });
const csv = async (text: string, ...more: string[]) => {
  await writeFile(join(folder, 'said.csv'), text);
  return run('feedback', 'import', 'said.csv', ...more);
};

// Each starts several processes, and each of those opens the stores.
vi.setConfig({ testTimeout: 120_000 });

describe('postern feedback', () => {
  test('by id is written with its case, and can be taken back', async () => {
    const said = await run('feedback', ID, '--is', 'none', '--actor', 'kim');
    expect(said).toMatchObject({ code: 0, stderr: '' });
    const [given] = rows(said.stdout);
    expect(given).toMatchObject({ id: ID, is: 'none', actor: 'kim', state: 'found', repeated: false });
    const again = rows((await run('feedback', ID, '--is', 'none', '--actor', 'kim')).stdout);
    expect(again[0]).toMatchObject({ feedbackId: given?.feedbackId, caseId: given?.caseId, repeated: true });
    const undone = await run('feedback', '--undo', String(given?.feedbackId));
    expect(rows(undone.stdout)).toMatchObject([{ id: ID, retracts: given?.feedbackId }]);
    expect((await run('feedback', '--undo', newMailId())).code).toBe(1);
  });

  test('by file finds the decision, and keeps the mail for nobody else to read', async () => {
    await writeFile(join(folder, 'seen.eml'), REPORTED);
    const [given] = rows((await run('feedback', 'seen.eml', '--is', 'none')).stdout);
    expect(given).toMatchObject({ id: ID, state: 'found' });
    const kept = join(folder, 'var/cases', `${given?.caseId}.eml`);
    expect(await readFile(kept)).toEqual(REPORTED);
    expect((await stat(kept)).mode & 0o777).toBe(0o600);
  });

  test('on a file that the ledger does not have is a case all the same, and exit 1', async () => {
    await writeFile(join(folder, 'other.eml'), REPORTED.toString().replace('p1@', 'p2@'));
    const unknown = await run('feedback', 'other.eml', '--is', 'bec');
    expect(unknown.code).toBe(1);
    expect(rows(unknown.stdout)).toMatchObject([{ state: 'unknown', repeated: false }]);
    await run('feedback', 'other.eml', '--is', 'bec');
    expect((await readdir(join(folder, 'var/cases'))).length).toBe(2);
  });

  test('without what it is, or with both, is wrong use', async () => {
    expect((await run('feedback', ID)).code).toBe(2);
    expect((await run('feedback', '--is', 'none')).code).toBe(2);
    expect((await run('feedback', '--is', 'none', '--undo', ID)).code).toBe(2);
  });
});

describe('postern feedback import', () => {
  const mixed = `id,message_id,is,actor\n${ID},,bec,kim\n,<p1@shop.example>,bec,"Lee, L."\n,gone@shop.example,bec,kim\n${ID},,boring,kim\n`;

  test('takes what is right and names the lines that are not', async () => {
    const { code, stderr, stdout } = await csv(mixed);
    expect(code).toBe(1);
    expect(stderr).toMatch(/said\.csv:4: gone@shop\.example: is not in the ledger/);
    expect(stderr).toMatch(/said\.csv:5: is: "boring" is none of/);
    expect(rows(stdout)).toMatchObject([{ rows: 2, repeated: 0, wrong: 2 }]);
    const repeated = await csv(`id,is,actor\n${ID},bec,"Lee, L."\n`);
    expect(rows(repeated.stdout)).toMatchObject([{ rows: 1, repeated: 1, wrong: 0 }]);
  });

  test('takes nothing where all or nothing is wanted and a line is wrong', async () => {
    const { code, stdout } = await csv(mixed, '--all-or-nothing');
    expect(code).toBe(1);
    expect(rows(stdout)).toMatchObject([{ rows: 0, wrong: 2 }]);
    expect(await readdir(join(folder, 'var/ledger'))).toHaveLength(1);
  });
});

describe('postern cases', () => {
  test('shows a report, judges its mail again with the detectors of today, and closes it', async () => {
    await writeFile(join(folder, 'seen.eml'), REPORTED);
    const [given] = rows((await run('feedback', 'seen.eml', '--is', 'scam', '--actor', 'kim')).stdout);
    const caseId = String(given?.caseId);
    const checked = await run('cases', 'check');
    // Rules alone let this letter pass: the mistake is still there, and that is a negative answer.
    expect(checked.code).toBe(1);
    expect(rows(checked.stdout)).toMatchObject([
      { caseId, state: 'reproduced', check: { verdict: 'accept' } },
    ]);
    const closed = await run('cases', 'close', caseId, '--fixed-by', 'nothing: one of a kind');
    expect(rows(closed.stdout)).toMatchObject([{ state: 'closed', fixedBy: 'nothing: one of a kind' }]);
    expect(rows((await run('cases', 'list')).stdout)).toEqual([]);
    expect((await run('cases', 'show', newMailId())).code).toBe(1);
  });
});
