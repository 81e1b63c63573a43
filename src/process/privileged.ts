import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { parseListen } from '../listen-address.ts';
import { ReservedPort } from './reserved-port.ts';

/** Linux lets root alone bind below this (net.ipv4.ip_unprivileged_port_start says otherwise where it is changed). */
export const FIRST_FREE_PORT = 1024;

/** What only root could get, taken before its rights were given up. */
export interface Privileged {
  /** By the text of the configuration, `gate.listen` and others. */
  readonly ports: ReadonlyMap<string, ReservedPort>;
  /** Certificate and key of the gate. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  /** Those of the console. */
  readonly consoleTls: { readonly cert: Buffer; readonly key: Buffer } | null;
}

/** Reads the keys and binds the ports below 1024. Rejects, with nothing bound, where one cannot be had. */
export async function takePrivileged({
  console,
  feedback,
  gate,
  milter,
  observe,
  outbound,
}: Config): Promise<Privileged> {
  const tls = gate.tls && (await readTls(gate.tls));
  const consoleTls = console.tls && (await readTls(console.tls));
  const ports = new Map<string, ReservedPort>();
  const listeners = [
    ...gate.listen,
    ...milter.listen,
    ...outbound.listen,
    ...feedback.mailbox.listen,
    ...(feedback.http.listen === null ? [] : [feedback.http.listen]),
    ...(observe.listen === null ? [] : [observe.listen]),
    ...(console.listen === null ? [] : [console.listen]),
  ];
  try {
    for (const text of listeners) {
      if (text.startsWith('/')) continue;
      const { host, port } = parseListen(text);
      if (port > 0 && port < FIRST_FREE_PORT) ports.set(text, await ReservedPort.bind(host, port));
    }
  } catch (error) {
    for (const port of ports.values()) port.close();
    throw error;
  }
  return { ports, tls, consoleTls };
}

async function readTls({ cert, key }: { readonly cert: string; readonly key: string }) {
  return { cert: await readFile(cert), key: await readFile(key) };
}
