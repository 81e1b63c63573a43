import { isIP } from 'node:net';
import { plainAddress } from '../xforward.ts';
import type { Macros, Packet } from './packet.ts';

/** Who gave the mail server the message. */
export interface MilterClient {
  /** Null where there is no host to judge: mail of the server's own users, or from itself. */
  readonly ip: string | null;
  readonly name: string | null;
  readonly helo: string | null;
  /** One of our own users, by name and password: what they write teaches the memory whom we write to. */
  readonly isLoggedIn: boolean;
}

/** What a mail server has told of its client. */
export interface ClientPackets {
  readonly connect: Extract<Packet, { kind: 'connect' }> | null;
  readonly helo: string | null;
  /** Macro by its name, of whichever command came with it last. */
  readonly macro: (name: string) => string | null;
}

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/i;

/**
 * The client of a message. Two kinds of mail have none: that of a user who logged in (their address says nothing about the
 * domain they write from, so SPF must not be asked), and mail that came without SMTP (`non_smtpd_milters`), for which Postfix
 * invents a client localhost with port 0.
 */
export function clientOf({ connect, helo, macro }: ClientPackets): MilterClient {
  const address = addressOf(connect, macro);
  const isLoggedIn = (macro('auth_authen') ?? '') !== '';
  const isLocal = address === null || (LOOPBACK.test(address) && (connect?.address?.port ?? 0) === 0);
  if (isLoggedIn || isLocal) return { ip: null, name: null, helo: null, isLoggedIn };
  return { ip: address, name: nameOf(connect?.name ?? macro('client_name') ?? ''), helo, isLoggedIn };
}

function addressOf(connect: ClientPackets['connect'], macro: ClientPackets['macro']): string | null {
  const told = connect?.address;
  const given =
    told != null && told.family !== 'unix' ? told.address : told === null ? macro('client_addr') : null;
  const plain = plainAddress(given ?? '');
  return isIP(plain) === 0 ? null : plain;
}

/** Postfix says `unknown`, Sendmail the address in brackets, where there is no name. */
function nameOf(name: string): string | null {
  return name === '' || name === 'unknown' || name.startsWith('[') ? null : name;
}

/** Macros by the command that they came with: new ones of a command replace its old ones, those of others stay. */
export class MacroStore {
  readonly #byCommand = new Map<string, Macros>();

  set(command: string, macros: Macros): void {
    this.#byCommand.delete(command);
    this.#byCommand.set(command, macros);
  }

  /** The value that came last, null where none did. */
  get(name: string): string | null {
    for (const macros of [...this.#byCommand.values()].reverse()) {
      const value = macros.get(name);
      if (value !== undefined) return value;
    }
    return null;
  }

  /** Forgets what belonged to a message: all but what came with the connection and HELO. */
  forgetMessage(): void {
    for (const command of this.#byCommand.keys())
      if (command !== 'C' && command !== 'H') this.#byCommand.delete(command);
  }

  forgetAll(): void {
    this.#byCommand.clear();
  }
}
