import { once } from 'node:events';
import { chmod, lstat, unlink } from 'node:fs/promises';
import { type AddressInfo, connect, type Server } from 'node:net';
import { parseListen } from '../../listen-address.ts';
import type { ReservedPort } from '../../process/reserved-port.ts';

export interface ListenOptions {
  /** Of a unix socket, octal. */
  readonly socketMode: string;
  /** A port that was bound before, by the text of the configuration. */
  readonly reserved: ReservedPort | null;
}

/** Makes a server listen at `host:port` or at the path of a unix socket. Gives the address in the same form. */
export async function listenAt(server: Server, text: string, options: ListenOptions): Promise<string> {
  if (text.startsWith('/')) return listenAtPath(server, text, options.socketMode);
  const { host, port } = parseListen(text);
  const listening = once(server, 'listening');
  if (options.reserved === null) server.listen(port, host);
  else options.reserved.handTo(server);
  await listening;
  const { address, family, port: bound } = server.address() as AddressInfo;
  return family === 'IPv6' ? `[${address}]:${bound}` : `${address}:${bound}`;
}

async function listenAtPath(server: Server, path: string, mode: string): Promise<string> {
  if (await isLeftOver(path)) await unlink(path);
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, Number.parseInt(mode, 8));
  return path;
}

/** A socket that a dead process left: nobody listens on it, and nobody else can. */
async function isLeftOver(path: string): Promise<boolean> {
  try {
    if (!(await lstat(path)).isSocket()) return false;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return false;
  } catch (error) {
    return codeOf(error) === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
