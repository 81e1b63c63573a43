import { isDeepStrictEqual } from 'node:util';
import { type Document, isAlias, isCollection, isMap, isScalar, isSeq, parseDocument, stringify } from 'yaml';
import { Mistake } from '../mistake.ts';
import { configSchema } from './schema.ts';
import { type KeyPath, pathText } from './shape.ts';

/** One change of the configuration's file. */
export type KeyChange =
  /** The key gets this value. */
  | { readonly path: KeyPath; readonly set: unknown }
  /** The key goes out of the file: its default holds. */
  | { readonly path: KeyPath; readonly unset: true }
  /** The list gets one more entry, unless it has it. */
  | { readonly path: KeyPath; readonly append: string }
  /** The list loses this entry. */
  | { readonly path: KeyPath; readonly remove: string };

/** What a key has in the file; `written` false where the file does not name it and its default holds. */
export interface KeyState {
  readonly path: KeyPath;
  readonly written: boolean;
  /** Null where it is not written. */
  readonly value: unknown;
}

/** What `path` has in a text of the configuration. */
export function keyState(text: string, path: KeyPath): KeyState {
  const values: unknown = parseDocument(text).toJS();
  const value = valueAt(values, path);
  return { path, written: value !== undefined, value: value ?? null };
}

/** `text` with the changes made; comments and layout stay. Throws a Mistake where a change has no place. */
export function changedText(text: string, changes: readonly KeyChange[]): string {
  return changes.reduce(changeOne, text);
}

function changeOne(text: string, change: KeyChange): string {
  const { path } = change;
  const before = keyState(text, path);
  const wanted = wantedValue(before, change);
  if (wanted === undefined ? !before.written : before.written && isDeepStrictEqual(before.value, wanted))
    return text;
  const document = parseDocument(text);
  refuseAliases(document, path);
  const spliced = wanted === undefined ? null : splicedScalar(document, text, path, wanted);
  if (spliced !== null) return spliced;
  if (wanted === undefined) removeKey(document, path);
  else if ('append' in change && before.written) document.addIn(path, change.append);
  else if ('remove' in change && before.written) removeEntry(document, path, change.remove);
  else setDeep(document, path, wanted);
  return document.toString({ lineWidth: 0, flowCollectionPadding: padsBraces(text) });
}

/** Whether the file writes `{ a: 1 }` rather than `{a: 1}`; comments aside. */
function padsBraces(text: string): boolean {
  const code = text.replace(/(^|\s)#.*$/gm, '');
  const padded = code.match(/[{[] +[^\s\]}]/g)?.length ?? 0;
  return padded > (code.match(/[{[][^\s\]}]/g)?.length ?? 0);
}

/** Undefined takes the key out. */
function wantedValue(before: KeyState, change: KeyChange): unknown {
  if ('set' in change) return change.set;
  if ('unset' in change) return undefined;
  // A list that is not written is what it is by default: writing one entry must not lose the others.
  const list = before.written ? before.value : valueAt(configSchema.parse({}), change.path);
  if (!Array.isArray(list)) throw new Mistake(`${pathText(change.path)}: is no list`);
  if ('append' in change) return list.includes(change.append) ? list : [...list, change.append];
  return list.filter((entry) => entry !== change.remove);
}

/** A plain value in the place of a plain value leaves all other bytes of the file as they are; null where it is not that. */
function splicedScalar(document: Document, text: string, path: KeyPath, value: unknown): string | null {
  const node: unknown = document.getIn(path, true);
  const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  if (!isScalar(node) || !node.range || node.anchor !== undefined || node.tag !== undefined || !isPlain)
    return null;
  const [start, end] = node.range;
  // `key:` without a value has no place to write to.
  if (start === end || /[\n\r]/.test(text.slice(start, end))) return null;
  const written = stringify(value, { lineWidth: 0 }).trimEnd();
  return written.includes('\n') ? null : `${text.slice(0, start)}${written}${text.slice(end)}`;
}

/** A map that stands for somebody, as that of a domain, goes with its last key; one of the schema stays, with its comments. */
function removeKey(document: Document, path: KeyPath): void {
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  const left: unknown = document.getIn(parent, true);
  if (parent.length > 2 && isMap(left) && left.items.length === 0) document.deleteIn(parent);
}

function removeEntry(document: Document, path: KeyPath, entry: string): void {
  const list: unknown = document.getIn(path, true);
  if (!isSeq(list)) throw new Mistake(`${pathText(path)}: is no list`);
  list.items = list.items.filter((item) => !(isScalar(item) && item.value === entry));
}

/** Sets a value; what is missing or empty on the way becomes a map. */
function setDeep(document: Document, path: KeyPath, value: unknown): void {
  if (document.contents !== null && !isCollection(document.contents))
    throw new Mistake('the configuration is no map of keys');
  for (let length = 1; length < path.length; length += 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isScalar(node) && node.value === null) document.setIn(path.slice(0, length), document.createNode({}));
  }
  const parent = document.getIn(path.slice(0, -1), true);
  document.setIn(path, document.createNode(value));
  // What was `{}` is nicer as lines of its own than in braces that grow.
  if (isMap(parent) && parent.flow === true && parent.items.length === 1 && parent.range !== undefined)
    parent.flow = !isCollection(parent.items[0]?.value);
}

/** A change of what an alias points at would change other keys, too. */
function refuseAliases(document: Document, path: KeyPath): void {
  for (let length = 1; length <= path.length; length += 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isAlias(node) || (isCollection(node) && node.anchor !== undefined)) {
      const where = pathText(path.slice(0, length));
      throw new Mistake(`${where}: is shared with other keys (& and * of YAML): change it by hand`);
    }
  }
}

function valueAt(values: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    values,
  );
}
