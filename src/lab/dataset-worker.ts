import { parentPort, workerData } from 'node:worker_threads';
import { loadConfig } from '../config/load.ts';
import { measure } from '../detect/features/schema.ts';
import { grams } from '../detect/models/grams.ts';
import { gather } from '../evidence/gather.ts';
import { readMailFile } from '../mail/files.ts';
import { parse } from '../message/parse.ts';
import { openInstruments } from '../service/instruments.ts';
import type { Measured, Share } from './dataset.ts';
import { detect, kindOf, languageOf } from './detected.ts';

// The thread of dataset.ts: measures its share of the files. What goes wrong with a message is its result; anything else ends the thread.
if (parentPort === null) throw new Error('dataset-worker.ts is a thread of dataset.ts');
const port = parentPort;
const { config, files } = workerData as Share;
const { budgets, sources, detectors } = await openOffline(config);

/** What serves, but without what a model in the making cannot have: a model, memory, DNS. */
async function openOffline(path: string) {
  const { config } = loadConfig(path, process.env);
  const withoutModel = { ...config, detect: { ...config.detect, model: null } };
  return openInstruments(withoutModel, { reputation: null, resolver: null });
}

for (const { number, file } of files) {
  const result = await measured(number, file);
  port.postMessage(result);
}

async function measured(number: number, file: string): Promise<Measured> {
  try {
    const { mail } = await readMailFile(file);
    const message = await parse(mail.content, budgets);
    const evidence = await gather(mail, message, sources);
    return {
      number,
      features: measure(evidence),
      grams: grams(message),
      detected: detect(message, evidence, detectors.rules),
      kind: kindOf(evidence),
      language: languageOf(evidence),
    };
  } catch (error) {
    return { number, error: error instanceof Error ? error.message : String(error) };
  }
}
