import type { Config } from '../config/schema.ts';
import { DomainSet } from '../evidence/lists/domain-set.ts';
import { loadDomains } from '../evidence/lists.ts';
import type { Content } from '../mail/mail.ts';
import { type Lesson, lessonOf, type OwnMail } from '../reputation/outbound.ts';
import type { Reputation } from '../reputation/reputation.ts';
import { HEAD_BYTES, readWrittenHead } from '../reputation/written-head.ts';
import { type Gate, type GateOptions, startGate } from './gate.ts';
import { withHeaders } from './headers.ts';
import { isPositive, type Reply } from './reply.ts';
import type { Unjudged } from './session.ts';

/** Who hears of what one of us wrote, once somebody has taken it. */
export interface OutboundLearner {
  learn(sent: Sent): Promise<void>;
}

/** A message of ours that was taken on. */
export interface Sent {
  readonly id: string;
  readonly at: Date;
  readonly mailFrom: string;
  readonly recipients: readonly string[];
  readonly content: Content;
}

export interface OutboundOptions extends Omit<GateOptions, 'config' | 'name' | 'passOn'> {
  readonly config: Pick<Config, 'gate' | 'outbound'>;
  readonly learner: OutboundLearner;
}

/**
 * Starts the listener for mail of our own users: it goes on to `outbound.nextHop` as it came, with our Received before it and without a
 * verdict. Others than `outbound.clients` are refused with 550: this way leads out.
 */
export function startOutbound(options: OutboundOptions): Promise<Gate> {
  const { config, learner } = options;
  const { clients, listen, nextHop } = config.outbound;
  return startGate({
    ...options,
    name: 'outbound',
    // The clients are our own mail servers: their word on whose mail it is goes on to the next hop.
    config: { ...config.gate, listen, nextHop, forwarders: clients, proxiedFrom: [] },
    passOn: (message) => passOn(message, learner),
  });
}

async function passOn({ content, received, transaction, ...message }: Unjudged, learner: OutboundLearner) {
  const stream = withHeaders(content, { prepend: received, authservId: null });
  let answer: Reply;
  const { recipients } = transaction;
  try {
    answer = await transaction.data(stream);
  } finally {
    stream.destroy();
  }
  const { id, mailFrom, receivedAt: at } = message;
  if (isPositive(answer)) await learner.learn({ id, at, mailFrom, recipients, content });
  return answer;
}

export interface LearnerOptions {
  readonly own: OwnMail;
  readonly reputation: Pick<Reputation, 'observe'>;
  /** Hears what became of each message, and why where nothing is learned of it. */
  readonly onLesson: (id: string, lesson: Lesson) => void;
  /** The message went out all the same. */
  readonly onFault: (error: unknown) => void;
}

/** Lets the memory learn whom we write to. What fails here never touches the message. */
export function outboundLearner({ onFault, onLesson, own, reputation }: LearnerOptions): OutboundLearner {
  return {
    async learn({ at, content, id, mailFrom, recipients }) {
      try {
        const head = readWrittenHead(await content.head(HEAD_BYTES));
        // The null sender is a bounce or a receipt (RFC 5321 section 4.5.5), whoever it says it is from.
        const automatic = head.automatic || mailFrom === '';
        const lesson = lessonOf({ at, senders: [mailFrom, ...head.from], recipients, automatic }, own);
        if (lesson.kind === 'lesson') reputation.observe(lesson.observation);
        onLesson(id, lesson);
      } catch (error) {
        onFault(error);
      }
    },
  };
}

/** What the configuration says of our own domains, and of those that are everybody's. Throws ListError. */
export function ownMailOf({ lists, localLists, ownDomains }: Config['identity']): OwnMail {
  return {
    ownDomains: new DomainSet(ownDomains.map((domain) => domain.toLowerCase())),
    freemail: loadDomains('freemail.txt', lists, localLists),
  };
}
