import type { Socket } from 'node:net';
import { type ProxySource, parseProxyHeader } from './proxy-protocol.ts';

/** A load balancer that was told to send the header sends it at once; the protocol allows for one lost packet, 3 s. */
export const PROXY_HEADER_MS = 10_000;
/** So that the words reach whoever set this up: a socket destroyed at once would take them back. */
const LINGER_MS = 1_000;

/**
 * Reads the PROXY header that must come first on this connection; what follows it stays in the socket. Where it does not come, or not in
 * time, the connection is closed with 421, and `done` gets the error.
 */
export function receiveProxyHeader(
  socket: Socket,
  timeoutMs: number,
  done: (error: Error | null, source: ProxySource | null) => void,
): void {
  let held: Buffer = Buffer.alloc(0);
  const finish = (why: string | null, source: ProxySource | null) => {
    clearTimeout(timer);
    socket.off('readable', read);
    socket.off('end', ended);
    socket.off('close', ended);
    if (why === null) socket.off('error', failed);
    else dismiss(socket);
    done(why === null ? null : new Error(`PROXY header: ${why}`), source);
  };
  const read = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    held = Buffer.concat([held, chunk]);
    const header = parseProxyHeader(held);
    if (header.kind === 'malformed') finish(header.why, null);
    if (header.kind !== 'read') return;
    const rest = held.subarray(header.length);
    if (rest.length > 0) socket.unshift(rest);
    finish(null, header.source);
  };
  const ended = () => finish('connection closed', null);
  // The close that follows tells.
  const failed = () => undefined;
  const timer = setTimeout(() => finish('timed out', null), timeoutMs);
  socket.on('readable', read);
  socket.on('end', ended);
  socket.on('close', ended);
  socket.on('error', failed);
}

/** Keeps the listener for errors: one may still come while the words go out. */
function dismiss(socket: Socket): void {
  if (socket.writable) socket.end('421 4.3.0 A PROXY header must come first\r\n');
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
