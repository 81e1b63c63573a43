import { parseAddresses } from '../message/addresses.ts';
import { DEFAULT_BUDGETS } from '../message/budgets.ts';
import { HeaderAllowance, readHeaderBlock } from '../message/header-block.ts';
import { Marks } from '../message/marks.ts';

/** What is read of a message of ours: headers of people's mail are a tenth of that. */
export const HEAD_BYTES = 65_536;

/** What the header block of a message that one of us wrote tells the memory. */
export interface WrittenHead {
  readonly from: readonly string[];
  /** Of To, Cc and Bcc. */
  readonly recipients: readonly string[];
  /** Null where there is no Date that can be read. */
  readonly date: Date | null;
  /** By a program: an automatic answer, a report, a mailing. */
  readonly automatic: boolean;
}

/** RFC 3834 has Auto-Submitted; others say it by these words of Precedence (RFC 2076), and some in fields of their own. */
const AUTOMATIC_PRECEDENCE = new Set(['bulk', 'junk', 'list', 'auto_reply']);
const AUTOMATIC_FIELDS = ['x-autoreply', 'x-autorespond', 'list-unsubscribe', 'list-id'];
/** Receipts and bounces (RFC 6522). */
const REPORT = /^\s*multipart\/report\b/i;

/** Reads the first bytes of a message. Never throws. */
export function readWrittenHead(head: Buffer): WrittenHead {
  const allowance = new HeaderAllowance(DEFAULT_BUDGETS);
  const { fields } = readHeaderBlock(head, 0, head.length, allowance, new Marks(), () => false);
  const values = (name: string) => fields.filter((field) => field.name === name).map(({ value }) => value);
  const addressesOf = (name: string) =>
    values(name)
      .flatMap((value) => parseAddresses(value))
      .map(({ address }) => address);
  const date = new Date(values('date')[0] ?? '');
  return {
    from: addressesOf('from'),
    recipients: ['to', 'cc', 'bcc'].flatMap(addressesOf),
    date: Number.isNaN(date.getTime()) ? null : date,
    automatic:
      values('auto-submitted').some((value) => !/^\s*no\b/i.test(value)) ||
      values('precedence').some((value) => AUTOMATIC_PRECEDENCE.has(value.trim().toLowerCase())) ||
      values('content-type').some((value) => REPORT.test(value)) ||
      AUTOMATIC_FIELDS.some((name) => values(name).length > 0),
  };
}
