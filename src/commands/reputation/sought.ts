import { skeleton } from '../../evidence/names/confusables.ts';
import { organizationOf } from '../../evidence/names/organization.ts';
import type { KeyHasher } from '../../reputation/hashed.ts';
import { keyOf, kindOf, parseKey, type ReputationKey, valuesOf } from '../../reputation/key.ts';

/** What a person asks for: one key, or all keys in which a value occurs. */
export type Sought =
  | { readonly kind: 'key'; readonly key: ReputationKey }
  | { readonly kind: 'value'; readonly values: ReadonlySet<string> };

/** Reads a key, an address, a domain, a network or a display name as it is typed; hashed where the store has hashes. */
export function soughtOf(text: string, hasher: KeyHasher | null): Sought {
  const parsed = parseKey(text.trim());
  const key = parsed === null ? null : isHashed(parsed) ? parsed : keyOf(kindOf(parsed), ...valuesOf(parsed));
  if (key !== null) return { kind: 'key', key: hasher?.key(key) ?? key };
  const typed = asTyped(text.trim().replace(/^<(.*)>$/, '$1'));
  const forms = [typed, ...otherForms(typed)].filter((form) => form !== '');
  const hashes = hasher === null ? [] : forms.map((form) => hasher.value(form));
  return { kind: 'value', values: new Set([...forms, ...hashes]) };
}

/** Whether the value stands in any part of the key. */
export function occursIn(key: ReputationKey, values: ReadonlySet<string>): boolean {
  return valuesOf(key).some((value) => values.has(value));
}

/** Hashes are told apart by case, nothing else is. */
function asTyped(value: string): string {
  return value.startsWith('~') ? value : value.toLowerCase();
}

/** A host stands for its organisation. Display names are remembered in the form in which those that look alike are equal. */
function otherForms(typed: string): string[] {
  if (typed.includes('@') || typed.includes('/')) return [];
  return typed.includes(' ') ? [skeleton(typed)] : [organizationOf(typed)];
}

function isHashed(key: ReputationKey): boolean {
  return valuesOf(key).some((value) => value.startsWith('~'));
}
