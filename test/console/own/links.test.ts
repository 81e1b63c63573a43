import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wantsDigest } from '../../../src/digest/book.ts';
import { type PostgresServer, postgresRequirement, startPostgres } from '../../database/postgres.ts';
import { describeWith } from '../../describe-with.ts';
import { exampleAssessment } from '../../ledger/example-decision.ts';
import { describeLinks } from './links-suite.ts';
import { ANNA, ownConsole } from './own-console.ts';

describe('links of letters, rows in SQLite', () => describeLinks(() => null));

describeWith(postgresRequirement, 'links of letters, rows in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.close());

  describeLinks(() => server.url);
});

describe('what a link may not do', () => {
  const NO_FREEDOM = [
    ['malware', { assessment: 'malware' }],
    ['what a list blocks', { policy: 'block:sender' }],
    ['what clamd or a rule forced', { forced: 'quarantine' }],
  ] as const;

  it.each(NO_FREEDOM)('C2 it never frees %s, where recipients free their own', async (_what, kind) => {
    const console = await ownConsole({ release: 'self' });
    const id = await console.hold([ANNA], {
      fates: [
        {
          verdict: 'quarantine',
          recipients: [ANNA],
          policy: 'policy' in kind ? kind.policy : 'default',
        },
      ],
      assessment: {
        ...exampleAssessment(),
        ...('assessment' in kind ? { category: kind.assessment } : {}),
        ...('forced' in kind ? { forced: kind.forced } : {}),
      },
    });
    const path = await console.link({ action: 'release', recipient: ANNA, mailId: id });
    expect((await console.open('POST', path)).status).toBe(410);
    expect((await console.post(`/own/${id}/release`, 'anna')).status).toBe(403);
    expect((await console.parts.quarantine.get(id))?.state).toBe('held');
    expect(await (await console.get('/own', 'anna')).text()).toContain(`/own/${id}/ask`);
    await console.close();
  });

  it('C2 letters that were sent before the configuration changed free nothing any more', async () => {
    const console = await ownConsole({ release: 'off' });
    const id = await console.hold();
    const path = await console.link({ action: 'release', recipient: ANNA, mailId: id });
    expect((await console.open('POST', path)).status).toBe(410);
    expect((await console.parts.quarantine.get(id))?.state).toBe('held');
    await console.close();
  });

  it('C2 the link that ends letters ends them by POST alone', async () => {
    const console = await ownConsole();
    const path = await console.link({ action: 'off', recipient: ANNA, mailId: null });
    expect((await console.get(path)).status).toBe(200);
    expect(await wantsDigest(console.parts.database, ANNA)).toBe(true);
    expect((await console.open('POST', path)).status).toBe(200);
    expect(await wantsDigest(console.parts.database, ANNA)).toBe(false);
    await console.close();
  });
});
