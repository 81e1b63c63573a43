import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { program, type Requirement } from '../../requirement.ts';
import { sessionCookie } from './served-console.ts';

const CHROMIUM = '/usr/bin/chromium';
export const chromiumRequirement: Requirement = program('Chromium', CHROMIUM);

export const SCREENSHOTS = join(import.meta.dirname, '..', '..', '..', 'var', 'screenshots');
const require = createRequire(import.meta.url);

export type Device = 'desktop' | 'phone';

const SIZES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
} as const;

/** A page of a browser of somebody, and all that went wrong in it. */
export interface Visit {
  readonly page: Page;
  readonly device: Device;
  /** Requests to other places than the console; each was refused. */
  readonly outside: readonly string[];
  /** Errors of scripts, refusals by the content security policy, and what the browser says of answers from 400 on. */
  readonly problems: readonly string[];
  /** Opens a path of the console; gives the status. */
  open(path: string): Promise<number>;
  /** Throws where there was a request to elsewhere, or a problem that was not expected. */
  close(): Promise<void>;
}

export interface VisitOptions {
  readonly origin: string;
  readonly device?: Device;
  /** Name among the people of `serveConsole`; left out is nobody. */
  readonly user?: string;
  /** What pages of this one are to be in; the browser says so. */
  readonly language?: 'en' | 'de';
  readonly dark?: boolean;
  /** Problems that belong to the test, such as what the browser says of a page that is not there. Nothing excuses a request to elsewhere. */
  readonly expects?: readonly RegExp[];
}

export interface TestBrowser {
  visit(options: VisitOptions): Promise<Visit>;
  /** Throws what visits that nobody closed have to complain of. */
  close(): Promise<void>;
}

/** Starts Chromium. Every visit is a browser of its own: no cookie of another is in it. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const open = new Set<Visit>();
  return {
    visit: async (options) => {
      const visit = await openVisit(browser, options, () => open.delete(visit));
      open.add(visit);
      return visit;
    },
    close: async () => {
      const ends = await Promise.allSettled([...open].map((visit) => visit.close()));
      await browser.close();
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };
}

async function openVisit(browser: Browser, options: VisitOptions, closed: () => void): Promise<Visit> {
  const { origin, device = 'desktop', user, language = 'en', dark = false, expects = [] } = options;
  const context = await browser.newContext({
    ...SIZES[device],
    baseURL: origin,
    locale: language,
    colorScheme: dark ? 'dark' : 'light',
  });
  const outside: string[] = [];
  const problems: string[] = [];
  await refuseOthers(context, origin, outside);
  listen(context, problems);
  const page = await context.newPage();
  if (user !== undefined) await signIn(page, origin, user);
  return {
    page,
    device,
    outside,
    problems,
    open: async (path) => (await page.goto(path))?.status() ?? 0,
    close: async () => {
      closed();
      await context.close();
      refuseProblems(outside, problems, expects);
    },
  };
}

/** Of all pages and frames, those in new windows, too. */
function listen(context: BrowserContext, problems: string[]): void {
  context.on('console', (said) => {
    // Not all that the policy refuses is said as an error: what is reported only, is a warning.
    if (said.type() === 'error' || /content security policy/i.test(said.text())) problems.push(said.text());
  });
  context.on('weberror', (error) => problems.push(error.error().message));
}

function refuseProblems(
  outside: readonly string[],
  problems: readonly string[],
  expects: readonly RegExp[],
): void {
  const unexpected = problems.filter((problem) => !expects.some((pattern) => pattern.test(problem)));
  const missing = expects.filter((pattern) => !problems.some((problem) => pattern.test(problem)));
  const said = [
    ...outside.map((url) => `request to elsewhere: ${url}`),
    ...unexpected,
    ...missing.map((pattern) => `expected, and did not come: ${pattern}`),
  ];
  if (said.length > 0) throw new Error(`In Chromium:\n${said.join('\n')}`);
}

async function refuseOthers(context: BrowserContext, origin: string, outside: string[]): Promise<void> {
  await context.route('**/*', async (route) => {
    const url = route.request().url();
    if (new URL(url).origin === origin) return route.continue();
    outside.push(url);
    return route.abort();
  });
  await context.routeWebSocket('**', (socket) => {
    outside.push(socket.url());
    return socket.close();
  });
}

/** From now on the browser of this page is that of `user`; any page of it. */
export async function signIn(page: Page, origin: string, user: string): Promise<void> {
  await page.context().addCookies([{ ...sessionCookie(user), url: origin, httpOnly: true, sameSite: 'Lax' }]);
}

/** Keeps a picture of the whole page in var/screenshots, as NAME-desktop.png or NAME-phone.png; gives its path. */
export async function screenshot({ page, device }: Visit, name: string): Promise<string> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}-${device}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly help: string;
    readonly nodes: readonly { readonly target: readonly unknown[] }[];
  }[];
}

/**
 * What axe-core calls serious or critical on the page as it is shown now, one line each. It comes in by the debugger, which the
 * content security policy does not bind; the policy of the page stays as it is.
 */
export async function axeSerious({ page, device }: Visit): Promise<string[]> {
  await page.evaluate(`${AXE}; undefined`);
  const { violations } = await page.evaluate<AxeResults>(
    'axe.run(document, { resultTypes: ["violations"] })',
  );
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  const report = process.env.POSTERN_AXE_REPORT;
  if (report !== undefined)
    appendFileSync(
      report,
      `${JSON.stringify({ path: new URL(page.url()).pathname, device, serious: serious.length })}\n`,
    );
  return serious;
}

/** Whether nothing is wider than the window: on a phone nobody scrolls sideways, but within `.scroll`. */
export async function fitsWidth({ page }: Visit): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
}
