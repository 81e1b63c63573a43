import { type Expression, type ExpressionCompiler, ExpressionMistake, type Variables } from './cel.ts';
import { quote } from './quote.ts';

/** A sentence with holes: `{{expression}}` is filled per message. */
export interface Words {
  readonly template: string;
  readonly names: ReadonlySet<string>;
  /** One sentence without the full stop; text from the message in quotes, on one line, bounded. */
  fill(variables: Variables): string;
}

type Piece = string | Expression;

const HOLE = /\{\{(.*?)\}\}/gs;

/** Compiles the holes. Throws ExpressionMistake with the offset in the template. */
export function compileWords(template: string, compiler: ExpressionCompiler): Words {
  const pieces: Piece[] = [];
  let end = 0;
  for (const hole of template.matchAll(HOLE)) {
    pieces.push(template.slice(end, hole.index), compileHole(hole[1] ?? '', hole.index + 2, compiler));
    end = hole.index + hole[0].length;
  }
  pieces.push(template.slice(end));
  refuseStrayBraces(pieces, template);
  return {
    template,
    names: new Set(pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [...piece.names]))),
    fill: (variables) =>
      pieces.map((piece) => (typeof piece === 'string' ? piece : shown(piece.evaluate(variables)))).join(''),
  };
}

function compileHole(text: string, offset: number, compiler: ExpressionCompiler): Expression {
  try {
    return compiler.compile(text, 'text');
  } catch (error) {
    if (error instanceof ExpressionMistake) throw new ExpressionMistake(error.message, offset + error.offset);
    throw error;
  }
}

function refuseStrayBraces(pieces: readonly Piece[], template: string): void {
  for (const piece of pieces) {
    if (typeof piece === 'string' && /\{\{|\}\}/.test(piece)) {
      throw new ExpressionMistake('{{ and }} do not pair', template.indexOf(piece));
    }
  }
}

function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return Number.isNaN(value) ? 'unknown' : String(Math.round(value * 100) / 100);
    case 'boolean':
      return value ? 'yes' : 'no';
    default:
      return String(value);
  }
}
