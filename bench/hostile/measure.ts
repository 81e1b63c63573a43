import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { loadConfig } from '../../src/config/load.ts';
import { assess } from '../../src/detect/assess.ts';
import { measure } from '../../src/detect/features/schema.ts';
import { gather } from '../../src/evidence/gather.ts';
import { bufferContent, fileContent } from '../../src/mail/content.ts';
import { CLEAN_WIRE, type Content, type Mail } from '../../src/mail/mail.ts';
import { parse } from '../../src/message/parse.ts';
import { openInstruments } from '../../src/service/instruments.ts';

/** What one hostile message cost a process that has done nothing else. */
export interface Cost {
  /** Milliseconds of work without a turn of the event loop, the longest stretch in each step. */
  readonly hold: { readonly parse: number; readonly gather: number; readonly assess: number };
  /** The same by the clock over all steps: longer where other processes want the processor, too. */
  readonly delayMs: number;
  readonly cpuMs: number;
  /** Memory of the process at its highest over what it had before, the bytes of the message included. */
  readonly peakBytes: number;
  readonly overBudget: readonly string[];
  readonly ambiguities: readonly string[];
  readonly score: number;
}

const WARM_UP = Buffer.from(
  'From: Ada <ada@example.com>\r\nTo: bob@example.org\r\nSubject: Hello\r\nContent-Type: text/html\r\n\r\n<p>Hello <a href="https://example.com/">there</a>\r\n',
);
const WARM_UPS = 20;

/** Inspects the message in that file as the gate does, without DNS, and says what it cost. */
export async function costOf(path: string, size: number, configFile: string): Promise<Cost> {
  const { config } = loadConfig(configFile, process.env);
  const instruments = await openInstruments(config, { reputation: null, resolver: null });
  const run = async (content: Content) => {
    const mail = mailOf(content);
    const parsed = await held(() => parse(content, instruments.budgets));
    const gathered = await held(() => gather(mail, parsed.value, instruments.sources));
    const assessed = await held(() => {
      const input = { message: parsed.value, evidence: gathered.value, features: measure(gathered.value) };
      return assess(input, instruments.detectors);
    });
    return { parsed, gathered, assessed };
  };
  for (let turn = 0; turn < WARM_UPS; turn++) await run(bufferContent(WARM_UP));
  const before = process.memoryUsage.rss();
  const cpuBefore = process.cpuUsage();
  const { parsed, gathered, assessed } = await run(fileContent(path, size));
  const cpu = process.cpuUsage(cpuBefore);
  const peakBytes = process.resourceUsage().maxRSS * 1024 - before;
  await instruments.close();
  return {
    hold: { parse: parsed.hold, gather: gathered.hold, assess: assessed.hold },
    delayMs: Math.max(parsed.delay, gathered.delay, assessed.delay),
    cpuMs: Math.round((cpu.user + cpu.system) / 1_000),
    peakBytes,
    overBudget: parsed.value.overBudget,
    ambiguities: parsed.value.ambiguities,
    score: assessed.value.score,
  };
}

const RESOLUTION_MS = 1;

interface Held<T> {
  readonly value: T;
  readonly hold: number;
  readonly delay: number;
}

async function held<T>(work: () => Promise<T>): Promise<Held<T>> {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let hold = 0;
  let before = threadMs();
  const timer = setInterval(() => {
    const now = threadMs();
    hold = Math.max(hold, now - before);
    before = now;
  }, RESOLUTION_MS);
  monitor.enable();
  await wait(5 * RESOLUTION_MS);
  monitor.reset();
  const value = await work();
  // The stretch that ends the work counts once the loop has turned.
  await wait(5 * RESOLUTION_MS);
  clearInterval(timer);
  monitor.disable();
  return { value, hold: Math.round(hold), delay: Math.round(monitor.max / 1e6) };
}

/** Milliseconds that this thread has worked. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function mailOf(content: Content): Mail {
  return {
    id: 'HOSTILE',
    receivedAt: new Date(),
    envelope: {
      clientIp: '192.0.2.1',
      clientName: null,
      helo: 'mail.example',
      mailFrom: 'ada@example.com',
      rcptTo: ['bob@example.org'],
    },
    content,
    wire: CLEAN_WIRE,
    recordedAuthentication: null,
  };
}
