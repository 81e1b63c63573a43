import type { Config, NextHopConfig } from '../config/schema.ts';
import { Mistake } from '../mistake.ts';

/** What letters cannot do without. */
export interface DigestSettings {
  readonly nextHop: NextHopConfig;
  readonly url: string;
  readonly sender: string;
}

/** Throws a Mistake that names the key that is missing. */
export function settingsOf({ gate, console, digest }: Config): DigestSettings {
  if (gate.nextHop === null)
    throw new Mistake('gate.nextHop is not set: there is nowhere to send letters to');
  if (console.url === null) throw new Mistake('console.url is not set: letters need it for their links');
  if (digest.from === null) throw new Mistake('digest.from is not set: letters need a sender');
  return { nextHop: gate.nextHop, url: console.url, sender: digest.from };
}
