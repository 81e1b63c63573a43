import type { Message } from '../../message/message.ts';
import type { DomainSet } from '../lists/domain-set.ts';
import type { Stems } from './stems.ts';
import type { Theme } from './themes.ts';

/** What is said together, and what with: one word of a theme is in any mail, the set of an attack is not. */
export interface Combinations {
  /** Credentials, a mailbox or an account in danger, beside a link or a page to open. */
  readonly asksToLogIn: boolean;
  /** A charge, renewal or amount, and a number to call: with words for calling, or with nothing else. */
  readonly asksToCall: boolean;
  /** A few words without a link that ask whether the reader is there, in secret or at once. */
  readonly asksForAnswer: boolean;
  /** A changed account or a payment, beside money or an invoice, and urgency or secrecy. */
  readonly asksForPayment: boolean;
  /** A bank account, and that it is another one, in a few words. */
  readonly newAccount: boolean;
  /** Blackmail beside a currency that cannot be traced. */
  readonly asksForRansom: boolean;
  /** Short, and without links and attachments. */
  readonly shortAndBare: boolean;
  /** The unquoted text gives an address at a free mailbox that is none of the header's. */
  readonly freemailInText: boolean;
}

export interface Figures {
  readonly words: number;
  readonly phoneNumbers: number;
  readonly currencyAmounts: number;
  readonly bitcoinAddresses: number;
}

/** A request between colleagues is shorter than this. */
const SHORT_WORDS = 120;
/** Words that belong together stand no further apart. */
const NEAR = 6;
/** A call-back or a changed account is told on one page. */
const CALL_WORDS = 400;

/** Blackmail tells a story, and no more than that. */
const RANSOM_WORDS = 800;

type Themes = Readonly<Record<Theme, number>>;

export function combined(
  message: Message,
  themes: Themes,
  figures: Figures,
  stems: Stems,
  freemail: DomainSet,
): Combinations {
  const links = message.links.some(
    ({ scheme, where }) => scheme.startsWith('http') && where !== 'header' && where !== 'image',
  );
  const pages = message.attachments.some(({ extension }) => /^(?:s?html?|svg|pdf)$/.test(extension));
  const short = figures.words < SHORT_WORDS;
  const page = figures.words < CALL_WORDS;
  return {
    asksToLogIn: (links || pages) && themes.credentials + themes.mailbox + themes.accountThreat > 1,
    asksToCall:
      figures.phoneNumbers > 0 &&
      page &&
      ((stems.has('charge') && (themes.callback > 0 || stems.has('call'))) ||
        (figures.currencyAmounts > 0 && short && !links)),
    asksForAnswer:
      short && !links && (themes.availability > 0 || themes.giftCard > 0 || themes.offChannel > 1),
    newAccount: page && (themes.paymentChange > 0 || stems.near('account', 'change', NEAR)),
    asksForPayment:
      page &&
      (themes.paymentChange > 0 || stems.near('account', 'change', NEAR)) &&
      (stems.has('pay') || themes.money + themes.invoice > 0) &&
      (stems.has('press') || stems.has('hush') || themes.urgency + themes.secrecy > 0),
    asksForRansom:
      figures.words < RANSOM_WORDS &&
      (themes.extortion > 0 || stems.has('spy')) &&
      (stems.has('coin') || figures.bitcoinAddresses > 0),
    shortAndBare: short && !links && message.attachments.length === 0,
    freemailInText: hasFreemail(message, freemail),
  };
}

const ADDRESS = /[a-z0-9._%+-]{1,64}@([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6})/gi;
/** Lines that introduce or hold a quotation: "On Monday, x@… wrote:", "From: x@…", "> …". */
const QUOTES =
  /^\s*(?:>|\||(?:from|to|cc|von|an|de|para|da|a|od|do|van|aan|från|till|kimden|kime|差出人|宛先)\s*:)|[:：]\s*$/i;
const TEXT_CHARS = 20_000;
const ADDRESSES = 20;

function hasFreemail({ visibleText, from, replyTo, to, cc }: Message, freemail: DomainSet): boolean {
  const text = visibleText.slice(0, TEXT_CHARS);
  if (!text.includes('@')) return false;
  const shown = new Set([...from, ...replyTo, ...to, ...cc].map(({ address }) => address.toLowerCase()));
  let seen = 0;
  for (const { 0: address, 1: domain = '', index } of text.matchAll(ADDRESS)) {
    if (++seen > ADDRESSES) return false;
    if (!freemail.has(domain.toLowerCase()) || shown.has(address.toLowerCase())) continue;
    if (!QUOTES.test(lineAt(text, index))) return true;
  }
  return false;
}

/** A line is looked at no further than this on either side. */
const LINE_CHARS = 200;

function lineAt(text: string, index: number): string {
  const before = text.slice(Math.max(0, index - LINE_CHARS), index);
  const after = text.slice(index, index + LINE_CHARS);
  const end = after.indexOf('\n');
  return before.slice(before.lastIndexOf('\n') + 1) + (end < 0 ? after : after.slice(0, end));
}
