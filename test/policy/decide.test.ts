import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_REASONS } from '../../src/policy/reasons.ts';
import { decideOn, finding } from './decision-input.ts';

const AUTHENTICATED = { authentication: { authenticatedDomain: 'shop.example' } };
const failed = (outcome: 'open' | 'tag' | 'defer') => ({
  links: { status: 'failed', reason: 'timedOut', detail: 'x', outcome } as const,
});

describe('thresholds', () => {
  test.each([
    [0.49, 'accept'],
    [0.5, 'tag'],
    [0.69, 'tag'],
    [0.7, 'quarantine'],
    [1, 'quarantine'],
  ])('a score of %d is %s by default', (score, verdict) => {
    const decision = decideOn({ score });
    expect(decision.verdict).toBe(verdict);
    expect(decision.fates).toEqual([{ verdict, policy: 'default', recipients: ['bob@example.com'] }]);
  });

  test('come from the recipient’s domain, else from the nearest domain above, else from the default', () => {
    const policy = {
      domains: {
        'example.com': { tag: 0.2 },
        'strict.example.com': { reject: 0.3 },
        'Open.Example': { tag: null, quarantine: null },
      },
    };
    const recipients = [
      'a@example.com',
      'b@deep.strict.example.com',
      'c@other.example',
      'd@open.example',
      'e@EXAMPLE.com',
    ];
    const decision = decideOn({ score: 0.4, recipients, policy });
    expect(decision.fates).toEqual([
      { verdict: 'tag', policy: 'domain:example.com', recipients: ['a@example.com', 'e@EXAMPLE.com'] },
      { verdict: 'reject', policy: 'domain:strict.example.com', recipients: ['b@deep.strict.example.com'] },
      { verdict: 'accept', policy: 'default', recipients: ['c@other.example'] },
      { verdict: 'accept', policy: 'domain:open.example', recipients: ['d@open.example'] },
    ]);
    expect(decision.verdict).toBe('reject');
  });

  test('that are null are never reached', () => {
    expect(
      decideOn({ score: 1, policy: { default: { tag: null, quarantine: null, reject: null } } }).verdict,
    ).toBe('accept');
  });

  test('put every recipient into exactly one fate', () => {
    const domain = fc.constantFrom('example.com', 'a.example.com', 'other.example', 'x.test', '');
    fc.assert(
      fc.property(fc.array(domain), fc.double({ min: 0, max: 1, noNaN: true }), (domains, score) => {
        const recipients = domains.map((name, index) => `r${index}@${name}`);
        const policy = { domains: { 'example.com': { tag: 0.1 }, 'other.example': { reject: 0.6 } } };
        const { fates } = decideOn({ score, recipients, policy });
        expect(fates.flatMap((fate) => fate.recipients).sort()).toEqual([...recipients].sort());
        expect(new Set(fates.map((fate) => `${fate.verdict} ${fate.policy}`)).size).toBe(fates.length);
      }),
    );
  });

  test('give one fate where there is no recipient', () => {
    expect(decideOn({ score: 0.95, recipients: [] }).fates).toEqual([
      { verdict: 'quarantine', policy: 'default', recipients: [] },
    ]);
  });
});

describe('an action of a rule', () => {
  test('raises the verdict and is named, but never lowers it', () => {
    const assessment = { forced: 'quarantine', forcedBy: 'rule:macro' } as const;
    expect(decideOn({ score: 0.1, assessment }).fates[0]).toMatchObject({
      verdict: 'quarantine',
      policy: 'rule:macro',
    });
    expect(decideOn({ score: 0.95, assessment: { ...assessment, forced: 'tag' } }).fates[0]).toMatchObject({
      verdict: 'quarantine',
      policy: 'default',
    });
  });
});

describe('the allow list', () => {
  const allow = { policy: { allow: ['shop.example'] } };

  test('accepts the mail of an authenticated domain and of those below it', () => {
    expect(decideOn({ score: 0.95, ...allow, ...AUTHENTICATED }).fates[0]).toMatchObject({
      verdict: 'accept',
      policy: 'allow:shop.example',
    });
    expect(
      decideOn({ score: 0.95, ...allow, authentication: { authenticatedDomain: 'eu.shop.example' } }).verdict,
    ).toBe('accept');
  });

  test.each([
    ['nobody vouches for', { authentication: { authenticatedDomain: '' } }],
    ['another domain vouches for', { authentication: { authenticatedDomain: 'badshop.example' } }],
    ['has the name of a protected person', { ...AUTHENTICATED, sender: { nameOfPerson: 'Jo Chief' } }],
    ['looks like a domain of ours', { ...AUTHENTICATED, sender: { lookalikeOf: 'example.com' } }],
    ['has our name', { ...AUTHENTICATED, sender: { nameClaimsUs: true } }],
    ['wants replies to a lookalike', { ...AUTHENTICATED, sender: { replyToLookalikeOf: 'example.com' } }],
    ['claims a brand', { ...AUTHENTICATED, sender: { nameClaimsBrand: 'Examplebank' } }],
    [
      'could not be looked at',
      {
        ...AUTHENTICATED,
        evidence: { sender: { status: 'failed', reason: 'error', detail: '', outcome: 'open' } as const },
      },
    ],
    ['is malware', { ...AUTHENTICATED, assessment: { category: 'malware' } as const }],
    [
      'a rule against malware acts on',
      {
        ...AUTHENTICATED,
        assessment: {
          forced: 'reject',
          forcedBy: 'rule:exe',
          findings: [finding(1, 'An exe', { detector: 'rule:exe', category: 'malware' })],
        } as const,
      },
    ],
  ])('never covers what %s', (_, situation) => {
    expect(decideOn({ score: 0.95, ...allow, ...situation }).verdict).not.toBe('accept');
  });

  test('with an address covers that one author, alone in From', () => {
    const policy = { allow: ['Ann@shop.example'] };
    expect(decideOn({ score: 0.95, policy, ...AUTHENTICATED }).verdict).toBe('accept');
    expect(decideOn({ score: 0.95, policy, ...AUTHENTICATED, from: ['eve@shop.example'] }).verdict).toBe(
      'quarantine',
    );
    expect(
      decideOn({ score: 0.95, policy, ...AUTHENTICATED, from: ['ann@shop.example', 'eve@evil.example'] })
        .verdict,
    ).toBe('quarantine');
    expect(
      decideOn({ score: 0.95, policy, authentication: { authenticatedDomain: 'evil.example' } }).verdict,
    ).toBe('quarantine');
  });
});

describe('the block list', () => {
  test.each(['shop.example', 'ann@SHOP.example', 'bounce@shop.example', '198.51.100.0/24', '198.51.100.7'])(
    'with %s holds',
    (entry) => {
      const decision = decideOn({ policy: { block: [entry] } });
      expect(decision.fates[0]).toMatchObject({ verdict: 'quarantine', policy: `block:${entry}` });
      expect(decision.reasons[0]).toContain('block list');
    },
  );

  test.each(['hop.example', 'a.shop.example', '198.51.101.0/24', '2001:db8::/32', 'eve@shop.example'])(
    'with %s does not',
    (entry) => {
      expect(decideOn({ policy: { block: [entry] } }).verdict).toBe('accept');
    },
  );

  test('refuses where that is its action, and outweighs the allow list', () => {
    const policy = { block: ['ann@shop.example'], allow: ['shop.example'], blockAction: 'reject' } as const;
    expect(
      decideOn({
        policy: { ...policy, block: [...policy.block], allow: [...policy.allow] },
        ...AUTHENTICATED,
      }).verdict,
    ).toBe('reject');
  });

  test('knows an IPv4 client in its IPv6 form', () => {
    const envelope = { clientIp: '::ffff:198.51.100.7' };
    expect(decideOn({ policy: { block: ['198.51.100.0/24'] }, envelope }).verdict).toBe('quarantine');
  });
});

describe('a part that failed', () => {
  test('with open changes nothing', () => {
    expect(decideOn({ evidence: failed('open') }).verdict).toBe('accept');
  });

  test('with tag tags at least, allowed senders included', () => {
    expect(decideOn({ evidence: failed('tag') }).fates[0]).toMatchObject({
      verdict: 'tag',
      policy: 'failure:evidence:links',
    });
    expect(
      decideOn({ evidence: failed('tag'), policy: { allow: ['shop.example'] }, ...AUTHENTICATED }).verdict,
    ).toBe('tag');
    expect(decideOn({ evidence: failed('tag'), score: 0.95 }).fates[0]).toMatchObject({
      verdict: 'quarantine',
      policy: 'default',
    });
  });

  test('is told even where something else decided and there are more reasons than anybody reads', () => {
    const findings = Array.from({ length: 9 }, (_, i) => finding(9 - i, `reason ${i}`));
    const { reasons } = decideOn({ evidence: failed('tag'), score: 0.95, assessment: { findings } });
    expect(reasons).toHaveLength(MAX_REASONS);
    expect([reasons[0], reasons.at(-1)]).toEqual([
      'reason 0',
      expect.stringMatching(/^evidence:links gave no answer/),
    ]);
  });

  test('with defer defers the whole message, whatever else', () => {
    const notRun = [{ what: 'model:postern-1', reason: 'error', detail: '', outcome: 'defer' } as const];
    const decision = decideOn({
      score: 1,
      assessment: { notRun },
      recipients: ['a@example.com', 'b@other.example'],
      policy: { block: ['shop.example'] },
    });
    expect(decision.fates).toEqual([
      {
        verdict: 'defer',
        policy: 'failure:model:postern-1',
        recipients: ['a@example.com', 'b@other.example'],
      },
    ]);
    expect(decision.reasons[0]).toBe('model:postern-1 gave no answer (error)');
  });
});

describe('reasons', () => {
  const findings = [
    finding(-2, 'Known sender'),
    finding(1, 'a'),
    finding(3, 'b'),
    finding(2, 'c'),
    finding(9, 'shadow', { status: 'shadow' }),
    finding(0.5, 'd'),
    finding(0.4, 'e'),
    finding(0.3, 'f'),
    finding(2.5, 'c', { detector: 'model:x' }),
  ];

  test('are the five strongest that speak for a bad verdict, each once', () => {
    expect(decideOn({ score: 0.95, assessment: { findings } }).reasons).toEqual(['b', 'c', 'a', 'd', 'e']);
  });

  test('are what speaks for the sender where the mail is accepted', () => {
    expect(decideOn({ score: 0.1, assessment: { findings } }).reasons).toEqual(['Known sender']);
  });

  test('begin with the rule that acted', () => {
    const assessment = { findings, forced: 'reject', forcedBy: 'rule:f' } as const;
    expect(decideOn({ score: 0.95, assessment }).reasons[0]).toBe('f');
  });
});

test('the same input gives the same decision, and it has what the record needs', () => {
  const decision = decideOn({ score: 0.7 });
  expect(decision).toEqual(decideOn({ score: 0.7 }));
  expect(decision).toMatchObject({
    id: 'm1',
    from: 'ann@shop.example',
    subject: 'Your order',
    messageId: '1@shop.example',
    featureSchema: 'abc',
    stageSeconds: { parse: 0.001 },
  });
});
