import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../src/faults.ts';
import { mailPath } from '../../src/quarantine/files.ts';
import { type Accounts, account } from '../system/accounts.ts';
import { takeApart } from '../system/delivered-message.ts';
import { type Letter, type Outcome, recipientsOf, sendAll } from '../system/send-all.ts';
import type { Ground } from './ground.ts';
import type { Row } from './held-rows.ts';
import { type Fate, makeLetter, makeLetters } from './letters.ts';

const CONNECTIONS = 6;

/** As a mail server that tries for days; here a pause lasts 200 ms. */
const RETRIES = 300;

/** Held copies that could not be withdrawn at once go within seconds. */
const SETTLING_MS = 8_000;
const LOOK_MS = 200;

/** One fault, and what must happen around it. */
export interface FaultCase {
  /** `kill:hold:inserted`; the suite takes it by `--only`. */
  readonly name: string;
  /** The id of the hostile case that it belongs to. */
  readonly id: 'F1' | 'F2' | 'F3' | 'F4' | 'F5' | 'F6' | 'F8' | 'S8';
  /** Whether the short form of the suite has it. */
  readonly isQuick?: boolean;
  /** Where it is run; grounds are made by `grounds.ts`. */
  readonly ground: GroundName;
  /** Faults that the gate does to itself while the switch of this case is on. */
  readonly orders?: readonly Fault[];
  /** Brings the fault about while letters are under way, and ends it. Throws where something else happens than should. */
  run(trial: Trial): Promise<void>;
}

export type GroundName = 'plain' | 'small-disks' | 'silent-dns' | 'judging';

/** What one case came to. */
export interface CaseResult {
  readonly name: string;
  readonly id: FaultCase['id'];
  readonly seconds: number;
  readonly accounts: Accounts;
  /** What was not as it should be; empty where all was. */
  readonly problems: readonly string[];
}

/** One case being run: its letters, and the levers that `run` has. */
export class Trial {
  readonly ground: Ground;
  readonly #name: string;
  readonly #letters: readonly Letter[];
  readonly #probed: Outcome[] = [];
  readonly #excused = new Map<string, number>();
  #sending: Promise<Outcome[]> | null = null;
  #answered = 0;

  constructor(ground: Ground, name: string, messages: number) {
    this.ground = ground;
    this.#name = name;
    this.#letters = makeLetters(name, messages);
  }

  /** Puts all letters under way; resolves when each is answered for good. */
  send(): Promise<Outcome[]> {
    this.#sending ??= sendAll(this.#letters, {
      port: this.ground.port,
      connections: CONNECTIONS,
      retries: RETRIES,
      onOutcome: (_, done) => {
        this.#answered = done;
      },
    });
    return this.#sending;
  }

  /** Letters that were answered so far. */
  get answered(): number {
    return this.#answered;
  }

  on(): Promise<void> {
    return this.ground.turn(this.#name, 'on');
  }

  off(): Promise<void> {
    return this.ground.turn(this.#name, 'off');
  }

  /** Sends one letter more, once, and gives what was said to it: `250 2.0.0 …`, or what was thrown. */
  async probe(fate: Fate, size: 'small' | 'large'): Promise<string> {
    const id = `${this.#name}.probe${this.#probed.length}`;
    const letter = makeLetter(id, fate, { isLarge: size === 'large' });
    const [outcome] = await sendAll([letter], { port: this.ground.port, connections: 1 });
    if (outcome === undefined) throw new Error('the probe came to nothing');
    this.#probed.push(outcome);
    return outcome.reply?.text ?? 'broke off';
  }

  /** Throws where the answer to a probe does not begin so. */
  async expectProbe(fate: Fate, size: 'small' | 'large', start: string): Promise<void> {
    const said = await this.probe(fate, size);
    if (!said.startsWith(start))
      throw new Error(`a ${size} letter (${fate}) was answered "${said}", not ${start}`);
  }

  /** A second copy for this recipient is nobody's fault: what was told that it was taken died before it could note so. */
  excuse(recipient: string): void {
    this.#excused.set(recipient, (this.#excused.get(recipient) ?? 0) + 1);
  }

  /** Rows of held mail that are of this trial. */
  rows(): readonly Row[] {
    const ours = new Set(this.#letters.flatMap(recipientsOf));
    for (const { letter } of this.#probed) for (const one of recipientsOf(letter)) ours.add(one);
    return this.ground.rows().filter(({ envelope }) => envelope.rcptTo.some((one) => ours.has(one)));
  }

  /** What the sender was told against what is found, once all has settled. */
  async settle(): Promise<{ accounts: Accounts; problems: readonly string[] }> {
    const outcomes = [...(await this.send()), ...this.#probed.filter(({ state }) => state === 'accepted')];
    const end = performance.now() + SETTLING_MS;
    for (;;) {
      const accounts = this.#account(outcomes);
      const problems = [...problemsOf(accounts), ...(await this.#damages(outcomes))];
      if (problems.length === 0 || performance.now() > end) return { accounts, problems };
      await sleep(LOOK_MS);
    }
  }

  #account(outcomes: readonly Outcome[]): Accounts {
    const { kept, repliesLost } = this.ground.hop;
    const lost = new Map(repliesLost);
    for (const [recipient, times] of this.#excused) lost.set(recipient, (lost.get(recipient) ?? 0) + times);
    const held = this.rows().filter(({ state }) => state === 'held' || state === 'releasing');
    return account(outcomes, { delivered: kept, held, repliesLost: lost });
  }

  /** Copies that are not byte for byte what was sent. */
  async #damages(outcomes: readonly Outcome[]): Promise<string[]> {
    const letters = new Map(
      outcomes.flatMap(({ letter }) => recipientsOf(letter).map((one) => [one, letter.raw])),
    );
    const damages: string[] = [];
    for (const [recipient, raw] of letters) {
      const copies = this.ground.hop.kept.get(recipient) ?? [];
      if (copies.some((copy) => !takeApart(copy).message.equals(raw)))
        damages.push(`not as sent: ${recipient}`);
    }
    for (const { id, heldAt, state, envelope } of this.rows()) {
      if (state === 'deleted' || state === 'expired') continue;
      const raw = letters.get(envelope.rcptTo[0] ?? '');
      const path = mailPath(this.ground.pathOf('quarantine'), id, heldAt);
      const found = await readFile(path).catch(() => null);
      if (raw === undefined || found === null || !found.equals(raw))
        damages.push(`held, and not as sent: ${id}`);
    }
    return damages;
  }
}

function problemsOf(accounts: Accounts): string[] {
  const named = (what: string, ids: readonly string[]) =>
    ids.length === 0 ? [] : [`${what}: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ' …' : ''}`];
  return [
    ...named('LOST', accounts.lostIds),
    ...named('twice', accounts.duplicated),
    ...named('refused and yet taken', accounts.contradicted),
    ...(accounts.unanswered > 0 ? [`${accounts.unanswered} never answered`] : []),
    ...(accounts.refused > 0 ? [`${accounts.refused} refused for good`] : []),
  ];
}
