import type { Principal } from './principal.ts';
import type { Language } from './words/language.ts';

/** What every request of somebody known carries. */
export interface Environment {
  readonly Variables: {
    readonly principal: Principal;
    readonly language: Language;
    /** Of the session; every form carries it in the field `token`. '' where a bearer token stands for it. */
    readonly formToken: string;
  };
}
