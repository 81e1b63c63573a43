import { type Context, Hono } from 'hono';
import { answerError } from '../answer-error.ts';
import type { Environment } from '../environment.ts';
import { page } from '../look/layout.ts';
import type { ConsoleParts } from '../parts.ts';
import { Refusal } from '../refusal.ts';
import { type Language, wordsOf } from '../words/language.ts';
import {
  changesFor,
  domainOf,
  domainsFor,
  type Foretold,
  foretell,
  type Made,
  makeItSo,
  mayConfigure,
  RULE_STATUSES,
  STEPS,
  type Step,
  type Trial,
  thresholdsNow,
  undo,
} from './operations.ts';
import { type WhatIfView, whatIfBody, whatIfResult } from './page.ts';
import { RuleRefused, SaidRefusal } from './refusals.ts';
import { Superseded } from './replay-thread.ts';

/** Days looked back where nobody says how many. */
const DAYS = 7;

/** Changes of the past that the page lists. */
const HISTORY = 50;

/** /what-if, its result alone for htmx, and what changes the configuration. A rule under trial is too long for an address: it is posted. */
export function whatIfPages(parts: ConsoleParts): Hono<Environment> {
  const app = new Hono<Environment>();
  app.get('/what-if', async (context) => answerPage(parts, context, (name) => context.req.query(name), null));
  app.post('/what-if', async (context) =>
    answerPage(parts, context, fieldsOf(await context.req.parseBody()), null),
  );
  app.post('/what-if/result', async (context) => {
    try {
      const fields = fieldsOf(await context.req.parseBody());
      return context.html(
        whatIfResult(await viewOf(parts, context, fields, null, context.var.principal.name)),
      );
    } catch (error) {
      if (error instanceof Superseded) return context.body(null, 204);
      throw error;
    }
  });
  app.post('/what-if/apply', async (context) => {
    const fields = fieldsOf(await context.req.parseBody());
    const trial = trialOf(parts, context, fields);
    const status = RULE_STATUSES.find((one) => one === fields('status')) ?? 'shadow';
    const made = await makeItSo(parts, context.var.principal, trial, {
      reason: fields('reason') ?? '',
      status,
    });
    return answerPage(parts, context, onlyDomain(fields), made);
  });
  app.post('/what-if/undo', async (context) => {
    const fields = fieldsOf(await context.req.parseBody());
    const made = await undo(parts, context.var.principal, fields('id') ?? '', '');
    return answerPage(parts, context, onlyDomain(fields), made);
  });
  app.onError((error, context) => {
    const said = error instanceof SaidRefusal ? error.says(wordsOf(context.var.language).whatIf) : null;
    const told = said === null || !(error instanceof SaidRefusal) ? error : new Refusal(error.reason, said);
    return answerError(parts, told, context);
  });
  return app;
}

type Fields = (name: string) => string | undefined;

function fieldsOf(body: Readonly<Record<string, unknown>>): Fields {
  return (name) => (typeof body[name] === 'string' ? body[name] : undefined);
}

/** After a change the page shows what is in force, for the same domain over the same days. */
function onlyDomain(fields: Fields): Fields {
  return (name) => (name === 'domain' || name === 'days' ? fields(name) : undefined);
}

async function answerPage(
  parts: ConsoleParts,
  context: Context<Environment>,
  fields: Fields,
  made: Made | null,
) {
  const { title, lead } = wordsOf(context.var.language).whatIf;
  const view = await viewOf(parts, context, fields, made);
  return context.html(page({ viewer: context.var, area: 'whatIf', title, lead, body: whatIfBody(view) }));
}

async function viewOf(
  parts: ConsoleParts,
  context: Context<Environment>,
  fields: Fields,
  made: Made | null,
  line?: string,
): Promise<WhatIfView> {
  const { principal, language } = context.var;
  const changes = await changesFor(parts, principal);
  const trial = trialOf(parts, context, fields);
  const undone = new Set(changes.map(({ reason }) => /^undo of (\S+?)(?::|$)/.exec(reason)?.[1]));
  return {
    viewer: context.var,
    trial,
    now: thresholdsNow(parts.config(), trial.domain),
    domains: domainsFor(parts.config(), principal),
    foretold: await orProblem(foretell(parts, principal, trial, line), language),
    mayMake: mayConfigure(principal, trial.domain),
    mayMakeRule: mayConfigure(principal, null),
    changes: changes.slice(0, HISTORY),
    mayUndo: (record) =>
      record.action === 'configure' && !undone.has(record.id) && mayConfigure(principal, domainOf(record)),
    made,
  };
}

async function orProblem(foretold: Promise<Foretold>, language: Language): Promise<WhatIfView['foretold']> {
  try {
    return await foretold;
  } catch (error) {
    if (error instanceof RuleRefused)
      return { problem: wordsOf(language).whatIf.ruleWrong, lines: error.problems };
    if (error instanceof SaidRefusal && error.reason === 'bad')
      return { problem: error.says(wordsOf(language).whatIf), lines: [] };
    throw error;
  }
}

function trialOf(parts: ConsoleParts, context: Context<Environment>, fields: Fields): Trial {
  const [first = null] = domainsFor(parts.config(), context.var.principal);
  const asked = fields('domain');
  const domain = asked === undefined || asked === '' ? first : asked.toLowerCase();
  const now = thresholdsNow(parts.config(), domain);
  const at = (step: Step) => givenFor(fields, step, now[step]);
  const [tag, quarantine, reject] = STEPS.map(at);
  return {
    days: Number(fields('days') ?? DAYS) || DAYS,
    domain,
    thresholds: { tag: tag ?? null, quarantine: quarantine ?? null, reject: reject ?? null },
    rule: fields('rule') ?? null,
  };
}

/** The number, unless it is as it was and the slider is not. */
function givenFor(fields: Fields, step: Step, now: number | null): number | null {
  const typed = fields(step);
  if (typed === undefined) return now;
  const from = fields(`${step}From`);
  const slider = fields(`${step}Slider`);
  const isSlid =
    typed === from && slider !== undefined && Number(slider) !== Number(from === '' ? '1' : from);
  const text = isSlid ? slider : typed;
  return text.trim() === '' ? null : Number(text);
}
