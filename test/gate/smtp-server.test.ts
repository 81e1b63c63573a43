import { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { expect, test } from 'vitest';
import { ClientConnection } from '../../src/gate/client-connection.ts';
import { ClientStream } from '../../src/gate/client-stream.ts';
import { Listener } from '../../src/gate/listener.ts';

/** An override of a method that a new version has renamed would be dead code, and the gap would be open again. */
test.each([
  [ClientConnection, SMTPConnection],
  [ClientStream, SMTPStream],
  [Listener, SMTPServer],
])('%o overrides only what is there', (ours, theirs) => {
  const own = [
    'path',
    'forwarded',
    'isIdle',
    'peerIp',
    'named',
    'clientIp',
    'isForwarder',
    'answer',
    'destroy',
    'clientOf',
    'clients',
    'start',
    'constructor',
  ];
  const names = Object.getOwnPropertyNames(ours.prototype).filter((name) => !own.includes(name));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(theirs.prototype).toHaveProperty(name);
});
