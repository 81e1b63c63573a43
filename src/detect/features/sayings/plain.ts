import { FILES, LANGUAGE } from './plain-content.ts';
import { HEADERS, LINKS } from './plain-message.ts';
import { AUTHENTICATION, SENDER } from './plain-sender.ts';
import type { PlainTable } from './plain-words.ts';

/** Words for every feature that has no better ones, by name. */
export const PLAIN: PlainTable = {
  ...AUTHENTICATION,
  ...SENDER,
  ...HEADERS,
  ...LINKS,
  ...FILES,
  ...LANGUAGE,
};
