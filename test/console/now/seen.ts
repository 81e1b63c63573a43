import type { Seen } from '../../../src/console/now/live.ts';
import type { Verdict } from '../../../src/policy/verdict.ts';

export const NOW = new Date('2026-03-20T16:00:30Z');

/** A decision of `minutes` before NOW, for recipients of these domains. */
export function seenAt(
  minutes: number,
  id: string,
  by: Readonly<Partial<Record<Verdict, readonly string[]>>>,
  more: Partial<Seen> = {},
): Seen {
  return {
    id,
    at: NOW.getTime() - minutes * 60_000,
    fates: (Object.entries(by) as [Verdict, readonly string[]][]).map(([verdict, domains]) => ({
      verdict,
      domains,
    })),
    category: 'none',
    from: 'Kim <kim@shop.example>',
    subject: `Message ${id}`,
    seconds: 0.08,
    stageSeconds: { parse: 0.004, gather: 0.06, measure: 0.002, assess: 0.008 },
    failures: [],
    likeness: [],
    ...more,
  };
}

/** An hour of mail to two domains: a campaign among it, and a source of evidence that failed at times. */
export function anHour(): Seen[] {
  return Array.from({ length: 55 }, (_, i) => 55 - i).flatMap((minute) => {
    const wave = Math.round(6 + 4 * Math.sin(minute / 7));
    return Array.from({ length: wave }, (_, i) => {
      const domain = i % 3 === 0 ? 'south.example' : 'north.example';
      const isCampaign = minute < 20 && i % 4 === 0;
      const verdict: Verdict = isCampaign ? (i === 0 ? 'reject' : 'quarantine') : i === 5 ? 'tag' : 'accept';
      return seenAt(
        minute,
        `${minute}-${i}`,
        { [verdict]: [domain] },
        {
          ...(isCampaign
            ? {
                likeness: ['link:parcel-fee.example'],
                category: 'phishing',
                subject: `Parcel fee for ${domain}`,
                from: '"Parcel" <info@parcel-fee.example>',
              }
            : {}),
          ...(i === 7 ? { failures: [{ what: 'evidence:dnsLists', reason: 'timedOut' }] } : {}),
          seconds: 0.05 + i / 100,
        },
      );
    });
  });
}
