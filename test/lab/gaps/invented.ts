import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import type { VerdictCategory } from '../../../src/detect/category.ts';
import { FEATURES } from '../../../src/detect/features/schema.ts';
import { inspect } from '../../../src/inspect.ts';
import { xorshift } from '../../../src/lab/evaluate/interval.ts';
import { encodeLine } from '../../../src/ledger/line.ts';
import { decisionRecord, feedbackRecord } from '../../../src/ledger/record.ts';
import { bufferContent } from '../../../src/mail/content.ts';
import { CLEAN_WIRE } from '../../../src/mail/mail.ts';
import { type OpenInstruments, openInstruments } from '../../../src/service/instruments.ts';

/** A message that somebody wrote for these tests, and what people say of it. */
export interface Invented {
  /** Sorts by time. */
  readonly id: string;
  readonly at: Date;
  readonly eml: string;
  readonly said: VerdictCategory | null;
  /** Held, whatever the detectors think; and the sender's domain vouches for it. */
  readonly isHeld: boolean;
}

interface Letter {
  readonly subject: string;
  readonly text: string;
  /** Further parts. */
  readonly more?: string;
  readonly isHeld?: boolean;
}

const SYLLABLES = 'ba do fe gi ku la mo ne pi ro su te vi wa xo ze'.split(' ');
const START = Date.UTC(2026, 2, 1, 9);
const HOUR = 3_600_000;

/** Makes the same messages each time. */
export class Inventor {
  readonly #random: () => number;
  readonly #made: Invented[] = [];

  constructor(seed = 41) {
    this.#random = xorshift(seed);
  }

  get all(): readonly Invented[] {
    return this.#made;
  }

  /** Mail with a calendar, and nothing else has one. */
  webinars(count: number): this {
    return this.#many(count, 'spam', (i) => ({
      subject: `Webinar seat ${this.#word()} reserved`,
      text: `Your premium webinar seat is reserved, ${this.#word()}. Growth hackers share secrets of funnels with ${this.#word()} ${i}.`,
      more: `--b\r\nContent-Type: text/calendar; name="seat.ics"\r\nContent-Disposition: attachment; filename="seat.ics"\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n`,
    }));
  }

  /** Mail with a link to an odd port. */
  galleries(count: number): this {
    return this.#many(count, 'scam', (i) => ({
      subject: `Gallery album ${this.#word()}`,
      text: `Somebody posted photographs of your holiday album. Browse the gallery pictures: https://photos.${this.#word()}.example:8143/a/${i} before ${this.#word()}.`,
    }));
  }

  /** Unlike each other; every third has a link. */
  strangers(count: number, said: VerdictCategory | null, isHeld = false): this {
    return this.#many(count, said, (i) => ({
      subject: `${this.#word()} ${this.#word()}`,
      text: `${Array.from({ length: 40 }, () => this.#word()).join(' ')}${i % 3 === 0 ? ` https://${this.#word()}.example/${i}` : ''}`,
      isHeld,
    }));
  }

  /** Wanted, from a domain that vouches for it, and held all the same. */
  invoices(count: number): this {
    return this.#many(count, 'none', (i) => ({
      subject: `Bookshop receipt ${this.#word()}`,
      text: `Thank you for your order at the bookshop. Receipt ${i} lists novels and postage. Parcels leave Monday, ${this.#word()}.`,
      isHeld: true,
    }));
  }

  /** Wanted, and all alike. */
  minutes(count: number, said: VerdictCategory | null): this {
    return this.#many(count, said, (i) => ({
      subject: `Minutes of the choir committee ${i}`,
      text: `Dear members, attached below are minutes of the choir committee. We rehearse Tuesday in the chapel, tenors bring scores. Soprano sections meet early. Number ${this.#word()}.`,
    }));
  }

  #many(count: number, said: VerdictCategory | null, make: (i: number) => Letter): this {
    for (let i = 0; i < count; i++) this.#made.push(this.#message(make(i), said));
    return this;
  }

  #message({ subject, text, more = '', isHeld = false }: Letter, said: VerdictCategory | null): Invented {
    const number = this.#made.length;
    const at = new Date(START + number * 5 * HOUR);
    const name = this.#word();
    const head = [
      `From: ${name} <${name}@${this.#word()}.example>`,
      'To: pat@company.example',
      `Subject: ${subject}`,
      `Date: ${at.toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <${number}@${name}.example>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
    ];
    const body = `--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n${more}--b--\r\n`;
    return {
      id: `00000000000000000${String(number).padStart(6, '0')}`,
      at,
      isHeld,
      eml: `${head.join('\r\n')}\r\n\r\n${body}`,
      said,
    };
  }

  #word(): string {
    const one = () => SYLLABLES[Math.floor(this.#random() * SYLLABLES.length)] ?? '';
    return `${one()}${one()}${one()}`;
  }
}

/** The shipped rules without a model: what they think of invented mail does not change with training. */
export function instrumentsWithoutModel(): Promise<OpenInstruments> {
  const { config } = loadConfig('config/postern.yaml', process.env);
  return openInstruments(
    { ...config, detect: { ...config.detect, model: null } },
    { reputation: null, resolver: null },
  );
}

/** Judges the messages and writes a ledger of them and of what people said. */
export async function writeLedger(
  folder: string,
  messages: readonly Invented[],
  instruments: OpenInstruments,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const [decisions, feedback]: [string[], string[]] = [[], []];
  for (const { id, at, eml, said, isHeld } of messages) {
    const content = bufferContent(Buffer.from(eml));
    const envelope = {
      clientIp: '192.0.2.7',
      clientName: null,
      helo: 'mx.example',
      mailFrom: null,
      rcptTo: ['pat@company.example'],
    };
    const mail = {
      id,
      receivedAt: at,
      envelope,
      content,
      wire: CLEAN_WIRE,
      recordedAuthentication: isHeld ? VOUCHED : null,
    };
    const decision = await inspect(mail, instruments);
    const record = decisionRecord(isHeld ? { ...decision, verdict: 'quarantine' } : decision, CONTEXT);
    decisions.push(encodeLine(record));
    if (said !== null)
      feedback.push(encodeLine(feedbackRecord(record, { is: said, actor: 'pat', at: LATER })));
  }
  await writeFile(join(folder, 'decisions-20260301T09.ndjson'), decisions.join(''));
  await writeFile(join(folder, 'feedback-20260601T09.ndjson'), feedback.join(''));
}

const result = { result: 'pass', domain: null, policy: null };
const VOUCHED = { spf: null, dkim: null, dmarc: result };
const LATER = new Date('2026-06-01T09:00:00Z');
const CONTEXT = {
  gate: 'smtp',
  reply: null,
  seconds: null,
  nextHopSeconds: null,
  featureNames: FEATURES.map(({ name }) => name),
  reputationKeys: [],
};
