import { Hono } from 'hono';
import { html } from 'hono/html';
import { reasonOf } from '../../digest/letter.ts';
import { shownText } from '../../digest/shown-text.ts';
import { digestWords } from '../../digest/words.ts';
import type { Environment } from '../environment.ts';
import { type Markup, page } from '../look/layout.ts';
import type { ConsoleParts } from '../parts.ts';
import { wordsOf } from '../words/language.ts';
import { freeOwn, type OwnList, type OwnMail, ownMail, turnOwnLetters } from './operations.ts';

/** GET /own: what was held for whoever looks; POST /own/ID/free|ask, POST /own/letters. */
export function ownPages(parts: ConsoleParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.get('/own', async (context) => {
    const { principal, language } = context.var;
    const words = wordsOf(language).own;
    const list = await ownMail(parts, principal, context.req.query('cursor'));
    const lead = words.lead(principal.address ?? '');
    return context.html(
      page({ viewer: context.var, area: 'own', title: words.title, lead, body: body(list, context.var) }),
    );
  });
  for (const [path, action] of [
    ['/own/:id/release', 'release'],
    ['/own/:id/ask', 'ask'],
  ] as const)
    routes.post(path, async (context) => {
      const { principal, language } = context.var;
      await freeOwn(parts, principal, { action, mailId: context.req.param('id'), language });
      return context.redirect('/own', 303);
    });
  routes.post('/own/letters', async (context) => {
    const { on } = await context.req.parseBody();
    await turnOwnLetters(parts, context.var.principal, on === 'yes');
    return context.redirect('/own', 303);
  });
  return routes;
}

type Viewer = Environment['Variables'];

function body({ rows, next, letters }: OwnList, viewer: Viewer): Markup {
  const words = wordsOf(viewer.language).own;
  const table = html`<div class="scroll"><table class="list">
<thead><tr><th>${words.heldAt}</th><th>${words.from}</th><th>${words.subject}</th><th>${words.reason}</th><th>${words.action}</th></tr></thead>
<tbody>${rows.map((one) => row(one, viewer))}</tbody></table></div>`;
  return html`${rows.length === 0 ? html`<p class="note good">${words.nothing}</p>` : table}
${next === null ? '' : html`<p><a href="/own?cursor=${encodeURIComponent(next)}">${words.older}</a></p>`}
<section class="card"><h2>${words.letters}</h2><p>${letters ? words.lettersOn : words.lettersOff}</p>
<form method="post" action="/own/letters"><input type="hidden" name="token" value="${viewer.formToken}"><input type="hidden" name="on" value="${letters ? 'no' : 'yes'}"><button>${letters ? words.turnOff : words.turnOn}</button></form></section>`;
}

function row({ held, freedom, asked }: OwnMail, viewer: Viewer): Markup {
  const reason = reasonOf(digestWords(viewer.language), held.category);
  return html`<tr><td>${held.heldAt.toISOString().slice(0, 16).replace('T', ' ')}</td><td>${shownText(held.from)}</td><td>${shownText(held.subject)}</td><td>${reason}</td><td>${action({ held, freedom, asked }, viewer)}</td></tr>`;
}

function action({ held, freedom, asked }: OwnMail, { language, formToken }: Viewer): Markup {
  const words = wordsOf(language).own;
  if (freedom === null) return html`<span class="muted">${words.none}</span>`;
  if (freedom === 'ask' && asked) return html`<span class="muted">${words.asked}</span>`;
  return html`<form method="post" action="/own/${held.id}/${freedom}"><input type="hidden" name="token" value="${formToken}"><button class="primary">${freedom === 'ask' ? words.ask : words.release}</button></form>`;
}
