import { expect, vi } from 'vitest';
import type { Verdict } from '../../../src/policy/verdict.ts';
import { Chat } from './chat.ts';
import { startHarness, withoutOurs } from './harness.ts';

/**
 * A dialogue is a text file. `#` says why it exists. Settings: `@gate key=value`, `@hop offers A, B`, `@hop lenient`,
 * `@hop answer COMMAND => REPLY`, `@verdict RECIPIENT VERDICT`. Then what is said: `C:` a line of the client, `C|` its bytes with
 * escapes; `S:` a line of the gate (`…` at its end stands for anything), `S*` a whole reply that begins so, `S: CLOSED`.
 * At the end, what the next hop heard: `H:` its commands but EHLO (`H~` a pattern, `H: none`), `M|` its messages without our headers.
 */
interface Dialogue {
  readonly gate: Record<string, unknown>;
  readonly offers: string[];
  readonly answers: Map<string, string>;
  readonly verdicts: Map<string, Verdict>;
  readonly talk: { readonly kind: string; readonly text: string }[];
  lenient: boolean;
}

export async function runDialogue(text: string): Promise<void> {
  const dialogue = parse(text);
  const harness = await startHarness({
    gate: dialogue.gate,
    hop: {
      offers: dialogue.offers,
      lenient: dialogue.lenient,
      answer: (command) => dialogue.answers.get(command),
    },
    verdict: (recipient) => dialogue.verdicts.get(recipient) ?? 'accept',
  });
  const chat = await Chat.open(harness.port);
  for (const { kind, text } of dialogue.talk) await speak(chat, kind, text);
  const heard = dialogue.talk.filter(({ kind }) => kind.startsWith('H'));
  if (heard.length > 0) {
    await vi.waitFor(() => expectHeard(harness.hop.commands, heard));
  }
  const messages = dialogue.talk.filter(({ kind }) => kind === 'M|').map((line) => unescaped(line.text));
  if (messages.length > 0) expect(harness.hop.messages.map(withoutOurs)).toEqual(messages);
}

async function speak(chat: Chat, kind: string, text: string): Promise<void> {
  if (kind === 'C:') chat.write(`${text}\r\n`);
  if (kind === 'C|') chat.write(Buffer.from(unescaped(text), 'latin1'));
  if (kind === 'S*') expect((await chat.reply()).slice(0, text.length)).toBe(text);
  if (kind !== 'S:') return;
  const line = (await chat.line()) ?? 'CLOSED';
  if (text.endsWith('…')) expect(line.slice(0, text.length - 1)).toBe(text.slice(0, -1));
  else expect(line).toBe(text);
}

function expectHeard(commands: readonly string[], expected: Dialogue['talk']): void {
  const heard = commands.filter((command) => !command.startsWith('EHLO'));
  const wanted = expected.filter(({ text }) => text !== 'none');
  expect(heard).toEqual(
    wanted.map(({ kind, text }) => {
      const latin1 = Buffer.from(text).toString('latin1');
      return kind === 'H~' ? expect.stringMatching(new RegExp(text)) : latin1;
    }),
  );
}

function parse(text: string): Dialogue {
  const dialogue: Dialogue = {
    gate: {},
    offers: [],
    answers: new Map(),
    verdicts: new Map(),
    talk: [],
    lenient: false,
  };
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('@')) set(dialogue, line.slice(1));
    else dialogue.talk.push({ kind: line.slice(0, 2), text: line.slice(3) });
  }
  if (dialogue.offers.length === 0) dialogue.offers.push('PIPELINING', '8BITMIME', 'ENHANCEDSTATUSCODES');
  return dialogue;
}

function set(dialogue: Dialogue, setting: string): void {
  const [what, ...words] = setting.split(' ');
  const rest = words.join(' ');
  const [key = '', value = ''] = rest.split(/ => |=(?!>)/);
  if (what === 'gate' && ['forwarders', 'proxiedFrom'].includes(key)) dialogue.gate[key] = [value];
  else if (what === 'gate') dialogue.gate[key] = /^\d+$/.test(value) ? Number(value) : value;
  else if (what === 'verdict') dialogue.verdicts.set(words[0] ?? '', words[1] as Verdict);
  else if (rest === 'lenient') dialogue.lenient = true;
  else if (words[0] === 'offers') dialogue.offers.push(...rest.slice('offers '.length).split(', '));
  else if (words[0] === 'answer') {
    const [command = '', answer = ''] = rest.slice('answer '.length).split(' => ');
    dialogue.answers.set(command, unescaped(answer));
  } else throw new Error(`no such setting: ${setting}`);
}

/** `\r`, `\n`, `\xHH` and `\\`; the result has one character per byte. */
function unescaped(text: string): string {
  const latin1 = Buffer.from(text).toString('latin1');
  return latin1.replace(/\\(?:r|n|\\|x([0-9a-f]{2}))/g, (sequence, hex) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return { '\\r': '\r', '\\n': '\n' }[sequence] ?? '\\';
  });
}
