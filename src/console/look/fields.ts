import { html } from 'hono/html';
import type { Markup } from './layout.ts';

interface Labelled {
  readonly label: string;
  readonly name: string;
  /** Of the element; from the name without. Two forms on a page with the same name need their own. */
  readonly id?: string;
  readonly hint?: string;
  /** What is wrong with it: shown instead of the hint. */
  readonly error?: string;
  /** Takes the room that is left in a row of filters. */
  readonly grow?: boolean;
}

export interface Field extends Labelled {
  readonly type?: 'text' | 'search' | 'email' | 'password' | 'number' | 'date' | 'datetime-local' | 'url';
  readonly value?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly autocomplete?: string;
  /** Of numbers. */
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | 'any';
}

export interface Choice {
  readonly value: string;
  readonly words: string;
}

export interface Select extends Labelled {
  readonly value?: string;
  readonly choices: readonly Choice[];
}

/** An input with its label. */
export function field(options: Field): Markup {
  const { type = 'text', value = '', placeholder = '', name, required, autocomplete } = options;
  const id = idOf(options);
  const limits = (['min', 'max', 'step'] as const).flatMap((key) =>
    options[key] === undefined ? [] : [html` ${key}="${String(options[key])}"`],
  );
  return around(
    options,
    html`<input id="${id}" name="${name}" type="${type}" value="${value}" placeholder="${placeholder}"${required ? html` required` : ''}${autocomplete === undefined ? '' : html` autocomplete="${autocomplete}"`}${limits}${described(options, id)}>`,
  );
}

/** A choice of one with its label. */
export function select(options: Select): Markup {
  const id = idOf(options);
  const choices = options.choices.map(
    ({ value, words }) =>
      html`<option value="${value}"${value === options.value ? html` selected` : ''}>${words}</option>`,
  );
  return around(
    options,
    html`<select id="${id}" name="${options.name}"${described(options, id)}>${choices}</select>`,
  );
}

/** The field that every form carries: pages of other sites do not know its value. */
export function tokenField(formToken: string): Markup {
  return html`<input type="hidden" name="token" value="${formToken}">`;
}

function idOf({ id, name }: Labelled): string {
  return id ?? `field-${name}`;
}

function described({ hint, error }: Labelled, id: string): Markup | '' {
  if (hint === undefined && error === undefined) return '';
  return html` aria-describedby="${id}-hint"${error === undefined ? '' : html` aria-invalid="true"`}`;
}

function around(options: Labelled, control: Markup): Markup {
  const { label, hint, error, grow } = options;
  const id = idOf(options);
  const below = error ?? hint;
  return html`<div class="field${grow ? ' grow' : ''}${error === undefined ? '' : ' error'}"><label for="${id}">${label}</label>${control}${below === undefined ? '' : html`<span class="hint" id="${id}-hint">${below}</span>`}</div>`;
}
