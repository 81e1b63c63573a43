import { Refusal, type RefusalReason } from '../refusal.ts';
import type { Words } from '../words/en.ts';
import { type Language, wordsOf } from '../words/language.ts';

export type HeldRefusalCode = keyof Words['held']['refusals'];

const REASONS: Readonly<Record<HeldRefusalCode, RefusalReason>> = {
  role: 'forbidden',
  allDomains: 'forbidden',
  missing: 'missing',
  recipient: 'missing',
  noDecision: 'missing',
  gone: 'conflict',
  notDelivered: 'conflict',
  state: 'conflict',
  interrupted: 'conflict',
  configuration: 'conflict',
  noSender: 'conflict',
  nobodyVouches: 'conflict',
  action: 'bad',
  category: 'bad',
  filter: 'bad',
  nothingSelected: 'bad',
  tooMany: 'bad',
  reasonNeeded: 'bad',
};

/** A refusal that is said to everybody in their language; `message` is the English one, for scripts. */
export class HeldRefusal extends Refusal {
  readonly code: HeldRefusalCode;
  /** What others said of it (the next hop, the configuration), or who was first. */
  readonly detail: string;

  constructor(code: HeldRefusalCode, detail = '') {
    super(REASONS[code], said(code, detail, 'en'));
    this.code = code;
    this.detail = detail;
  }

  /** The same in the language of who reads it. */
  in(language: Language): Refusal {
    return new Refusal(this.reason, said(this.code, this.detail, language));
  }
}

function said(code: HeldRefusalCode, detail: string, language: Language): string {
  const words = wordsOf(language).held.refusals[code];
  return detail === '' ? words : `${words} (${detail})`;
}
