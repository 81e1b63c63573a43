import { setImmediate } from 'node:timers/promises';
import type { Content } from '../mail/mail.ts';
import { Steps } from '../steps.ts';
import { type AddressFields, readAddresses } from './address-fields.ts';
import { AttachmentReader } from './attachments.ts';
import { type Bodies, decodeBodies, type FileBody } from './bodies.ts';
import type { Budgets } from './budgets.ts';
import { decodedHeaders, firstValue, headerMarks } from './header-values.ts';
import { HtmlReader, type HtmlView } from './html-view.ts';
import { QrCodes } from './images/qr-codes.ts';
import { qrThread } from './images/qr-thread.ts';
import { collectHeaderLinks, collectTextLinks, LinkCollector } from './links.ts';
import { Marks } from './marks.ts';
import type { Attachment, HeaderField, Message, Part } from './message.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { secondView } from './second-view.ts';
import { StructureWalk } from './structure.ts';
import { foldText } from './text-fold.ts';
import { inTurns } from './turns.ts';

export { type Budgets, DEFAULT_BUDGETS } from './budgets.ts';

/** Size from which the event loop gets a turn between the steps; below it a step takes a few milliseconds at most. */
const LARGE = 256 * 1024;

/**
 * Reads a message within the budgets. Any bytes give a Message: what could not be read, or can be read in two ways, is
 * named in `overBudget` and `ambiguities`. Rejects only where `content` itself cannot be read. What `steps` leave out is
 * read as if it were not there; whoever left it out says so.
 */
export async function parse(
  content: Content,
  budgets: Budgets,
  steps: Steps = new Steps(null),
): Promise<Message> {
  const bytes = await content.head(budgets.inspectBytes);
  return steps.run('parse', () => read(bytes, content.size, budgets, steps));
}

async function read(bytes: Buffer, sizeBytes: number, budgets: Budgets, steps: Steps): Promise<Message> {
  const marks = new Marks();
  if (sizeBytes > budgets.inspectBytes) marks.over('inspectBytes');
  const walk = new StructureWalk(budgets, marks);
  await inTurns(walk.walk(bytes, null));
  if (bytes.length > LARGE) await setImmediate();
  const bodies = await inTurns(decodeBodies(walk, budgets, marks));
  if (bytes.length > LARGE) await setImmediate();
  const second = await steps.take(
    'parse:second-view',
    () => secondView(bytes, walk.entities, bodies, budgets, marks),
    () => null,
  );
  const fields = walk.entities[0]?.fields ?? [];
  headerMarks(fields, marks);
  const headers = decodedHeaders(fields);
  const addresses = readAddresses(fields, second?.from ?? [], marks);
  const seen = await inTurns(reconcile(bodies, second, budgets, marks));
  const views = await readViews(seen, headers, budgets, marks, steps);
  return {
    ...described(headers, addresses),
    ...views,
    parts: parts(walk, bodies),
    sizeBytes,
    overBudget: marks.overBudget,
    ambiguities: marks.ambiguities,
  };
}

function described(headers: readonly HeaderField[], addresses: AddressFields) {
  const date = new Date(firstValue(headers, 'date') ?? '');
  return {
    headers,
    ...addresses,
    subject: firstValue(headers, 'subject') ?? '',
    messageId: (firstValue(headers, 'message-id') ?? '').replace(/^\s*<?|>?\s*$/g, ''),
    date: Number.isNaN(date.getTime()) ? null : date,
  };
}

interface Views {
  readonly text: string;
  readonly html: HtmlView | null;
  readonly visibleText: string;
  readonly links: Message['links'];
  readonly attachments: readonly Attachment[];
  readonly qrCodes: number;
}

async function readViews(
  seen: Reconciled,
  headers: readonly HeaderField[],
  budgets: Budgets,
  marks: Marks,
  steps: Steps,
): Promise<Views> {
  const links = new LinkCollector(budgets, marks);
  const reader = new HtmlReader(budgets, marks, links);
  const html =
    seen.htmls.length === 0
      ? null
      : await steps.take(
          'parse:html',
          () => readHtml(seen.htmls, reader),
          () => null,
        );
  const text = bounded(seen.texts.map((body) => body.text).join('\n'), budgets, marks);
  const shown = bounded(
    seen.texts
      .filter((body) => html === null || !body.replacedByHtml)
      .map((body) => body.text)
      .join('\n'),
    budgets,
    marks,
  );
  collectTextLinks(text, 'text', links);
  for (const header of headers)
    if (header.name === 'list-unsubscribe') collectHeaderLinks(header.value, links);
  const codes = new QrCodes(links, undefined, {
    decode: (image) =>
      steps.take(
        'parse:qr',
        () => qrThread.decode(image),
        () => 'gaveUp',
      ),
  });
  const attachments = await steps.take(
    'parse:attachments',
    () => readFiles(seen.files, new AttachmentReader(budgets, marks, links, codes)),
    () => [],
  );
  for (const image of reader.heldImages) await codes.search(image);
  const visibleText =
    html === null ? shown : `${html.visibleText} ${foldText(shown, budgets.textChars)}`.trim();
  return {
    text,
    html,
    visibleText: visibleText.slice(0, budgets.textChars),
    links: links.links,
    attachments,
    qrCodes: codes.count,
  };
}

function readHtml(htmls: readonly string[], reader: HtmlReader): HtmlView {
  for (const html of htmls) reader.read(html);
  return reader.view();
}

function bounded(text: string, budgets: Budgets, marks: Marks): string {
  if (text.length > budgets.textChars) marks.over('textChars');
  return text.slice(0, budgets.textChars);
}

async function readFiles(files: readonly FileBody[], reader: AttachmentReader): Promise<Attachment[]> {
  const attachments: Attachment[] = [];
  // One after the other: they share the budget of archive entries, and a message always reads the same.
  for (const file of files) attachments.push(await reader.read(file));
  return attachments;
}

function parts(walk: StructureWalk, bodies: Bodies): Part[] {
  return walk.entities.map((entity) => ({
    type: entity.head.type,
    depth: entity.depth,
    encoding: entity.head.encoding,
    charset: entity.head.charset,
    bytes: bodies.sizes.get(entity) ?? 0,
  }));
}
