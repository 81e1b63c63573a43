import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';

/** An SMTP client that says what it is told and nothing else. */
export class Chat {
  #socket: net.Socket;
  #input = '';
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    this.#listen(socket);
  }

  /** Connected, the greeting not yet read. */
  static async open(port: number): Promise<Chat> {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    const chat = new Chat(socket);
    await once(socket, 'connect');
    return chat;
  }

  /** Connected, greeted, and EHLO answered. */
  static async hello(port: number): Promise<Chat> {
    const chat = await Chat.open(port);
    await chat.reply();
    await chat.say('EHLO client.example');
    return chat;
  }

  /** One line, or null where the other side has closed. */
  async line(): Promise<string | null> {
    for (;;) {
      const at = this.#input.indexOf('\r\n');
      if (at !== -1) {
        const line = this.#input.slice(0, at);
        this.#input = this.#input.slice(at + 2);
        return line;
      }
      if (this.#ended) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** A whole reply, its lines joined by `\n`; 'CLOSED' where the other side has closed. */
  async reply(): Promise<string> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.line();
      if (line === null) return 'CLOSED';
      lines.push(line);
      if (!/^\d{3}-/.test(line)) return lines.join('\n');
    }
  }

  async say(command: string): Promise<string> {
    this.write(`${command}\r\n`);
    return this.reply();
  }

  write(bytes: string | Buffer): void {
    this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes);
  }

  /** MAIL, RCPT for each, DATA and the message as it is; gives the last reply. */
  async send(from: string, to: readonly string[], message: string | Buffer): Promise<string> {
    for (const command of [
      `MAIL FROM:<${from}>`,
      ...to.map((recipient) => `RCPT TO:<${recipient}>`),
      'DATA',
    ]) {
      const answer = await this.say(command);
      if (!/^[23]/.test(answer)) return answer;
    }
    this.write(message);
    return this.say('.');
  }

  async startTls(): Promise<string> {
    const answer = await this.say('STARTTLS');
    await this.secure();
    return answer;
  }

  /** The handshake alone. Rejects where it fails. */
  async secure(): Promise<void> {
    this.#socket.removeAllListeners();
    this.#socket = tls.connect({ socket: this.#socket, rejectUnauthorized: false });
    await once(this.#socket, 'secureConnect');
    this.#listen(this.#socket);
  }

  leave(): void {
    this.#socket.destroy();
  }

  /** Says no more, and goes on listening. */
  end(): void {
    this.#socket.end();
  }

  /** Reads nothing of what comes. */
  ignore(): void {
    this.#socket.pause();
  }

  #listen(socket: net.Socket): void {
    socket.on('data', (chunk) => {
      this.#input += chunk.toString('utf8');
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }
}
