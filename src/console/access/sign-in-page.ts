import { html } from 'hono/html';
import { field } from '../look/fields.ts';
import { type Markup, plainPage } from '../look/layout.ts';
import type { english } from '../words/en.ts';
import { type Language, wordsOf } from '../words/language.ts';

export type SignInProblem = keyof typeof english.access.signIn.problems;

export interface SignIn {
  readonly language: Language;
  /** Where to go then. */
  readonly to: string;
  readonly problem: SignInProblem | null;
  /** As it was typed. */
  readonly name: string;
  /** Nobody can sign in yet. */
  readonly isEmpty: boolean;
  /** Host of the provider; null has passwords alone. */
  readonly elsewhere: string | null;
}

export function signInPage({ language, to, problem, name, isEmpty, elsewhere }: SignIn): Markup {
  const words = wordsOf(language).access.signIn;
  const note =
    problem === null ? '' : html`<p class="note error" role="alert">${words.problems[problem]}</p>`;
  if (isEmpty && elsewhere === null)
    return plainPage({
      language,
      title: words.title,
      body: html`${note}<div class="card"><p>${words.noUsers}</p><p><code class="mono wrap">postern users add NAME --role admin</code></p></div>`,
    });
  const other =
    elsewhere === null
      ? ''
      : // A link: form-action of the content security policy would hold a form back from the provider.
        html`<p class="actions"><a class="button" href="/sign-in/elsewhere?to=${encodeURIComponent(to)}">${words.elsewhere(elsewhere)}</a></p>`;
  const body = html`${note}<div class="card stack"><form class="form" method="post" action="/sign-in"><input type="hidden" name="to" value="${to}">
${field({ label: words.name, name: 'name', value: name, required: true, autocomplete: 'username' })}
${field({ label: words.password, name: 'password', type: 'password', required: true, autocomplete: 'current-password' })}
<div class="actions"><button class="primary">${words.submit}</button></div></form>${other}</div>`;
  return plainPage({ language, title: words.title, body });
}
