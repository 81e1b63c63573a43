import { bufferContent } from '../../src/mail/content.ts';
import type { Message } from '../../src/message/message.ts';
import { type Budgets, DEFAULT_BUDGETS, parse } from '../../src/message/parse.ts';
import type { Steps } from '../../src/message/turns.ts';

/** A message with the fields that honest mail has; lines are joined with CRLF. */
export function mail(fields: readonly string[], body: string): Buffer {
  const all = ['From: Ada Example <ada@example.com>', 'To: bob@example.org', 'Subject: Hello', ...fields];
  return Buffer.from(`${all.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

/** A multipart body: `parts` are whole entities with their own fields. */
export function multipart(boundary: string, parts: readonly string[]): string {
  return `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
}

export function read(bytes: Buffer | string, budgets: Partial<Budgets> = {}): Promise<Message> {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
  return parse(bufferContent(buffer), { ...DEFAULT_BUDGETS, ...budgets });
}

/** What work in steps gives, without giving anybody else a turn. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

export function readHtml(html: string, budgets: Partial<Budgets> = {}): Promise<Message> {
  return read(mail(['MIME-Version: 1.0', 'Content-Type: text/html; charset=us-ascii'], html), budgets);
}

/** A zip archive of empty files (APPNOTE.TXT sections 4.3.7, 4.3.12, 4.3.16). */
export function zip(names: readonly string[], encrypted = false): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const name of names) {
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(encrypted ? 1 : 0, 6);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(encrypted ? 1 : 0, 8);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    local.push(head, Buffer.from(name));
    central.push(entry, Buffer.from(name));
    offset += head.length + name.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** An entity that carries a file in base64. */
export function file(type: string, name: string, content: Buffer | string): string {
  return [
    `Content-Type: ${type}; name="${name}"`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(content).toString('base64'),
  ].join('\r\n');
}
