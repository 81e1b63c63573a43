import type { Alarm, Health, ReleaseChange } from './health.ts';

const CAUSES: Readonly<Record<ReleaseChange['what'], string>> = {
  version: 'Postern',
  ruleSet: 'the set of rules',
  model: 'the model',
};

/** One sentence for people: what, how much, since when, and what was replaced then. `sources` gives the evidence that a detector reads. */
export function alarmWords(
  alarm: Alarm,
  sources: (detector: string) => readonly string[] = () => [],
): string {
  const reads = sources(alarm.detector);
  const evidence = reads.length === 0 ? '' : `; it reads ${reads.join(', ')}`;
  const causes = alarm.causes.map(
    ({ what, before, after, at }) =>
      `${CAUSES[what]} went from ${before ?? 'unknown'} to ${after ?? 'unknown'} at ${clock(at)}`,
  );
  return `\`${nameOf(alarm.detector)}\` ${rateWords(alarm)} since ${clock(alarm.since)}${evidence}${causes.map((one) => `; ${one}`).join('')}`;
}

function nameOf(detector: string): string {
  return detector.startsWith('failed:') ? `${detector.slice('failed:'.length)} (failures)` : detector;
}

function rateWords({ factor, now, before }: Alarm): string {
  const counts = `${now.hits} of ${now.messages} messages, before ${before.hits} of ${before.messages}`;
  if (factor === null) return `fires, which it never did before (${counts})`;
  if (factor === 0) return `no longer fires (${counts})`;
  if (factor >= 1) return `fires ${rounded(factor)} times as often (${counts})`;
  return `fires ${rounded(1 / factor)} times less often (${counts})`;
}

function rounded(factor: number): string {
  return factor < 10 ? factor.toFixed(1).replace(/\.0$/, '') : factor.toFixed(0);
}

/** Hours are those of UTC, as everywhere in the ledger. */
function clock(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** What the drift was measured against, in words. */
export function driftWords({ drift }: Pick<Health, 'drift'>): string {
  if (drift === null) return 'drift: the ledger is too young or too small to tell';
  const { since, until, messages } = drift.reference;
  const days = `${since.toISOString().slice(0, 10)} to ${until.toISOString().slice(0, 10)}`;
  return `drift against the first days of the ledger (${days}, ${messages} messages; the model's card has no histograms)`;
}
