import { isMailId } from '../../mail/id.ts';

/** `<yyyy>/<mm>/<dd>/<id>.eml`, by the day (UTC) on which it was held. Throws for what is no id. */
export function dayName(id: string, heldAt: Date): string {
  if (!isMailId(id)) throw new Error(`${JSON.stringify(id.slice(0, 100))} is no id of a mail`);
  return `${heldAt.toISOString().slice(0, 10).replaceAll('-', '/')}/${id}.eml`;
}
