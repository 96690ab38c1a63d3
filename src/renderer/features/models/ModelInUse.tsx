/** The model that is loaded or being loaded, what runs it, and the choice of what shall. */
import type { EngineStatus } from '../../../main/api/models.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAppState, useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { AdapterChoice } from './AdapterChoice.tsx';

export function ModelInUse() {
  const { models } = useTexts();
  const engine = useAppState((state) => state.engine);
  return (
    <div className="card in-use">
      <InUse engine={engine} />
      <p role="status" className="visually-hidden">
        {engine.type === 'loaded' && models.nowLoaded(engine.model.name)}
      </p>
      <AdapterChoice />
    </div>
  );
}

function InUse({ engine }: { readonly engine: EngineStatus }) {
  const { models } = useTexts();
  const format = useFormat();
  switch (engine.type) {
    case 'empty':
      return <p className="in-use-none">{models.noneInUse}</p>;
    case 'loading': {
      const words = engine.testing ? models.testingNow : models.loadingNow(format.percent(engine.fraction));
      return (
        <div className="in-use-loading">
          <p>{words}</p>
          <ProgressBar fraction={engine.testing ? undefined : engine.fraction} label={words} />
        </div>
      );
    }
    case 'loaded':
      return <LoadedModel model={engine.model} />;
    case 'restarting':
      return <p>{models.restarting}</p>;
    case 'failed':
      return <ErrorCard error={engine.error} />;
  }
}

function LoadedModel({ model }: { readonly model: Extract<EngineStatus, { type: 'loaded' }>['model'] }) {
  const { models } = useTexts();
  const { app } = useServices();
  const format = useFormat();
  const attempt = useTry();
  return (
    <div className="in-use-model">
      <div className="row-words">
        <h3 className="row-title">{model.name}</h3>
        <p className="row-facts">
          <span>{models.parameters(format.compact(model.parameters))}</span>
          <span>{models.precisions[model.precision]}</span>
        </p>
        <p className="small-note">
          {model.slow ? models.slow : model.adapterLine} {models.stateSize(format.bytes(model.stateBytes))}
        </p>
      </div>
      <Button onClick={() => attempt(() => app.unloadModel({}))}>{models.unload}</Button>
    </div>
  );
}
