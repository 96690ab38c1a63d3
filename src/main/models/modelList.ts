/** TEMPORARY until the model folder is merged. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { faultOf } from '../../engine/api/rpc/remoteError.ts';
import type { ModelList } from '../api/models.ts';
import type { AppMethodsParts } from '../app/appMethods.ts';

export async function listModels({ engine, options }: Pick<AppMethodsParts, 'engine' | 'options'>): Promise<ModelList> {
  const path = options.engine.embeddedModel;
  const base = { id: 'embedded', path, fileName: basename(path), place: 'embedded' as const, missing: false };
  const { size } = await stat(path);
  const loaded = engine.model?.path === path;
  try {
    const facts = await engine.api.inspectModel({ path });
    const fits = facts.memory.map(({ precision }) => ({ precision, fit: 'unknown' as const }));
    return { folder: '', gpuMemoryBytes: null, models: [{ ...base, bytes: size, facts, fits, error: null, loaded }] };
  } catch (error) {
    return {
      ...{ folder: '', gpuMemoryBytes: null },
      models: [{ ...base, bytes: size, facts: null, fits: [], error: faultOf(error), loaded }],
    };
  }
}
