import { domainsAbove } from './domain-set.ts';
import { hostOf, ListError, type ListLine, readList } from './list-file.ts';

interface Redirector {
  readonly path: string;
  readonly parameters: readonly string[];
  readonly wrapper: boolean;
}

/** Addresses that only lead on to another. */
export class Redirectors {
  readonly #byHost = new Map<string, Redirector[]>();

  constructor(lines: readonly ListLine[]) {
    for (const line of lines) {
      const { host, redirector } = readRedirector(line);
      const others = this.#byHost.get(host) ?? [];
      others.push(redirector);
      this.#byHost.set(host, others);
    }
  }

  static load(path: string): Redirectors {
    return new Redirectors(readList(path));
  }

  /** Does the address lead on by the list, and is it a mail security service's wrapping? Null where it is not listed. */
  match(host: string, url: string): { readonly wrapper: boolean; readonly target: string } | null {
    for (const domain of domainsAbove(host)) {
      const candidates = this.#byHost.get(domain);
      if (candidates === undefined) continue;
      const rest = pathAndQuery(url);
      const found = candidates.find((candidate) => rest.startsWith(candidate.path));
      if (found !== undefined)
        return { wrapper: found.wrapper, target: parameter(rest, found.parameters) || addressIn(rest) };
    }
    return null;
  }
}

/** From the first "/" after the host on; '/' where there is none. */
export function pathAndQuery(url: string): string {
  const authority = url.indexOf('//');
  const slash = url.indexOf('/', authority < 0 ? 0 : authority + 2);
  return slash < 0 ? '/' : url.slice(slash);
}

/** Value of the first of the parameters that holds a web address; ''. */
function parameter(rest: string, names: readonly string[]): string {
  const question = rest.indexOf('?');
  if (question < 0 || names.length === 0) return '';
  const query = new URLSearchParams(rest.slice(question + 1));
  for (const name of names) {
    const value = query.get(name) ?? '';
    if (/^https?:\/\//i.test(value)) return value;
  }
  return '';
}

/** The first web address that stands in the rest as it is. */
function addressIn(rest: string): string {
  return /https?:\/\/[^\s"'<>]{4,2000}/i.exec(rest)?.[0] ?? '';
}

function readRedirector({ text, at }: ListLine): { host: string; redirector: Redirector } {
  const [host = '', path = '', parameters = '', kind = '', ...more] = text.split(/\s+/);
  if (more.length > 0 || kind === '')
    throw new ListError(`${at}: not "host /path parameter redirect|wrapper"`);
  if (!path.startsWith('/'))
    throw new ListError(`${at}: the path ${JSON.stringify(path)} does not start with "/"`);
  if (kind !== 'redirect' && kind !== 'wrapper')
    throw new ListError(`${at}: ${JSON.stringify(kind)} is no kind`);
  return {
    host: hostOf(host, at),
    redirector: {
      path,
      parameters: parameters === '-' ? [] : parameters.split(','),
      wrapper: kind === 'wrapper',
    },
  };
}
