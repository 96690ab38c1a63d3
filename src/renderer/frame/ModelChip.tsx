/** Which model is loaded, how loading it goes, and whether it is slow; leads to the models. */
import type { EngineStatus } from '../../main/api/models.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { useAppState, useView } from '../services.ts';
import { Icon } from '../ui/icons.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';

export function ModelChip() {
  const { frame, common } = useTexts();
  const engine = useAppState((state) => state.engine);
  const here = useView().kind === 'models';
  const { title, hint, fraction } = useWords(engine);
  return (
    <a className="model-chip" href="#/models" aria-current={here ? 'page' : undefined}>
      <span className="model-chip-light" data-status={engine.type} />
      <span className="model-chip-words">
        <span className="visually-hidden">{common.models}: </span>
        <span className="one-line">{title}</span>
        {hint !== undefined && <small>{hint}</small>}
        {engine.type === 'loading' && (
          <ProgressBar fraction={engine.testing ? undefined : fraction} label={frame.engine.loading('')} />
        )}
      </span>
      <Icon name="right" />
    </a>
  );
}

function useWords(engine: EngineStatus): { title: string; hint?: string; fraction?: number } {
  const words = useTexts().frame.engine;
  const format = useFormat();
  switch (engine.type) {
    case 'empty':
      return { title: words.empty };
    case 'loading':
      if (engine.testing) return { title: words.testing };
      return { title: words.loading(format.percent(engine.fraction)), fraction: engine.fraction };
    case 'loaded':
      return { title: engine.model.name, ...(engine.model.slow && { hint: words.slow }) };
    case 'restarting':
      return { title: words.restarting };
    case 'failed':
      return { title: words.failed };
  }
}
