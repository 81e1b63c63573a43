import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withRecordedEvidence } from '../../../src/detect/rules/recorded-evidence.ts';
import { factsOf } from '../../../src/evidence/evidence.ts';
import { gather } from '../../../src/evidence/gather.ts';
import { type ReputationFacts, UNREMEMBERED } from '../../../src/evidence/reputation.ts';
import { mailOf, messageOf } from '../../evidence/message-factory.ts';
import { SOURCES } from './shipped.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recorded-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function remembered(evidence: object): Promise<ReputationFacts | null> {
  writeFileSync(join(folder, 'match-1.json'), JSON.stringify({ evidence }));
  const sources = await withRecordedEvidence(SOURCES, join(folder, 'match-1.eml'));
  return factsOf<ReputationFacts>((await gather(mailOf(), messageOf(), sources)).reputation);
}

describe('the memory that a test message records', () => {
  it('is as of somebody never seen, but for what is said', async () => {
    expect(await remembered({ reputation: { firstContact: true, domain: { messages: 4 } } })).toEqual({
      ...UNREMEMBERED,
      remembers: true,
      firstContact: true,
      domain: { messages: 4, badShare: 0, ageDays: 0, known: true },
    });
  });

  it('is none where nothing is recorded', async () => {
    expect(await remembered({})).toEqual(UNREMEMBERED);
  });

  it.each([
    ['a fact that is none', { unsolicted: true }, 'evidence.reputation: Unrecognized key: "unsolicted"'],
    ['a flag that is a number', { unsolicited: 1 }, 'evidence.reputation.unsolicited'],
    ['a share above one', { domain: { badShare: 2 } }, 'evidence.reputation.domain.badShare'],
  ])('is refused with the path of the file for %s', async (_, reputation, problem) => {
    await expect(remembered({ reputation })).rejects.toThrow(`match-1.json: ${problem}`);
  });
});
