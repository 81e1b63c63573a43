import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { LRUCache } from 'lru-cache';
import { turnDigest } from '../../digest/book.ts';
import { giveBackLink, type LinkGrant, lookAtLink, useLink } from '../../digest/links.ts';
import { shownText } from '../../digest/shown-text.ts';
import { type DigestWords, digestLanguage, digestWords } from '../../digest/words.ts';
import { NotDelivered } from '../../quarantine/actions/release.ts';
import { QuarantineRefusal } from '../../quarantine/quarantine.ts';
import { attemptNetwork, clientOf } from '../access/client.ts';
import { chooseLanguage } from '../choose-language.ts';
import { plainPage } from '../look/layout.ts';
import type { ConsoleParts } from '../parts.ts';
import { auditOwn, free, scopeOfRecipient } from './free.ts';

/** Link scanners fetch a letter's thirty links at once, several times; guessing 256 bits is hopeless at any rate. */
export const REQUESTS_PER_MINUTE = 300;
const CLIENTS = 10_000;

/** GET and POST /letters/TOKEN: without sign-in. GET and HEAD show and change nothing, however often; POST acts, once. */
export function linkPages(parts: ConsoleParts): Hono {
  const routes = new Hono();
  const requests = new LRUCache<string, { count: number }>({ max: CLIENTS, ttl: 60_000 });
  routes.use('/letters/*', async (context, next) => {
    context.header('cache-control', 'no-store');
    context.header('x-robots-tag', 'noindex, nofollow');
    const client = attemptNetwork(clientOf(context, parts.config().console.proxies).address);
    const counted = requests.get(client) ?? { count: 0 };
    if (counted.count === 0) requests.set(client, counted);
    counted.count += 1;
    if (counted.count > REQUESTS_PER_MINUTE) return answer(parts, context, null, 'busyText', 429);
    // The secret is in the path; the policy of all pages (same-origin) keeps it from other hosts as a referrer.
    return await next();
  });
  routes.get('/letters/:token', async (context) => {
    const grant = await lookAtLink(parts.database, context.req.param('token'), parts.now());
    return grant === null ? answer(parts, context, null, 'deadText', 410) : question(parts, context, grant);
  });
  routes.post('/letters/:token', async (context) => act(parts, context, context.req.param('token')));
  return routes;
}

async function act(parts: ConsoleParts, context: Context, token: string): Promise<Response> {
  const grant = await useLink(parts.database, token, parts.now());
  if (grant === null) return answer(parts, context, null, 'deadText', 410);
  const { action, recipient, mailId } = grant;
  if (action === 'off' || mailId === null) {
    await turnDigest(parts.database, recipient, false, parts.now());
    await auditOwn(parts, `recipient:${recipient}`, 'letters_off', `recipient:${recipient}`);
    return answer(parts, context, grant, 'turnedOff', 200);
  }
  try {
    const freed = await free(parts, { action, mailId, recipient });
    if (freed === 'gone' || freed === 'refused') return answer(parts, context, grant, 'goneText', 410);
    return answer(parts, context, grant, freed, 200);
  } catch (error) {
    if (error instanceof QuarantineRefusal) return answer(parts, context, grant, 'goneText', 410);
    await giveBackLink(parts.database, token);
    if (!(error instanceof NotDelivered)) throw error;
    parts.log.warn({ event: 'link_not_delivered', mail: mailId, err: error });
    return answer(parts, context, grant, 'failedText', 503);
  }
}

const QUESTIONS = {
  release: ['releaseTitle', 'releaseText', 'releaseButton'],
  ask: ['askTitle', 'askText', 'askButton'],
  off: ['offTitle', 'offText', 'offButton'],
} as const;

async function question(parts: ConsoleParts, context: Context, grant: LinkGrant): Promise<Response> {
  const { words, language } = wordsFor(parts, context, grant);
  const [title, text, button] = QUESTIONS[grant.action];
  const held =
    grant.mailId === null
      ? null
      : await parts.quarantine.get(grant.mailId, scopeOfRecipient(grant.recipient));
  if (grant.mailId !== null && held?.state !== 'held') return answer(parts, context, grant, 'goneText', 410);
  const facts =
    held === null
      ? ''
      : html`<dl class="facts"><dt>${words.columns.from}</dt><dd>${shownText(held.from)}</dd><dt>${words.columns.subject}</dt><dd>${shownText(held.subject) || words.noSubject}</dd></dl>`;
  const body = html`<div class="card"><p>${words.pages[text]}</p>${facts}
<form method="post"><button class="primary">${words.pages[button]}</button></form></div>`;
  return context.html(plainPage({ language, title: words.pages[title], body }));
}

type Ending = Exclude<keyof DigestWords['pages'], `${string}Title` | `${string}Button`>;

function answer(
  parts: ConsoleParts,
  context: Context,
  grant: LinkGrant | null,
  ending: Ending,
  status: 200 | 410 | 429 | 503,
): Response | Promise<Response> {
  const { words, language } = wordsFor(parts, context, grant);
  const title = grant === null ? words.pages.deadTitle : words.pages[QUESTIONS[grant.action][0]];
  const body = html`<div class="card"><p>${words.pages[ending]}</p></div>`;
  return context.html(plainPage({ language, title, body }), status);
}

/** The letter's language; the frame of the page has fewer. */
function wordsFor(parts: ConsoleParts, context: Context, grant: LinkGrant | null) {
  const { console, digest } = parts.config();
  const frame = chooseLanguage(context.req.header('accept-language'), console.language);
  const letter = grant === null ? frame : digestLanguage(digest, grant.recipient);
  const language = letter === 'de' || letter === 'en' ? letter : frame;
  return { words: digestWords(letter), language };
}
