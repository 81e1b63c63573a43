import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

export interface SinkOptions {
  /** Where messages are kept; made if missing. */
  readonly directory: string;
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Recipients for whom this is false are refused with 550 5.1.1. */
  readonly accepts?: (recipient: string) => boolean;
}

/** What a sink writes beside each message, in a file of the same name with `.json`. */
export interface SinkEnvelope {
  readonly mailFrom: string;
  readonly rcptTo: readonly string[];
  /** Attributes of XFORWARD as they came; empty without. */
  readonly forwarded: Readonly<Record<string, string>>;
}

/** An SMTP server that keeps what it gets. It stands in for a mail server in the demonstration and in tests. */
export interface Sink {
  readonly host: string;
  readonly port: number;
  readonly directory: string;
  /** Messages answered with 250 so far. */
  readonly count: number;
  close(): Promise<void>;
}

/** Starts a sink; it listens when this resolves. Files are `000001.eml`, `000001.json` and so on, complete before the 250. */
export async function startSink(options: SinkOptions): Promise<Sink> {
  await mkdir(options.directory, { recursive: true });
  let begun = 0;
  let count = 0;
  const keep = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> => {
    begun += 1;
    const name = join(options.directory, String(begun).padStart(6, '0'));
    try {
      await pipeline(stream, createWriteStream(`${name}.eml`));
    } catch (error) {
      await rm(`${name}.eml`, { force: true });
      throw error;
    }
    await writeFile(`${name}.json`, JSON.stringify(envelopeOf(session)));
    count += 1;
  };
  const server = new SMTPServer({
    name: 'sink.example',
    disabledCommands: ['AUTH', 'STARTTLS', 'WIZ', 'SHELL', 'KILL'],
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: false,
    hideDSN: false,
    useXForward: true,
    logger: false,
    onRcptTo: (address, _session, done) => {
      const refused = options.accepts !== undefined && !options.accepts(address.address);
      done(refused ? Object.assign(new Error('No such recipient'), { responseCode: 550 }) : null);
    },
    onData: (stream, session, done) => {
      keep(stream, session).then(
        () => done(null, 'kept'),
        (error: Error) => done(error),
      );
    },
  });
  // A client that breaks its connection off is no concern of a sink: what it did not finish is not counted.
  server.on('error', () => undefined);
  const host = options.host ?? '127.0.0.1';
  const listening = server.listen(options.port ?? 0, host);
  await once(listening, 'listening');
  return {
    host,
    port: (listening.address() as AddressInfo).port,
    directory: options.directory,
    get count() {
      return count;
    },
    close: () => closeNow(server),
  };
}

function envelopeOf(session: SMTPServerSession): SinkEnvelope {
  const { mailFrom, rcptTo } = session.envelope;
  const forwarded = [...session.xForward].map(([key, value]) => [key, String(value)] as const);
  return {
    mailFrom: mailFrom === false ? '' : mailFrom.address,
    rcptTo: rcptTo.map((recipient) => recipient.address),
    forwarded: Object.fromEntries(forwarded),
  };
}

/** Clients keep their connections for reuse; a sink that waited for them would not end. */
async function closeNow(server: SMTPServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(resolve));
  for (const connection of server.connections) connection.send(421, 'Closing');
  await closed;
}
