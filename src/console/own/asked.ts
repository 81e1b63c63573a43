import { requestsFor } from '../../digest/requests.ts';
import type { Held, HeldPage } from '../../quarantine/quarantine.ts';
import type { ConsoleParts } from '../parts.ts';

/** Ids of those messages that a recipient asked for whom the reader sees, and for whom it is still held. */
export async function askedOf(
  { database }: Pick<ConsoleParts, 'database'>,
  rows: readonly Held[],
): Promise<ReadonlySet<string>> {
  const requests = await requestsFor(
    database,
    rows.map(({ id }) => id),
  );
  const open = new Set(
    rows.flatMap(({ id, fates }) =>
      fates
        .filter(({ state }) => state === 'held')
        .map(({ recipient }) => `${id} ${recipient.toLowerCase()}`),
    ),
  );
  const asked = requests.filter(({ mailId, recipient }) => open.has(`${mailId} ${recipient}`));
  return new Set(asked.map(({ mailId }) => mailId));
}

/** A page of held mail where each row says whether it was asked for. */
export async function withAsked(parts: Pick<ConsoleParts, 'database'>, page: HeldPage) {
  const asked = await askedOf(parts, page.rows);
  return { ...page, rows: page.rows.map((held) => ({ ...held, asked: asked.has(held.id) })) };
}
