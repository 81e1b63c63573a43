import type { AuthResult } from '../../evidence/authentication.ts';
import type { Feature } from '../feature.ts';
import { featuresOf } from './group.ts';

const { flag, number } = featuresOf('authentication');

/** What was not checked is missing, not a fail: old mail and mail of lists has no results at all. */
const is = (result: AuthResult | null, ...words: AuthResult[]) =>
  isKnown(result) ? words.includes(result) : null;

/** A failed look-up says nothing about the sender. */
function isKnown(result: AuthResult | null): result is Exclude<AuthResult, 'temperror'> {
  return result !== null && result !== 'temperror';
}

export const AUTHENTICATION: readonly Feature[] = [
  flag('spf_pass', 'down', 'SPF passed', (facts) => is(facts.spf, 'pass')),
  number('spf_fail', 'up', 'SPF failed (1) or failed softly (0.5)', 'level', [0, 1], ({ spf }) =>
    isKnown(spf) ? (spf === 'fail' ? 1 : spf === 'softfail' ? 0.5 : 0) : null,
  ),
  flag('dkim_pass', 'down', 'A DKIM signature passed', (facts) => is(facts.dkim, 'pass')),
  // Lists and gateways break signatures, so a broken one is no sign of an attack by itself.
  flag('dkim_broken', 'free', 'DKIM signatures, and none of them passed', ({ dkim }) =>
    is(dkim, 'fail', 'permerror', 'neutral', 'policy'),
  ),
  flag('dmarc_pass', 'down', 'DMARC passed', (facts) => is(facts.dmarc, 'pass')),
  flag('dmarc_fail', 'up', 'DMARC failed', (facts) => is(facts.dmarc, 'fail')),
  flag(
    'dmarc_fail_enforced',
    'up',
    'DMARC failed, and the domain asks to hold or refuse such mail',
    (facts) => {
      if (!isKnown(facts.dmarc) || facts.dmarc !== 'fail') return is(facts.dmarc, 'fail');
      return facts.dmarcPolicy === null ? null : facts.dmarcPolicy !== 'none';
    },
  ),
  flag('aligned', 'down', 'The domain of From is vouched for by DMARC, SPF or DKIM', (facts) =>
    facts.source === 'unknown' ? null : facts.authenticatedDomain !== '',
  ),
];
