import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXAMPLE_EVIDENCE } from '../../ledger/example-decision.ts';
import { type HeldConsole, heldConsole } from './held-console.ts';

const TO = ['pat@north.example', 'lou@south.example'];
/** Whatever is asked: neither the other recipient, nor the domain, in whatever part of the decision. */
const OTHERS = /lou@|south\.example/i;
const facts = (value: object) => ({ status: 'ok', facts: value });
const EVIDENCE = {
  ...EXAMPLE_EVIDENCE,
  footprint: facts({
    address: 'address:orla@shop.example',
    pairs: TO.map((to) => `pair:orla@shop.example>${to}`),
    domainPairs: ['domains:shop.example>south.example'],
    wrotePairs: ['wrote:lou@south.example>orla@shop.example'],
    homes: ['domain:south.example'],
    links: ['link:parcel-fee.example'],
    files: [],
    learned: ['address:orla@shop.example', 'pair:orla@shop.example>lou@south.example'],
  }),
  reputation: facts({ firstContact: false, pairMessages: 7.25, domain: { messages: 3 }, established: true }),
  sender: facts({ lookalikeOf: 'south.example', fromAddress: 'orla@shop.example' }),
} as unknown as typeof EXAMPLE_EVIDENCE;

let held: HeldConsole;
let both: string;
let theirs: string;
beforeAll(async () => {
  held = await heldConsole();
  const reasons = ['looks like South.example, which lou@south.example belongs to'];
  both = await held.hold({ to: TO, changes: { evidence: EVIDENCE, reasons } });
  theirs = await held.hold({ to: ['lou@south.example'], changes: { evidence: EVIDENCE, reasons } });
});
afterAll(() => held.close());

const OF_BOTH = ['', '/view', '/raw'].map((part) => [`page${part}`, `/held/ID${part}`] as const);
const LISTS = [
  ['list', '/held?state=all'],
  ['campaign', '/held?likeness=link%3Aparcel-fee.example'],
  ['sender', '/held?sender=orla'],
  ['export', '/held/export.csv'],
  ['API list', '/api/v1/held'],
  ['API export', '/api/v1/held.csv'],
] as const;

test.each([...OF_BOTH, ...LISTS, ['API', '/api/v1/held/ID'], ['API raw', '/api/v1/held/ID/raw']] as const)(
  'C9 a message to two domains tells nothing of the other: %s',
  async (_, path) => {
    const own = await held.get('ann', path.replace('ID', both));
    expect(own.status).toBe(200);
    const text = await own.text();
    expect(text).not.toMatch(OTHERS);
    expect(text).not.toContain(theirs);
    const whole = await (await held.get('bob', path.replace('ID', both))).text();
    if (!/view|raw/.test(path)) expect(whole).toMatch(OTHERS);
  },
);

test.each([...OF_BOTH, ['API', '/api/v1/held/ID'], ['API raw', '/api/v1/held/ID/raw']] as const)(
  'C9 mail of another domain is not there: %s',
  async (_, path) => {
    const [other, none] = [theirs, '01ARZ3NDEKTSV4RRFFQ69G5FAV'];
    const answers = [other, none].map((id) => held.get('ann', path.replace('ID', id)));
    const [one, two] = await Promise.all(answers);
    expect([one?.status, two?.status]).toEqual([404, 404]);
    expect(await one?.text()).toBe(await two?.text());
  },
);

test('C9 facts about all recipients together are left out where some are of others; of the sender they stay', async () => {
  const dossier = await (await held.get('ann', `/api/v1/held/${both}`)).json();
  expect(dossier).toMatchObject({
    held: { recipients: ['pat@north.example'], envelope: { rcptTo: ['pat@north.example'] } },
    decision: {
      fates: [{ recipients: ['pat@north.example'] }],
      envelope: { rcptTo: ['pat@north.example'] },
      features: {},
      evidence: {
        reputation: { facts: { domain: { messages: 3 }, established: true } },
        sender: { facts: { lookalikeOf: '…', fromAddress: 'orla@shop.example' } },
        footprint: { facts: { learned: ['address:orla@shop.example'], pairs: [], homes: [] } },
      },
    },
  });
  expect(JSON.stringify(dossier)).not.toContain('7.25');
});

test('C9 nobody acts on mail of another domain, nor for a recipient of one', async () => {
  expect((await held.post('ann', `/held/${theirs}`, { action: 'delete' })).status).toBe(404);
  const other = { action: 'release', recipient: 'lou@south.example' };
  expect((await held.post('ann', `/held/${both}`, other)).status).toBe(404);
  await held.post('ann', '/held', { action: 'delete', id: [theirs] });
  await held.post('ann', `/held/${both}`, { action: 'release' });
  expect((await held.parts.quarantine.get(theirs))?.state).toBe('held');
  expect((await held.parts.quarantine.get(both))?.fates).toMatchObject([
    { recipient: 'pat@north.example', state: 'released' },
    { recipient: 'lou@south.example', state: 'held' },
  ]);
  const page = await (await held.get('sue', `/held/${both}`)).text();
  expect(page).not.toMatch(/pat@north|north\.example/);
});
