import type { Mail } from '../../src/mail/mail.ts';
import type { Letter } from './letter.ts';

/** What a legitimate message is: for reports, never for judging. */
export const EVERYDAY = ['conversation', 'invoice', 'newsletter', 'service', 'list', 'private'] as const;
/** Legitimate mail that looks like an attack in one way or another. */
export const HARD = [
  'new vendor',
  'new colleague',
  'urgent',
  'travel',
  'stranger',
  'own bank details',
  'private mailbox',
  'announced new bank',
  'reminder',
  'sister domain',
] as const;
export type Legitimate = (typeof EVERYDAY)[number] | (typeof HARD)[number];

export const ATTACKS = ['bec', 'invoice_fraud', 'account_takeover'] as const;
export type AttackKind = (typeof ATTACKS)[number];

export interface Attack {
  readonly kind: AttackKind;
  /** How it is done, in words. */
  readonly way: string;
}

/** What happens to the company's mail. */
export type Event =
  | {
      readonly kind: 'inbound';
      readonly at: number;
      readonly story: Legitimate;
      readonly attack: null;
      readonly mail: Mail;
    }
  | {
      readonly kind: 'inbound';
      readonly at: number;
      readonly story: 'attack';
      readonly attack: Attack;
      readonly mail: Mail;
    }
  | { readonly kind: 'outbound'; readonly at: number; readonly from: string; readonly to: readonly string[] };

export type Inbound = Extract<Event, { kind: 'inbound' }>;

/** Before it is delivered. */
export type Planned =
  | { readonly kind: 'inbound'; readonly story: Legitimate; readonly attack: null; readonly letter: Letter }
  | { readonly kind: 'inbound'; readonly story: 'attack'; readonly attack: Attack; readonly letter: Letter }
  | Extract<Event, { kind: 'outbound' }>;
