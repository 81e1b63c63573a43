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
  const given = text.trim();
  const key = parseKey(given);
  if (key !== null) return { kind: 'key', key: keyAsKept(key, hasher) };
  const typed = given.replace(/^<(.*)>$/, '$1').toLowerCase();
  const forms = [typed, ...otherForms(typed)].filter((form) => form !== '');
  const hashes = hasher === null ? [] : forms.map((form) => hasher.value(form));
  return { kind: 'value', values: new Set([...forms, ...hashes]) };
}

/** Whether the value stands in any part of the key. */
export function occursIn(key: ReputationKey, values: ReadonlySet<string>): boolean {
  return valuesOf(key).some((value) => values.has(value));
}

/** A key of an export may have hashes in it already, and those are told apart by case. */
function keyAsKept(key: ReputationKey, hasher: KeyHasher | null): ReputationKey {
  const isHashed = valuesOf(key).some((value) => value.startsWith('~'));
  const plain = isHashed ? key : (keyOf(kindOf(key), ...valuesOf(key)) ?? key);
  return hasher?.key(plain) ?? plain;
}

/** A host stands for its organisation. Display names are remembered in the form in which those that look alike are equal. */
function otherForms(typed: string): string[] {
  if (typed.includes('@') || typed.includes('/')) return [];
  return typed.includes(' ') ? [skeleton(typed)] : [organizationOf(typed)];
}
