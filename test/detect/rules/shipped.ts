import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { configSchema } from '../../../src/config/schema.ts';
import { loadRules } from '../../../src/detect/rules/load.ts';
import { authenticationSource } from '../../../src/evidence/authentication.ts';
import { createSources } from '../../../src/evidence/gather.ts';
import { loadLists } from '../../../src/evidence/lists.ts';

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Folder of the test messages. */
export const CASES = at('test/cases/rules');
/** The shipped rules. */
export const RULES = loadRules([at('config/rules')], { onFailure: 'open' });
const CONFIG = configSchema.parse({ identity: parseYaml(readFileSync(`${CASES}/identity.yaml`, 'utf8')) });
/** Evidence as the test messages' recipients have it: no memory, no DNS. */
export const SOURCES = createSources({
  identity: CONFIG.identity,
  failures: CONFIG.failures,
  lists: loadLists(at('config/lists'), `${CASES}/people.csv`),
  authentication: authenticationSource({
    resolver: null,
    dns: CONFIG.authentication.dns,
    mta: 'gate.example',
    trustedAuthservIds: [],
  }),
  reputation: null,
  resolver: null,
  dnsLists: CONFIG.dnsLists,
  clamd: CONFIG.clamd,
});
