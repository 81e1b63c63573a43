import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import type { Environment } from '../environment.ts';
import { askedOf } from '../own/asked.ts';
import type { ConsoleParts } from '../parts.ts';
import { ACTIONS, type Act, act, actOnAll, BULK_ACTIONS, SAYABLE } from './act.ts';
import { contentOf, dossierOf, exportHeld, listHeld, rawOf } from './find.ts';
import { listPage, resultsPage } from './list-page.ts';
import { messagePage } from './message-page.ts';
import { readParameters } from './query.ts';
import { htmlOf, readMail } from './read-mail.ts';
import { HeldRefusal } from './refuse.ts';
import { safeHtml } from './safe-html.ts';
import { sendTo } from './send-raw.ts';

/** /held, one message of it, its safe view and its bytes. */
export function heldPages(parts: ConsoleParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  // Operations know no language; whoever reads a page does.
  routes.onError((error, context) => {
    throw error instanceof HeldRefusal ? error.in(context.var.language) : error;
  });
  routes.get('/held', async (context) => {
    const parameters = readParameters(context.req.query());
    const found = await listHeld(parts, context.var.principal, parameters);
    return context.html(listPage(context.var, parameters, found, await askedOf(parts, found.rows)));
  });
  routes.get('/held/export.csv', async (context) => {
    const table = await exportHeld(parts, context.var.principal, readParameters(context.req.query()));
    return context.body(table, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="held.csv"',
    });
  });
  routes.post('/held', async (context) => {
    const form = await context.req.formData();
    const given = actOf(form, BULK_ACTIONS);
    const ids = form.getAll('id').map(String);
    const { principal, language } = context.var;
    return context.html(resultsPage(context.var, await actOnAll(parts, principal, ids, given, language)));
  });
  routes.get('/held/:id', async (context) => {
    const dossier = await dossierOf(parts, context.var.principal, context.req.param('id'));
    const mail = dossier.content === null ? null : await readMail(dossier.content);
    return context.html(messagePage(context.var, dossier, mail));
  });
  routes.post('/held/:id', async (context) => {
    const id = context.req.param('id');
    const given = actOf(await context.req.formData(), ACTIONS);
    const words = await act(parts, context.var.principal, id, given);
    if (given.action === 'case') return context.redirect(`/cases/${words}`, 303);
    return context.html(resultsPage(context.var, [{ id, done: true, words }]));
  });
  routes.get('/held/:id/view', async (context) => {
    const { html } = await htmlOf(await contentOf(parts, context.var.principal, context.req.param('id')));
    const page = `<!doctype html><html><head><meta charset="utf-8"><title>.</title></head><body>${safeHtml(html)}</body></html>`;
    return context.body(page, 200, { 'content-type': 'text/html; charset=utf-8' });
  });
  routes.get('/held/:id/raw', async (context) => {
    const id = context.req.param('id');
    const content = await rawOf(parts, context.var.principal, id);
    // The name of the file is the id, which has one form; nothing of the mail is in the headers.
    context.header('content-type', 'application/octet-stream');
    context.header('content-disposition', `attachment; filename="${id}.eml"`);
    return stream(context, (out) => sendTo(out, content));
  });
  return routes;
}

function actOf(form: FormData, allowed: readonly Act['action'][]): Act {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const action = allowed.find((one) => one === text('action'));
  if (action === undefined) throw new HeldRefusal('action');
  const recipient = text('recipient');
  return {
    action,
    reason: text('reason'),
    category: SAYABLE.find((one) => one === text('category')),
    recipients: recipient === undefined ? undefined : [recipient],
  };
}
