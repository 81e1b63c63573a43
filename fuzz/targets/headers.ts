import { DEFAULT_BUDGETS } from '../../src/message/budgets.ts';
import { decodeBytes, decodeWords } from '../../src/message/charset.ts';
import { entityHead, extensionOf } from '../../src/message/entity.ts';
import { HeaderAllowance, readHeaderBlock } from '../../src/message/header-block.ts';
import { decodedHeaders, headerMarks } from '../../src/message/header-values.ts';
import { Marks } from '../../src/message/marks.ts';
import { parseParameters } from '../../src/message/parameters.ts';
import { MAIL_WORDS, mails } from '../seeds/mail.ts';
import { hold, same, type Target } from '../target.ts';

const BUDGETS = { ...DEFAULT_BUDGETS, headerFields: 20, headerBytes: 1_024 };

function block(bytes: Buffer, marks: Marks) {
  return readHeaderBlock(bytes, 0, bytes.length, new HeaderAllowance(BUDGETS), marks, () => false);
}

function checkParameters(raw: string): void {
  const { value, parameters } = parseParameters(raw);
  same(parseParameters(raw), { value, parameters }, 'the same field is read alike twice');
  hold(value === value.toLowerCase(), 'a value is in lower case');
  let count = 0;
  for (const [name, values] of parameters) {
    hold(
      name === name.toLowerCase() && values.length > 0,
      'a parameter has a name in lower case and a value',
    );
    count += values.length;
  }
  hold(count <= 200, 'the number of parameters is bounded');
}

export const target: Target = {
  name: 'headers',
  about: 'header blocks, parameters, encoded words, charsets',
  sources: ['header-block', 'header-values', 'parameters', 'charset', 'entity'].map(
    (name) => `src/message/${name}.ts`,
  ),
  dictionary: [
    ...MAIL_WORDS,
    'utf-7',
    'iso-2022-jp',
    'utf-16le',
    'gb18030',
    'windows-1252',
    '+AGEAYg-',
    "*0*=utf-16''%",
    '*1=',
    '; a=',
    'text/html',
    '%00',
    '\x1b$B',
  ],
  pairs: [
    ['=?utf-8?q?', '?='],
    ['=?utf-7?b?', '?='],
    ['"', '"'],
    ['(', ')'],
  ],
  maxBytes: 2_048,
  seeds: () => [
    ...mails(),
    Buffer.from('text/html; charset=utf-7; name*0*=utf-8\'\'a%C3; name*1*=%A9; x="a;b\\"" (c)', 'latin1'),
    Buffer.from('=?utf-7?q?+AGEAYg-?= =?x?b?QUI=?=\t=?x?b?Qw?= =?koi8-r*ru?q?=C1?=', 'latin1'),
  ],
  run(input) {
    const marks = new Marks();
    const { fields, bodyStart } = block(input, marks);
    same(block(input, new Marks()).fields, fields, 'the same block is read alike twice');
    hold(
      fields.length <= BUDGETS.headerFields && bodyStart <= input.length,
      'the budget of header fields holds',
    );
    headerMarks(fields, marks);
    for (const { value } of decodedHeaders(fields))
      hold(value.length <= 2 * input.length, 'a value does not grow');
    const head = entityHead(fields, 'text/plain', marks);
    hold(/^[^\s/]+\/[^\s/]+$/.test(head.type), 'an entity has a type');
    hold(head.boundaries.length <= 4, 'the number of boundaries is bounded');
    hold(extensionOf(head.fileName ?? '').length <= 16, 'an extension is short');
    const raw = input.toString('latin1');
    for (const text of [raw, ...fields.map(({ value }) => value)]) checkParameters(text);
    hold(decodeWords(raw).length <= 2 * input.length, 'encoded words do not grow');
    for (const label of [raw.slice(0, 20), 'utf-7', 'utf-16', 'iso-2022-jp'])
      hold(decodeBytes(input, label).text.length <= 2 * input.length + 1, 'decoded text does not grow');
  },
};
