import type { Context, Hono } from 'hono';
import type { Principal } from '../principal.ts';
import type { Language } from '../words/language.ts';

/** Somebody known, as a session or a token tells. */
export interface Known {
  readonly principal: Principal;
  /** Null: the browser's. */
  readonly language: Language | null;
  /** Of the session, for its forms; '' for a token, which no page of another site can send. */
  readonly formToken: string;
}

/** How requests become people. */
export interface Access {
  /** Who sends this request; null is nobody known. Throws where the store cannot be asked. */
  known(request: Request, context: Context): Promise<Known | null>;
  /** Sign-in, sign-out and what else works without a session; mounted at the root. */
  readonly openPages: Hono;
}
