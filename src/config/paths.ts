import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './schema.ts';

/** The folder of the package: src/ and dist/ stand in it. */
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** All paths absolute: from the folder of the file, but `var/…` from the working folder, where the state is. */
export function resolvePaths(config: Config, file: string, workingFolder: string): Config {
  const base = dirname(resolve(workingFolder, file));
  const at = (path: string) => {
    if (path.startsWith('shipped/')) return shipped(path.slice('shipped/'.length));
    return resolve(/^var(?:\/|$)/.test(path) ? workingFolder : base, path);
  };
  const orNull = (path: string | null) => (path === null ? null : at(path));
  const { gate, identity, detect, quarantine, reputation, privacy, ledger, feedback, lab } = config;
  const { oidc, tls } = config.console;
  return {
    ...config,
    gate: {
      ...gate,
      spool: at(gate.spool),
      tls: gate.tls === null ? null : { cert: at(gate.tls.cert), key: at(gate.tls.key) },
    },
    identity: {
      ...identity,
      people: orNull(identity.people),
      lists: at(identity.lists),
      localLists: orNull(identity.localLists),
    },
    detect: {
      ...detect,
      model: orNull(detect.model),
      rules: detect.rules.map(at),
      challengers: detect.challengers.map((one) => ({ ...one, model: at(one.model) })),
      experiments: at(detect.experiments),
    },
    quarantine: { ...quarantine, directory: at(quarantine.directory) },
    reputation: {
      ...reputation,
      file: at(reputation.file),
      networks: orNull(reputation.networks),
    },
    privacy: { ...privacy, keyFile: at(privacy.keyFile) },
    ledger: { ...ledger, directory: at(ledger.directory) },
    feedback: {
      ...feedback,
      cases: at(feedback.cases),
      http: { ...feedback.http, tokens: orNull(feedback.http.tokens) },
    },
    lab: { ...lab, data: at(lab.data) },
    console: {
      ...config.console,
      tls: tls === null ? null : { cert: at(tls.cert), key: at(tls.key) },
      oidc: oidc === null ? null : { ...oidc, clientSecretFile: orNull(oidc.clientSecretFile) },
    },
  };
}

function shipped(path: string): string {
  return path.startsWith('models/') ? join(PACKAGE, path) : join(PACKAGE, 'config', path);
}

/** What a running gate reads again when it changes: the file, people, lists, rules, models and their statuses. */
export function watchedPaths(config: Config, file: string): string[] {
  const { identity, detect, reputation } = config;
  const networks = reputation.networks === null ? [] : [reputation.networks];
  const people = identity.people === null ? [] : [identity.people];
  const model = detect.model === null ? [] : [detect.model];
  const local = identity.localLists === null ? [] : [identity.localLists];
  const challengers = detect.challengers.map(({ model }) => model);
  const lists = [identity.lists, join(identity.lists, 'words'), ...local];
  return [
    ...new Set([
      file,
      ...people,
      ...lists,
      ...networks,
      ...detect.rules,
      ...model,
      ...challengers,
      detect.experiments,
    ]),
  ];
}
