import type { Random } from '../company/random.ts';
import type { OrdinaryMail } from './ordinary.ts';
import type { Setting } from './setting.ts';
import type { Teller } from './teller.ts';

/** Everything that an act needs of the ones before it. */
export interface Stage {
  readonly setting: Setting;
  readonly teller: Teller;
  readonly ordinary: OrdinaryMail;
  readonly random: Random;
}

export const WAVE = 20;
/** Share of a wave that the story must have missed before, or caught afterwards. */
export const NEARLY_ALL = 0.9;
