import { SCHEMA_HASH } from '../detect/features/schema.ts';
import { version } from '../version.ts';

/** Labels of `postern_build_info`: what runs. */
export function buildLabels(model: string | null) {
  return {
    version: version(),
    node: process.version,
    model: model ?? 'none',
    features: SCHEMA_HASH,
  };
}
