import type { Quarantine } from '../quarantine/quarantine.ts';

/** Mail of a quarantine by the id of its decision: null where it is not held (any more). */
export function heldMailOf(
  quarantine: Pick<Quarantine, 'content' | 'get'>,
): (id: string) => Promise<Buffer | null> {
  return async (id) => {
    if ((await quarantine.get(id))?.state !== 'held') return null;
    const content = await quarantine.content(id);
    return content.head(content.size);
  };
}
