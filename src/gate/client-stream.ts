import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { Ingress } from './ingress.ts';

type Callback = (error?: Error | null) => void;

/**
 * The input of smtp-server with our reader of message data in it. Its own takes a turn of the event loop for each dot at the start of a
 * line, so that 10 MB of dots cost it 5 s, and takes dots off after a bare LF as well.
 */
export class ClientStream extends SMTPStream {
  #ingress = new Ingress();

  override startDataMode(maxBytes?: number | string | null) {
    this.#ingress = new Ingress();
    return super.startDataMode(maxBytes);
  }

  override _feedDataStream(chunk: Buffer, done: Callback): void {
    const stream = this._dataStream;
    const { data, rest } = this.#ingress.push(chunk);
    this._countDataBytes(data.length);
    if (rest !== null) {
      this._endDataMode(data, rest, done);
      return;
    }
    if (stream === null || !stream.writable || data.length === 0 || stream.write(data) || stream.destroyed) {
      done();
      return;
    }
    const resume = () => {
      stream.off('drain', resume);
      stream.off('close', resume);
      done();
    };
    // A stream that the reader destroys never drains, it only closes.
    stream.once('drain', resume);
    stream.once('close', resume);
  }

  /** smtp-server would run what a client left behind without a line end: half of it may be missing. */
  override _flushData(): void {
    this._remainder = '';
  }
}
