import { randomUUID } from 'node:crypto';
import type { Letter } from '../system/send-all.ts';

/** A short harmless letter with a text and an HTML body. Every one has a recipient of its own. */
export function letter(mailFrom: string, words = 'The minutes of Monday are on the shelf.'): Letter {
  const id = randomUUID();
  const recipient = `${id}@inbox.example`;
  const lines = [
    `From: Ines Alder <${mailFrom}>`,
    `To: ${recipient}`,
    'Subject: The minutes',
    'Date: Mon, 2 Mar 2026 09:00:00 +0000',
    `Message-ID: <${id}@alder.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    words,
    '--b',
    'Content-Type: text/html',
    '',
    `<p>${words} <a href="https://alder.example/minutes">Here</a></p>`,
    '--b--',
    '',
  ];
  return { id, mailFrom, recipient, raw: Buffer.from(lines.join('\r\n')) };
}

/** Letters of many senders. */
export function letters(count: number): Letter[] {
  return Array.from({ length: count }, (_, i) =>
    letter(`ines.${i}@alder.example`, `Minutes number ${i} are on the shelf.`),
  );
}
