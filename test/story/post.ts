import { SmtpClient, type SmtpReply } from '../system/smtp-client.ts';
import { onTheWire, type StoryLetter } from './letter.ts';

/** Sends letters one after another over one connection, as the edge does: with the address of the real client. Throws where one is not taken. */
export async function post(port: number, letters: readonly StoryLetter[]): Promise<void> {
  const client = await SmtpClient.open(port);
  try {
    for (const letter of letters) {
      for (const command of commandsFor(letter)) expectTaken(letter, command, await client.command(command));
      expectTaken(letter, 'end of data', await client.data(onTheWire(letter)));
    }
  } finally {
    client.close();
  }
}

function commandsFor({ clientIp, helo, mailFrom, recipient }: StoryLetter): string[] {
  const address = clientIp.includes(':') ? `IPV6:${clientIp}` : clientIp;
  return [
    `XFORWARD ADDR=${address} HELO=${helo}`,
    `MAIL FROM:<${mailFrom}> BODY=8BITMIME`,
    `RCPT TO:<${recipient}>`,
  ];
}

function expectTaken({ messageId }: StoryLetter, what: string, { code, text }: SmtpReply): void {
  if (code >= 400) throw new Error(`${messageId}: ${what}: ${text}`);
}
