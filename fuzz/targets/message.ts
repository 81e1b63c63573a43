import { bufferContent } from '../../src/mail/content.ts';
import type { Message } from '../../src/message/message.ts';
import { type Budgets, parse } from '../../src/message/parse.ts';
import { MAIL_WORDS, mails } from '../seeds/mail.ts';
import { hold, same, type Target } from '../target.ts';

/** Small enough that inputs reach them. */
const BUDGETS: Budgets = {
  inspectBytes: 3_072,
  headerBytes: 1_024,
  headerFields: 40,
  parts: 20,
  depth: 6,
  decodedBytes: 2_048,
  textChars: 512,
  htmlChars: 1_024,
  htmlNodes: 60,
  links: 10,
  attachments: 6,
  archiveEntries: 10,
};

function checkBudgets(message: Message): void {
  const over = (name: keyof Budgets) => message.overBudget.includes(name);
  hold(message.parts.length <= BUDGETS.parts, 'the budget of parts holds');
  hold(
    message.parts.every(({ depth }) => depth <= BUDGETS.depth),
    'the budget of depth holds',
  );
  hold(message.headers.length <= BUDGETS.headerFields, 'the budget of header fields holds');
  hold(message.text.length <= BUDGETS.textChars, 'the budget of text holds');
  hold(message.visibleText.length <= BUDGETS.textChars, 'the budget of visible text holds');
  hold((message.html?.chars ?? 0) <= BUDGETS.htmlChars, 'the budget of HTML holds');
  hold((message.html?.nodes ?? 0) <= BUDGETS.htmlNodes, 'the budget of nodes holds');
  hold(message.links.length <= BUDGETS.links, 'the budget of links holds');
  hold(message.attachments.length <= BUDGETS.attachments, 'the budget of attachments holds');
  const entries = message.attachments.reduce((sum, each) => sum + (each.entries?.length ?? 0), 0);
  hold(entries <= BUDGETS.archiveEntries, 'the budget of archive entries holds');
  hold(message.sizeBytes <= BUDGETS.inspectBytes === !over('inspectBytes'), 'a long message is named so');
}

function checkForm(message: Message): void {
  hold(message.date === null || !Number.isNaN(message.date.getTime()), 'a date is one or none');
  for (const each of [message.overBudget, message.ambiguities])
    hold(new Set<string>(each).size === each.length, 'a mark is named once');
  hold(
    message.ambiguities.every((name) => /^[a-z0-9]+(_[a-z0-9]+)*$/.test(name)),
    'an ambiguity has a name in snake case',
  );
  hold(!message.headers.some(({ name }) => name !== name.toLowerCase()), 'names of fields are in lower case');
  for (const { sha256, size, signs } of message.attachments) {
    hold(/^[0-9a-f]{64}$/.test(sha256) && size >= 0, 'a file has a hash and a size');
    hold(new Set(signs).size === signs.length, 'a sign is named once');
  }
  // Evidence of it becomes JSON.
  JSON.stringify(message);
}

export const target: Target = {
  name: 'message',
  about: 'the whole reading of a message, both views of it',
  sources: [
    'parse',
    'bodies',
    'reconcile',
    'second-view',
    'transfer',
    'charset',
    'attachments',
    'calendar',
    'office',
    'magic',
  ].map((name) => `src/message/${name}.ts`),
  dictionary: [
    ...MAIL_WORDS,
    'PK\x03\x04',
    '%PDF-1.4\n',
    '{\\rtf1',
    '\xd0\xcf\x11\xe0',
    'BEGIN:VCALENDAR\r\n',
    'GIF89a',
    '<a href=http://b.example>',
    'http://c.example/',
  ],
  pairs: [
    ['Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n', '\r\n--c--\r\n'],
    ['=?utf-8?q?', '?='],
    ['<', '>'],
  ],
  maxBytes: 4_096,
  seeds: mails,
  async run(input) {
    const message = await parse(bufferContent(input), BUDGETS);
    hold(message.sizeBytes === input.length, 'the size is that of the bytes');
    checkBudgets(message);
    checkForm(message);
    same(await parse(bufferContent(input), BUDGETS), message, 'the same bytes are read alike twice');
  },
};
