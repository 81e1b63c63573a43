import { factsOf } from '../../src/evidence/evidence.ts';
import { DomainSet } from '../../src/evidence/lists/domain-set.ts';
import type { ReputationFacts } from '../../src/evidence/reputation.ts';
import type { Message } from '../../src/message/message.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { keysOf } from '../../src/reputation/learn.ts';
import { memoryReputation } from '../../src/reputation/memory.ts';
import { lessonOf } from '../../src/reputation/outbound.ts';
import { addressOf, evidenceOf, type Situation } from './message-factory.ts';

const DAY_MS = 86_400_000;
export const TODAY = new Date('2026-06-01T10:00:00Z');
const OWN = { ownDomains: new DomainSet(['birch.example']), freemail: new DomainSet(['gmail.com']) };

/** One message, or many alike; who it is from and whether somebody vouches for that. */
export interface Sent {
  readonly from: string;
  readonly name?: string;
  readonly vouched?: boolean;
  readonly to?: readonly string[];
  readonly ip?: string;
  readonly message?: Partial<Message>;
  readonly options?: NonNullable<Situation['options']>;
}

/** A memory that learns from messages as a gate would, and is then asked about one. */
export function story() {
  const memory = memoryReputation({ halfLifeDays: 30, burstHalfLifeMinutes: 10 });
  const evidence = (sent: Sent, at: Date) => {
    const domain = sent.from.slice(sent.from.lastIndexOf('@') + 1);
    return evidenceOf(
      { from: [addressOf(sent.from, sent.name ?? '')], messageId: `1@${domain}`, ...sent.message },
      {
        mail: {
          receivedAt: at,
          envelope: {
            clientIp: sent.ip ?? '192.0.2.7',
            mailFrom: sent.from,
            rcptTo: sent.to ?? ['bo@birch.example'],
          },
        },
        authentication: { authenticatedDomain: (sent.vouched ?? true) ? domain : '', source: 'recorded' },
        options: { ...sent.options, reputation: memory },
      },
    );
  };
  return {
    evidence: (sent: Sent, at = TODAY) => evidence(sent, at),
    /** What the memory says of a message now. */
    async ask(sent: Sent, at = TODAY): Promise<ReputationFacts> {
      const facts = factsOf<ReputationFacts>((await evidence(sent, at)).reputation);
      if (facts === null) throw new Error('no reputation');
      return facts;
    },
    /** `times` messages alike, evenly from so many days ago until so many. */
    async came(sent: Sent, given: { times?: number; from: number; until?: number; verdict?: Verdict }) {
      const { times = 1, until = given.from, verdict = 'accept' } = given;
      const keys = keysOf({
        evidence: await evidence(sent, new Date(TODAY.getTime() - given.from * DAY_MS)),
      });
      for (let i = 0; i < times; i += 1) {
        const ago = given.from - ((given.from - until) * i) / Math.max(1, times - 1);
        const at = new Date(TODAY.getTime() - ago * DAY_MS);
        memory.observe({ kind: 'decision', at, keys, verdict, recipients: sent.to?.length ?? 1 });
      }
      return keys;
    },
    /** Somebody of birch.example wrote. */
    wrote(to: string, { times = 1, from = 'bo@birch.example', ago = 5 } = {}) {
      const at = new Date(TODAY.getTime() - ago * DAY_MS);
      for (let i = 0; i < times; i += 1) {
        const lesson = lessonOf({ at, senders: [from], recipients: [to], automatic: false }, OWN);
        if (lesson.kind === 'lesson') memory.observe(lesson.observation);
      }
    },
    async said(sent: Sent, bad: boolean, ago = 1) {
      const keys = keysOf({ evidence: await evidence(sent, TODAY) });
      memory.observe({ kind: 'feedback', at: new Date(TODAY.getTime() - ago * DAY_MS), keys, bad });
    },
  };
}
