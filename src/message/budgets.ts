import type { BudgetName } from './message.ts';

/** How much of a message is read. Every figure counts work, never time, so that a message always reads the same. */
export type Budgets = Readonly<Record<BudgetName, number>>;

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * In brackets: what 99.9 % of 28,415 mails (public lists, honeypots, bounces, invented mail, parsers' odd cases) stay below,
 * and the greatest of them all. Each default lies well above honest mail, and low enough that no stage of the reading takes
 * more than a quarter of a second of one core.
 */
export const DEFAULT_BUDGETS: Budgets = {
  /** Large providers accept 25 MiB of files, which base64 turns into 34 MiB (350 kB; 2 MB). */
  inspectBytes: 40 * MIB,
  /** All header blocks of a message together (25 kB; 210 kB). */
  headerBytes: 512 * KIB,
  /** All header fields of a message together (65; 1,690). */
  headerFields: 2_000,
  /** Below the 1,000 nodes at which mailparser gives up (10; 330). */
  parts: 500,
  /** Forwards of forwards; each adds two levels (4; 9). */
  depth: 24,
  /** All bodies decoded; above inspectBytes, so that only parts that are read twice hit it (640 kB; 4.8 MB). */
  decodedBytes: 48 * MIB,
  /** Plain text kept, and visible text (54,000; 145,000). */
  textChars: 256 * KIB,
  /** HTML that the view reads, of all HTML bodies together (120,000; 1.1 million, padded spam). */
  htmlChars: MIB,
  /** Tags and runs of text that the view reads (3,200; 59,000, a parser's test). */
  htmlNodes: 50_000,
  /** (104; more than 1,000, one spam.) */
  links: 1_000,
  /** (5; more than 200, a parser's test.) */
  attachments: 200,
  /** Names listed over all archives of a message (5; 150). */
  archiveEntries: 2_000,
};
