/** Documents, states and models that the fake begins with when one looks at it by hand. */
import { lighthouse } from './lighthouse.ts';
import { addDocument } from './documents.ts';
import { sampleCatalogueEntry, sampleDownload, sampleModel } from './models.ts';
import { ScriptedReading } from './readings.ts';
import { sampleState } from './states.ts';
import type { World } from './world.ts';

/** The sample text, over and over, in chapters. */
const longText = (title: string): string =>
  `# ${title}\n\n${Array.from({ length: 12 }, (_, chapter) => lighthouse.replaceAll('## ', `## ${chapter + 1}. `).replace(/^# .*$/mu, '')).join('\n')}`;

export function addLibrarySamples(world: World): void {
  const { library } = world;
  addDocument(world, 'The light at Oake Point.md', lighthouse);
  addDocument(world, 'harbour-act.pdf', longText('The Harbour Act and its amendments, with notes'), {
    ...{ format: 'pdf', pages: 312, estimatedSeconds: 6420 },
  });
  addDocument(world, '航海日志.txt', `# 航海日志\n\n${lighthouse}`, { format: 'text' });
  const letters = addDocument(world, 'letters.html', longText('Letters from the keepers'), { format: 'html' });
  const reading = new ScriptedReading({
    ...{ document: letters, text: longText(''), focus: 'dates and names', summarise: false, tickMs: 1 },
    ...{ now: () => world.now(), onStatus: () => undefined },
  });
  reading.reading = { ...reading.reading, status: 'paused', progress: PAUSED };
  library.readings.set(letters.id, reading);
  addStates(world);
  addModels(world);
}

const PAUSED = {
  ...{ tokens: 8_310, bytes: 33_240, totalBytes: 80_000, fraction: 0.4155, page: null, sectionTitle: '5. The keepers' },
  ...{ tokensPerSecond: 413, secondsLeft: 28, memoryBytes: 2_400_000 },
};

function addStates(world: World): void {
  const put = (patch: Parameters<typeof sampleState>[1]): void => {
    const state = sampleState(world, patch);
    world.library.states.set(state.id, state);
  };
  put({ name: 'Harbour Act, read to the end', tags: ['law', 'harbour'], position: 214_870 });
  put({ name: '读完《灯塔》之后', tags: ['阅读'], source: { kind: 'none', title: '灯塔' } });
  put({ name: 'Notes on lenses', usable: 'other-model', modelName: 'RWKV-7 G1 1.5B', tags: ['optics'] });
  put({ name: 'An old one', usable: 'damaged', transcriptTokens: null });
}

function addModels(world: World): void {
  const { library } = world;
  const put = (patch: Parameters<typeof sampleModel>[1]): void => {
    const model = sampleModel(world, patch);
    library.models.set(model.id, model);
  };
  const demo = sampleModel(world, {});
  put({
    ...{ path: '/models/anser-demo-q8_0.gguf', fileName: 'anser-demo-q8_0.gguf', place: 'embedded', bytes: 1.2e6 },
    facts: demo.facts && { ...demo.facts, name: 'Anser Demo', container: 'gguf', parameters: 1_000_000 },
    fits: [{ precision: 'source', fit: 'fits', advisedGibibytes: 8 }],
  });
  put({
    ...{ path: '/models/rwkv7-g1-2.9b.safetensors', fileName: 'rwkv7-g1-2.9b.safetensors', bytes: 5.9e9 },
    facts: demo.facts && { ...demo.facts, name: 'RWKV-7 G1 2.9B', parameters: 2_948_000_000 },
    fits: [
      { precision: 'source', fit: 'too-big', advisedGibibytes: 8 },
      { precision: 'int8', fit: 'tight', advisedGibibytes: 6 },
      { precision: 'int4', fit: 'fits', advisedGibibytes: 4 },
    ],
  });
  put({
    ...{ path: '/mnt/usb/notes.gguf', fileName: 'notes.gguf', place: 'linked', facts: null, fits: [] },
    error: { code: 'model-unsupported', message: 'notes.gguf holds a model of the architecture "llama".' },
  });
  library.catalogue.push(
    sampleCatalogueEntry({ recommended: true }),
    sampleCatalogueEntry({
      ...{ id: 'g1-2.9b', title: 'RWKV-7 G1 2.9B', parameters: '2.9B', fileName: 'rwkv7-g1-2.9b.safetensors' },
      ...{ bytes: 5.9e9, present: true, fits: [{ precision: 'int8', fit: 'tight', advisedGibibytes: 6 }] },
    }),
    sampleCatalogueEntry({
      ...{ id: 'g1-7.2b', title: 'RWKV-7 G1 7.2B', parameters: '7.2B', fileName: 'rwkv7-g1-7.2b.safetensors' },
      ...{ bytes: null, hashKnown: false, fits: [{ precision: 'int4', fit: 'too-big', advisedGibibytes: 4 }] },
    }),
  );
  const downloading = sampleDownload({
    ...{ id: 'd1', fileName: 'rwkv7-g1-0.4b.safetensors', stage: 'paused', bytes: 4.1e8, totalBytes: 9.1e8 },
  });
  library.downloads.set('d1', downloading);
  library.downloads.set('d2', {
    ...sampleDownload({ id: 'd2', fileName: 'rwkv7-g1-7.2b.safetensors', stage: 'failed', bytes: 1.1e9 }),
    error: { code: 'disk-full', message: 'ENOSPC' },
  });
}
