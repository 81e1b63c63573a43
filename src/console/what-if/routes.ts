import { type Context, Hono } from 'hono';
import { pathOf } from '../../service/change-config.ts';
import type { Environment } from '../environment.ts';
import { page } from '../look/layout.ts';
import type { ConsoleParts } from '../parts.ts';
import { Refusal } from '../refusal.ts';
import { wordsOf } from '../words/language.ts';
import {
  changesFor,
  domainsFor,
  type Foretold,
  foretell,
  makeItSo,
  mayConfigure,
  STEPS,
  type Step,
  type Trial,
  thresholdsNow,
  undo,
} from './operations.ts';
import { type WhatIfView, whatIfBody, whatIfResult } from './page.ts';
import { Superseded } from './replay-thread.ts';

/** Days looked back where nobody says how many. */
const DAYS = 7;

/** Changes of the past that the page lists. */
const HISTORY = 50;

/** GET /what-if, its result alone for htmx, and what changes the configuration. */
export function whatIfPages(parts: ConsoleParts): Hono<Environment> {
  const app = new Hono<Environment>();
  app.get('/what-if', async (context) => answerPage(parts, context, null));
  app.get('/what-if/result', async (context) => {
    try {
      return context.html(whatIfResult(await viewOf(parts, context, null)));
    } catch (error) {
      if (error instanceof Superseded) return context.body(null, 204);
      throw error;
    }
  });
  app.post('/what-if/apply', async (context) => {
    const fields = fieldsOf(await context.req.parseBody());
    const trial = trialOf(parts, context, fields);
    const made = await makeItSo(parts, context.var.principal, trial, fields('reason') ?? '');
    return answerPage(parts, context, made.inForce);
  });
  app.post('/what-if/undo', async (context) => {
    const fields = fieldsOf(await context.req.parseBody());
    const made = await undo(parts, context.var.principal, fields('id') ?? '', '');
    return answerPage(parts, context, made.inForce);
  });
  return app;
}

type Fields = (name: string) => string | undefined;

function fieldsOf(body: Readonly<Record<string, unknown>>): Fields {
  return (name) => (typeof body[name] === 'string' ? body[name] : undefined);
}

async function answerPage(parts: ConsoleParts, context: Context<Environment>, inForce: boolean | null) {
  const words = wordsOf(context.var.language).whatIf;
  const said = inForce === null ? null : inForce ? words.made : words.slow;
  const view = await viewOf(parts, context, said);
  const { title, lead } = words;
  return context.html(page({ viewer: context.var, area: 'whatIf', title, lead, body: whatIfBody(view) }));
}

async function viewOf(
  parts: ConsoleParts,
  context: Context<Environment>,
  said: string | null,
): Promise<WhatIfView> {
  const { principal } = context.var;
  const changes = (await changesFor(parts, principal)).slice(0, HISTORY);
  const isGet = context.req.method === 'GET';
  const trial = trialOf(parts, context, isGet ? (name) => context.req.query(name) : () => undefined);
  return {
    viewer: context.var,
    trial,
    now: thresholdsNow(parts.config(), trial.domain),
    domains: domainsFor(parts.config(), principal),
    foretold: await orProblem(foretell(parts, principal, trial)),
    mayMake: mayConfigure(principal, trial.domain),
    changes,
    mayUndo: ({ subject, action }) => {
      const path = pathOf(subject) ?? [];
      return (
        action === 'configure' && mayConfigure(principal, path[1] === 'domains' ? String(path[2]) : null)
      );
    },
    said,
  };
}

async function orProblem(foretold: Promise<Foretold>): Promise<WhatIfView['foretold']> {
  try {
    return await foretold;
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'bad') return { problem: error.message };
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
