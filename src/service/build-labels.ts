import { SCHEMA_HASH } from '../detect/features/schema.ts';
import type { Instruments } from '../inspect.ts';
import { version } from '../version.ts';

/** Labels of `postern_build_info`: what runs. */
export function buildLabels({ detectors }: Instruments) {
  return {
    version: version(),
    node: process.version,
    model: detectors.model?.id ?? 'none',
    features: SCHEMA_HASH,
  };
}
