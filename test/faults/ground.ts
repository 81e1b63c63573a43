import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../src/faults.ts';
import { freePort } from '../system/servers/ports.ts';
import { type Postern, type Settings, startPostern } from '../system/servers/postern.ts';
import { type Row, readHeld } from './held-rows.ts';
import { HELD_DOMAIN, SPOOL_ABOVE_BYTES } from './letters.ts';
import { KeepingHop } from './next-hop.ts';

/** A gate that is to die and does not: generous, since a busy machine is slow to bring a message there. */
const DEATH_LIMIT_MS = 30_000;

/** Finishing what is under way gets so long. */
export const GRACE_MS = 1_500;

/** No limits per client, and fates that depend on the recipient alone. */
const SETTINGS = {
  gate: {
    spoolAboveBytes: SPOOL_ABOVE_BYTES,
    shutdownGraceMs: GRACE_MS,
    limits: { messagesPerClientPerMinute: 1_000_000, messagesPerConnection: 1_000_000 },
  },
  inspection: { workers: 1 },
  policy: {
    default: { tag: null, quarantine: null, reject: null },
    domains: { [HELD_DOMAIN]: { quarantine: 0 } },
  },
} as const;

export interface GroundOptions {
  /** A folder of its own. */
  readonly directory: string;
  /** Faults by the name of the switch that turns them on. All are ordered at every start, none is on. */
  readonly orders: ReadonlyMap<string, readonly Fault[]>;
  /** Over those of every ground; without a model and rules unless given here, since starts are quicker so. */
  readonly settings?: Settings;
}

/** A gate in a process of its own that dies and starts again in the same folder, its next hop, and switches for ordered faults. */
export class Ground {
  readonly directory: string;
  readonly hop = new KeepingHop();
  readonly port: number;
  readonly #options: GroundOptions;
  #postern: Postern | null = null;

  private constructor(options: GroundOptions, port: number) {
    this.#options = options;
    this.directory = options.directory;
    this.port = port;
  }

  static async open(options: GroundOptions): Promise<Ground> {
    const ground = new Ground(options, await freePort());
    await mkdir(join(options.directory, 'switches'), { recursive: true });
    await ground.hop.start();
    return ground;
  }

  get postern(): Postern {
    if (this.#postern === null) throw new Error('the gate is not running');
    return this.#postern;
  }

  /** Starts the gate where it does not run; it is ready when this resolves. Throws with its log where it does not start. */
  async start(): Promise<void> {
    if (this.#postern !== null) return;
    this.#postern = await startPostern({
      directory: this.directory,
      nextHopPort: this.hop.port,
      port: this.port,
      settings: { detect: { model: null, rules: [] }, ...SETTINGS, ...this.#options.settings },
      environment: {
        POSTERN_FAULTS: JSON.stringify(this.#orders()),
        POSTERN_FAULTS_TRACE: this.#traceFile,
      },
    });
  }

  /** Ends it by SIGTERM. Gives the exit code, null where it was killed meanwhile. */
  async stop(): Promise<number | null> {
    const code = await this.postern.stop();
    this.#postern = null;
    return code;
  }

  async kill(): Promise<void> {
    await this.#postern?.kill();
    this.#postern = null;
  }

  /** Resolves when the gate has died of itself. Throws where it lives on. */
  async died(): Promise<void> {
    const isDead = await Promise.race([
      this.postern.ended.then(() => true),
      sleep(DEATH_LIMIT_MS, false, { ref: false }),
    ]);
    if (!isDead) throw new Error('the gate did not come to the place where it was to die');
    await this.kill();
  }

  async close(): Promise<void> {
    await this.kill();
    await this.hop.close();
  }

  /** Turns a switch on or off: from now on its faults happen, or do not. */
  async turn(name: string, state: 'on' | 'off'): Promise<void> {
    if (state === 'on') await writeFile(this.#switch(name), '');
    else await rm(this.#switch(name), { force: true });
  }

  /** The rows of the quarantine, whatever their state. */
  rows(): readonly Row[] {
    return readHeld(this.pathOf('quarantine', 'quarantine.sqlite'));
  }

  /** Places that any process of this ground reached. */
  async reached(): Promise<ReadonlySet<string>> {
    const text = await readFile(this.#traceFile, 'utf8').catch(() => '');
    return new Set(text.split('\n').filter((line) => line !== ''));
  }

  /** A path below the folder of its state. */
  pathOf(...names: string[]): string {
    return join(this.directory, 'var', ...names);
  }

  get #traceFile(): string {
    return join(this.directory, 'reached');
  }

  #switch(name: string): string {
    return join(this.directory, 'switches', name);
  }

  #orders(): Fault[] {
    return [...this.#options.orders].flatMap(([name, faults]) =>
      faults.map((fault) => ({ ...fault, while: this.#switch(name) })),
    );
  }
}
