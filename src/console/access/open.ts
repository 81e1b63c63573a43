import { Hono } from 'hono';
import type { ConsoleParts } from '../parts.ts';
import type { Access } from './access.ts';

/** Access of a running service. */
export interface OpenAccess extends Access {
  close(): void;
}

/** Who may come in, over the database of the service. */
export async function openAccess(_parts: ConsoleParts): Promise<OpenAccess> {
  return { known: async () => null, openPages: new Hono(), close: () => undefined };
}
