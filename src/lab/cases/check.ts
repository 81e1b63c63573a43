import type { Decision } from '../../decision.ts';
import { factsOf } from '../../evidence/evidence.ts';
import type { DecisionRecord } from '../../ledger/record.ts';
import { isUnwanted } from '../../ledger/record.ts';
import { readMailFile } from '../../mail/files.ts';
import type { Mail, RecordedAuthentication } from '../../mail/mail.ts';
import { type Case, type Judged, moved } from './case.ts';

/** The mail of a case as it came, where its decision is known: sender, time and authentication are those of then. */
export async function mailOfCase(path: string, decision: DecisionRecord | null): Promise<Mail> {
  const { mail } = await readMailFile(path);
  if (decision === null) return mail;
  return {
    ...mail,
    receivedAt: new Date(decision.at),
    envelope: decision.envelope,
    recordedAuthentication: recordedOf(decision),
  };
}

function recordedOf({ evidence }: DecisionRecord): RecordedAuthentication | null {
  const facts = factsOf(evidence.authentication);
  if (facts === null) return null;
  const { dkim, dkimDomains, dmarc, dmarcPolicy, spf, spfDomain } = facts;
  return {
    spf: spf === null ? null : { result: spf, domain: spfDomain === '' ? null : spfDomain },
    dkim:
      dkim === null
        ? null
        : dkimDomains.length > 0
          ? dkimDomains.map((domain) => ({ result: 'pass', domain }))
          : [{ result: dkim, domain: null }],
    dmarc: dmarc === null ? null : { result: dmarc, policy: dmarcPolicy },
  };
}

/** What a case keeps of a judgement. */
export function judgedOf({ assessment, verdict }: Decision, at: Date): Judged {
  return {
    at: at.toISOString(),
    verdict,
    category: assessment.category,
    score: assessment.score,
    model: assessment.model,
    detectors: assessment.findings
      .filter(({ status }) => status === 'active')
      .map(({ detector }) => detector),
  };
}

/**
 * The case once its mail was judged again. A mistake that was there at the last look and no longer is counts as fixed, by what differs
 * between the two; one that comes back is reproduced again. A mistake that the first look does not see was never reproduced: memory, lists
 * or a change before it may be why.
 */
export function checked(one: Case, judged: Judged): Case {
  const at = new Date(judged.at);
  const wrong = isUnwanted(judged.verdict) !== (one.is !== 'none');
  const said = `${judged.verdict} as ${judged.category}, ${judged.score.toFixed(3)}`;
  const changes = { check: judged };
  if (wrong) return moved(one, 'reproduced', at, said, { ...changes, fixedBy: null, rightSince: null });
  if (one.state === 'fixed' || one.state === 'not_reproduced' || one.state === 'closed')
    return { ...one, ...changes };
  const rightSince = one.rightSince ?? judged.at;
  if (one.state !== 'reproduced') return moved(one, 'not_reproduced', at, said, { ...changes, rightSince });
  const fixedBy = differenceOf(one.check, judged);
  return moved(one, 'fixed', at, `${said}; by ${fixedBy}`, { ...changes, fixedBy, rightSince });
}

function differenceOf(before: Judged | null, now: Judged): string {
  const known = new Set(before?.detectors);
  const current = new Set(now.detectors);
  const isRule = (detector: string) => detector.startsWith('rule:');
  const changes = [
    ...(before !== null && before.model !== now.model
      ? [`model ${before.model ?? 'none'} → ${now.model ?? 'none'}`]
      : []),
    ...now.detectors.filter((one) => isRule(one) && !known.has(one)).map((one) => `${one} finds it`),
    ...[...known].filter((one) => isRule(one) && !current.has(one)).map((one) => `${one} no longer finds it`),
  ];
  return changes.length === 0
    ? 'lists, policy or memory: the same model and rules spoke'
    : changes.join(', ');
}
