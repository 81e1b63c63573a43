import '../../no-telemetry.ts';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { ModelError } from './card.ts';

/** Names of a graph's inputs and outputs, sorted. */
interface Signature {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export const TEXT_GRAPH: Signature = { inputs: ['ids'], outputs: ['categories', 'logit', 'strangeness'] };
export const TREES_GRAPH: Signature = { inputs: ['features'], outputs: ['score'] };

/** One thread each: a graph takes some ten microseconds, and the gate's cores are for other messages. */
const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

/** A session over the bytes of an ONNX file (not its path: what was hashed is what runs). Throws ModelError. */
export async function openSession(
  folder: string,
  name: string,
  bytes: Uint8Array,
  wanted: Signature,
): Promise<InferenceSession> {
  const path = join(folder, name);
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(bytes, OPTIONS);
  } catch (error) {
    throw new ModelError(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const inputs = [...session.inputNames].sort();
  const outputs = [...session.outputNames].sort();
  if (inputs.join() === wanted.inputs.join() && outputs.join() === wanted.outputs.join()) return session;
  await session.release();
  throw new ModelError(
    `${path}: takes ${inputs.join(', ')} and gives ${outputs.join(', ')}; wanted are ${wanted.inputs.join(', ')} and ${wanted.outputs.join(', ')}`,
  );
}
