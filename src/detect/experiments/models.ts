import type { Model } from '../model.ts';
import { ModelError } from '../models/card.ts';
import { loadModel, type ModelSchema } from '../models/load.ts';
import { type NamedModel, rolesOf } from './effective.ts';
import type { Experiments } from './file.ts';
import type { Challenger } from './hear.ts';
import { parseStatus } from './status.ts';

/** What the configuration says of models. */
export interface ModelConfig {
  /** Folder. */
  readonly model: string | null;
  readonly allowDegraded: boolean;
  readonly challengers: readonly { readonly model: string; readonly status: string }[];
}

export interface OpenModels {
  /** The one in force. */
  readonly model: Model | null;
  readonly challengers: readonly Challenger[];
  close(): Promise<void>;
}

export interface ModelParts {
  readonly schema: ModelSchema;
  /** Hears why `detect.model` could not be loaded, where the configuration allows to go on without. */
  readonly onDegraded?: (error: unknown) => void;
}

/**
 * Loads the model and its challengers, and gives each its part. Throws ModelError for a folder that cannot be used, also of a
 * challenger: an experiment that silently does not run would be taken for one that found nothing. Throws StatusConflict where the
 * statuses contradict each other.
 */
export async function openModels(
  config: ModelConfig,
  experiments: Experiments,
  parts: ModelParts,
): Promise<OpenModels> {
  await using open = new AsyncDisposableStack();
  const loaded: (NamedModel & { readonly model: Model })[] = [];
  const take = (model: Model, configured: NamedModel['configured']) => {
    open.defer(() => model.close());
    loaded.push({ id: model.id, model, configured });
  };
  const main = await openMain(config, parts);
  if (main !== null) take(main, null);
  for (const { model, status } of config.challengers)
    take(await loadChallenger(model, parts.schema), parseStatus(status));
  const roles = rolesOf(loaded, experiments);
  const byId = new Map(loaded.map(({ id, model }) => [id, model]));
  const running = open.move();
  return {
    model: roles.active === null ? null : (byId.get(roles.active) ?? null),
    challengers: roles.beside.flatMap(({ id, status }) => {
      const model = byId.get(id);
      return model === undefined ? [] : [{ model, status }];
    }),
    close: () => running.disposeAsync(),
  };
}

async function loadChallenger(folder: string, schema: ModelSchema): Promise<Model> {
  try {
    return await loadModel(folder, schema);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    // Without the advice of the loader, which is about the model in force.
    const why = error.cause instanceof ModelError ? error.cause.message : error.message;
    throw new ModelError(
      `${why}; put a whole model there (models/train makes one), or take it out of detect.challengers`,
      { cause: error },
    );
  }
}

async function openMain({ model, allowDegraded }: ModelConfig, parts: ModelParts): Promise<Model | null> {
  if (model === null) return null;
  try {
    return await loadModel(model, parts.schema);
  } catch (error) {
    if (!allowDegraded) throw error;
    parts.onDegraded?.(error);
    return null;
  }
}
