import { html } from 'hono/html';
import { type Language, wordsOf } from '../words/language.ts';
import type { Markup } from './layout.ts';

export interface ConfirmButton {
  readonly language: Language;
  /** Of the dialog; one on a page. */
  readonly id: string;
  readonly label: string;
  /** What is asked, and what follows from it. */
  readonly question: string;
  readonly explanation?: string;
  /** `name` and `value` that the button sends with its form. */
  readonly name?: string;
  readonly value?: string;
  /** Id of the form, where the button is not inside of it. */
  readonly form?: string;
  readonly look?: 'danger' | 'primary' | '';
}

/** A button of a form that asks first, in a dialog. Without scripts it sends its form at once. Put it inside the form, `dialog` after it. */
export function confirmButton(options: ConfirmButton): { readonly button: Markup; readonly dialog: Markup } {
  const { id, label, question, explanation, look = 'danger', language } = options;
  const attributes = (['name', 'value', 'form'] as const).flatMap((key) =>
    options[key] === undefined ? [] : [html` ${key}="${options[key]}"`],
  );
  return {
    button: html`<button class="${look}" data-confirm="${id}"${attributes}>${label}</button>`,
    dialog: html`<dialog id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${question}</h2>${explanation === undefined ? '' : html`<p>${explanation}</p>`}<div class="actions"><button type="button" data-close autofocus>${wordsOf(language).frame.cancel}</button><button type="button" class="${look}" data-confirmed>${label}</button></div></dialog>`,
  };
}
