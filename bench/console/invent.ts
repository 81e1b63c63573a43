import { newMailId } from '../../src/mail/id.ts';
import type { Held } from '../../src/quarantine/quarantine.ts';

export const DOMAINS = Array.from({ length: 20 }, (_, index) => `tenant${index}.example`);
/** In every third subject. */
export const COMMON = 'invoice';
/** In one subject of ten thousand. */
export const RARE = 'quokka';

const CATEGORIES = ['spam', 'scam', 'phishing', 'malware', 'bec'] as const;
const RARELY = 10_000;
const VOCABULARY = 20_000;
const SYLLABLES =
  'ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su'.split(
    ' ',
  );

/** Numbers from 0 to below 1, the same in every run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Messages of nobody to nobody, over the 30 days before `now`; words as in speech: few often, most seldom. */
export function* inventHeld(count: number, now: Date): Generator<Held> {
  const next = numbers(1);
  const below = (limit: number) => Math.floor(next() * limit);
  const word = () => wordOf(Math.floor(VOCABULARY ** next()));
  const address = (domain: string) => `${word()}.${word()}@${domain}`;
  const month = 30 * 86_400_000;
  for (let index = 0; index < count; index += 1) {
    const heldAt = new Date(now.getTime() - month + Math.floor((month * index) / count));
    const sender = address(`${word()}.example`);
    const recipients = Array.from({ length: below(8) === 0 ? 2 : 1 }, () =>
      address(DOMAINS[below(DOMAINS.length)] ?? ''),
    );
    const special = [below(3) === 0 ? COMMON : '', index % RARELY === 0 ? RARE : ''];
    yield {
      id: newMailId(heldAt.getTime()),
      heldAt,
      state: 'held',
      envelope: {
        clientIp: `192.0.2.${below(256)}`,
        clientName: null,
        helo: 'mx.example',
        mailFrom: sender,
        rcptTo: recipients,
      },
      recipients,
      fates: recipients.map((recipient) => ({
        recipient,
        state: 'held',
        releasedAt: null,
        releasedBy: null,
      })),
      from: sender,
      subject: [...special, word(), word(), word(), word(), word()].filter((one) => one !== '').join(' '),
      category: CATEGORIES[below(CATEGORIES.length)] ?? 'spam',
      score: 0.5 + next() / 2,
      reasons: [
        `A link leads to ${word()}.example`,
        `The sender ${word()} is new here`,
        `The wording is that of ${word()}`,
      ],
      likeness: [`link:${below(count / 10)}`],
      sizeBytes: 1_000 + below(100_000),
      releasedAt: null,
      note: null,
    };
  }
}

function wordOf(number: number): string {
  let word = '';
  for (let rest = number + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word += SYLLABLES[rest % SYLLABLES.length];
  return word;
}
