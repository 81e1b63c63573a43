import { parseDomain } from '../../config/entry.ts';
import type { Envelope } from '../../mail/mail.ts';
import { makeAddress } from '../../message/addresses.ts';
import { blockedBy } from '../../policy/lists.ts';
import type { ListEntry } from '../../policy/policy.ts';
import type { LedgerData } from '../data/open.ts';
import type { Decider } from './redecide.ts';

/** Tables of what the allow and block lists of some policies can name, of all that is in the ledger. */
export const LISTED = {
  /** Authors, envelope senders and clients that a block list names. */
  authors: 'listed_authors',
  senders: 'listed_senders',
  clients: 'listed_clients',
  /** Domains that vouch, of which an allow list names addresses or the whole. */
  vouched: 'listed_vouched',
} as const;

type Listed = keyof typeof LISTED;

/** Domain that vouches for a message, from the evidence. */
export const VOUCHED = `json_extract_string(d.authentication_json, '$.facts.authenticatedDomain')`;

const COLUMN: Readonly<Record<Listed, string>> = {
  authors: 'd.from_address',
  senders: 'd.mail_from',
  clients: 'd.client_ip',
  vouched: VOUCHED,
};

/**
 * Fills the tables. A ledger has far fewer senders than messages: each is held against the lists once, and to the lists those that no
 * entry names are all one.
 */
export async function findListed(data: LedgerData, deciders: readonly Decider[]): Promise<void> {
  const allow = deciders.flatMap(({ policy }) => policy.allow);
  const block = deciders.flatMap(({ policy }) => policy.block);
  const isListed: Readonly<Record<Listed, (value: string) => boolean>> = {
    authors: (address) => isBlocked({ address }, block),
    senders: (mailFrom) => isBlocked({ mailFrom }, block),
    clients: (clientIp) => isBlocked({ clientIp }, block),
    vouched: (domain) => vouchesFor(domain, allow),
  };
  for (const name of Object.keys(LISTED) as Listed[]) {
    await data.connection.run(`CREATE OR REPLACE TEMP TABLE ${LISTED[name]} (value VARCHAR)`);
    if ((name === 'vouched' ? allow : block).length === 0) continue;
    const appender = await data.connection.createAppender(LISTED[name]);
    const distinct = `SELECT DISTINCT ${COLUMN[name]} AS value FROM decisions d`;
    for await (const { value } of data.stream<{ readonly value: string | null }>(distinct)) {
      if (value === null || !isListed[name](value)) continue;
      appender.appendVarchar(value);
      appender.endRow();
    }
    appender.closeSync();
  }
}

interface Asked {
  readonly address?: string;
  readonly mailFrom?: string;
  readonly clientIp?: string;
}

function isBlocked({ address, mailFrom, clientIp }: Asked, block: readonly ListEntry[]): boolean {
  const envelope: Envelope = {
    clientIp: clientIp ?? null,
    clientName: null,
    helo: null,
    mailFrom: mailFrom ?? '',
    rcptTo: [],
  };
  const from = address === undefined ? [] : [makeAddress('', address)];
  return blockedBy({ envelope, message: { from } }, block) !== null;
}

/** Whether an entry can cover mail that this domain vouches for. */
function vouchesFor(domain: string, allow: readonly ListEntry[]): boolean {
  const vouched = parseDomain(domain);
  if (vouched === null) return false;
  return allow.some(({ entry }) => {
    if (entry.kind === 'address') return entry.address.endsWith(`@${vouched}`);
    return entry.kind === 'domain' && `.${vouched}`.endsWith(`.${entry.domain}`);
  });
}
