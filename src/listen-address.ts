/** The two halves of a `listen`: `host:port`, `[v6]:port`, or `:port`, which is loopback. */
export function parseListen(text: string): { readonly host: string; readonly port: number } {
  const at = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(at, 0)).replace(/^\[(.*)\]$/, '$1');
  return { host: host === '' ? '127.0.0.1' : host, port: Number(text.slice(at + 1)) };
}
