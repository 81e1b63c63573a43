import type { Config } from '../config/schema.ts';
import { freedomOf } from '../console/own/free.ts';
import { hostnameOf } from '../hostname.ts';
import { newMailId } from '../mail/id.ts';
import type { Held, Quarantine } from '../quarantine/quarantine.ts';
import type { OwnHeld } from './gather.ts';
import type { Letter, LetterEntry } from './letter.ts';
import type { LinkGrant } from './links.ts';
import { type DigestSettings, settingsOf } from './settings.ts';
import { digestLanguage } from './words.ts';

export interface ComposeParts {
  readonly config: () => Config;
  readonly quarantine: Pick<Quarantine, 'decision'>;
  /** Gives a token for each grant, in their order. */
  readonly issue: (grants: readonly LinkGrant[]) => Promise<readonly string[]>;
  readonly now: () => Date;
}

/** The letter that tells a recipient of what is held. Throws a Mistake where letters are not set up. */
export async function composeLetter(parts: ComposeParts, recipient: string, own: OwnHeld): Promise<Letter> {
  const config = parts.config();
  const settings = settingsOf(config);
  const date = parts.now();
  const offered = await Promise.all(
    own.rows.map(async (held) => ({ held, action: await freedomOf(parts, held) })),
  );
  const grants = offered.flatMap(({ held, action }) =>
    action === null ? [] : [{ action, recipient, mailId: held.id }],
  );
  const off = { action: 'off', recipient, mailId: null } as const;
  const [offToken = '', ...tokens] = await parts.issue([off, ...grants]);
  const links = new Map(
    grants.map(({ mailId, action }, place) => [
      mailId,
      { action, url: addressOf(settings, tokens[place] ?? '') },
    ]),
  );
  const linkOf = ({ id }: Held): LetterEntry['link'] => links.get(id) ?? null;
  return {
    sender: settings.sender,
    recipient,
    language: digestLanguage(config.digest, recipient),
    entries: own.rows.map((held) => ({ ...held, link: linkOf(held) })),
    count: own.count,
    linkDays: config.digest.linkDays,
    offUrl: addressOf(settings, offToken),
    date,
    hostname: hostnameOf(config.gate),
    id: newMailId(date.getTime()),
  };
}

function addressOf({ url }: DigestSettings, token: string): string {
  return `${url}/letters/${token}`;
}
