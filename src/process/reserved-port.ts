import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/**
 * Connections that come before the gate is there wait unread, at most so many: loading models takes a second or two, and what is
 * beyond is closed, which every mail server takes as "try again".
 */
export const MAX_EARLY = 128;

/**
 * A port that was bound while the process could, for a server that comes when it no longer can. Nothing of a connection is read
 * before that: whoever answers it has no rights left.
 */
export class ReservedPort {
  readonly #server: Server;
  readonly #early: Socket[] = [];

  private constructor() {
    this.#server = createServer({ pauseOnConnect: true }, (socket) => {
      // A client that leaves while it waits is no event for anybody.
      socket.on('error', () => socket.destroy()).unref();
      this.#early.push(socket);
    });
    this.#server.maxConnections = MAX_EARLY;
    // A start that fails must end the process, whatever waits here.
    this.#server.unref();
  }

  /** Rejects where the address cannot be had. */
  static async bind(host: string, port: number): Promise<ReservedPort> {
    const reserved = new ReservedPort();
    reserved.#server.listen(port, host);
    await once(reserved.#server, 'listening');
    return reserved;
  }

  /** `server` listens here from now on, and gets the connections that waited. It closes the port when it closes. */
  handTo(server: Server): void {
    server.listen(this.#server).ref();
    for (const socket of this.#early.splice(0)) {
      if (socket.destroyed) continue;
      server.emit('connection', socket.ref());
      socket.resume();
    }
  }

  /** For a port that nobody took. */
  close(): void {
    this.#server.close();
    for (const socket of this.#early.splice(0)) socket.destroy();
  }
}
