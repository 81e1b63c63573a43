import { expect, it } from 'vitest';
import type { Sent } from '../../src/gate/outbound.ts';
import { startMilterHarness } from './milter/support/harness.ts';

const HEADERS: [string, string][] = [['From', ' Ada <ada@ours.example>']];

async function start(verdict: 'accept' | 'reject') {
  const sent: Sent[] = [];
  const learner = { learn: async (message: Sent) => void sent.push(message) };
  const { greeted } = await startMilterHarness({ learner, verdict: () => verdict });
  return { mta: await greeted(), sent };
}

it('a user who logged in teaches whom we write to, by the milter, too', async () => {
  const { mta, sent } = await start('accept');
  mta.send('D', 'M{auth_authen}\0ada\0');
  await mta.message(['bob@partner.example'], HEADERS, 'hello\r\n');
  expect(sent).toMatchObject([{ recipients: ['bob@partner.example'] }]);
});

it('nobody else does', async () => {
  const { mta, sent } = await start('accept');
  await mta.message(['bob@partner.example'], HEADERS, 'hello\r\n');
  expect(sent).toEqual([]);
});

it('nor does a message that is refused', async () => {
  const { mta, sent } = await start('reject');
  mta.send('D', 'M{auth_authen}\0ada\0');
  await mta.message(['bob@partner.example'], HEADERS, 'hello\r\n');
  expect(sent).toEqual([]);
});
