import { DEFAULT_BUDGETS } from '../../src/message/budgets.ts';
import type { Entity } from '../../src/message/entity.ts';
import { Marks } from '../../src/message/marks.ts';
import { StructureWalk } from '../../src/message/structure.ts';
import { MAIL_WORDS, mails } from '../seeds/mail.ts';
import { hold, same, type Target } from '../target.ts';
import { whole } from '../whole.ts';

/** Small enough that inputs reach them. */
const BUDGETS = { ...DEFAULT_BUDGETS, parts: 20, depth: 6, headerFields: 40, headerBytes: 1_024 };

function walk(bytes: Buffer) {
  const marks = new Marks();
  const structure = new StructureWalk(BUDGETS, marks);
  whole(structure.walk(bytes, null));
  return { entities: structure.entities, marks };
}

/** The tree without its ways up, which would make it endless. */
function outline(entities: readonly Entity[]) {
  return entities.map(({ head, depth, headerStart, bodyStart, bodyEnd, fields }) => ({
    head,
    depth,
    headerStart,
    bodyStart,
    bodyEnd,
    fields,
  }));
}

function checkEntity(entity: Entity, bytes: Buffer): void {
  const { headerStart, bodyStart, bodyEnd, parent, depth, fields, children } = entity;
  hold(0 <= headerStart && headerStart <= bodyStart, 'a body does not begin before its fields');
  hold(bodyStart <= bodyEnd && bodyEnd <= bytes.length, 'a body lies within the bytes');
  hold(depth <= BUDGETS.depth, 'the budget of depth holds');
  if (parent !== null) {
    hold(
      depth === parent.depth + 1 && parent.children.includes(entity),
      'parents and children know each other',
    );
    hold(
      parent.bodyStart <= headerStart && bodyEnd <= parent.bodyEnd,
      'a part lies within the body of its parent',
    );
  }
  for (const field of fields) {
    hold(
      /^[!-9;-~]+$/.test(field.name) && field.name === field.name.toLowerCase(),
      'a field has a name in lower case',
    );
    hold(!/[\r\n]/.test(field.value), 'a value is unfolded');
    hold(
      headerStart <= field.start && field.start < field.end && field.end <= bodyStart,
      'a field lies in its block',
    );
  }
  for (let at = 1; at < children.length; at++)
    hold((children[at - 1]?.bodyEnd ?? 0) <= (children[at]?.headerStart ?? 0), 'parts follow each other');
}

export const target: Target = {
  name: 'structure',
  about: 'the walk through the MIME tree',
  sources: ['structure', 'boundaries', 'header-block', 'entity', 'parameters', 'charset'].map(
    (name) => `src/message/${name}.ts`,
  ),
  dictionary: MAIL_WORDS,
  pairs: [
    ['Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n', '\r\n--c--\r\n'],
    ['--b\r\n', '\r\n--b--\r\n'],
    ['"', '"'],
    ['(', ')'],
  ],
  maxBytes: 4_096,
  seeds: mails,
  run(input) {
    const { entities, marks } = walk(input);
    hold(entities.length <= BUDGETS.parts, 'the budget of parts holds');
    hold(entities.length > 0, 'there is always a message');
    const fields = entities.reduce((sum, entity) => sum + entity.fields.length, 0);
    hold(fields <= BUDGETS.headerFields, 'the budget of header fields holds');
    for (const entity of entities) checkEntity(entity, input);
    hold(new Set(marks.ambiguities).size === marks.ambiguities.length, 'an ambiguity is named once');
    const again = walk(input);
    same(outline(again.entities), outline(entities), 'the same bytes are read alike twice');
    same(again.marks.ambiguities, marks.ambiguities, 'the same bytes are read alike twice');
  },
};
