import { FILES, LANGUAGE } from './plain-content.ts';
import { HEADERS, LINKS } from './plain-message.ts';
import { RELATIONSHIP } from './plain-relationship.ts';
import { AUTHENTICATION, SENDER } from './plain-sender.ts';
import type { PlainTable } from './plain-words.ts';

/** Words for every feature that has no better ones, by name. */
export const PLAIN: PlainTable = {
  ...AUTHENTICATION,
  ...SENDER,
  ...RELATIONSHIP,
  ...HEADERS,
  ...LINKS,
  ...FILES,
  ...LANGUAGE,
};
