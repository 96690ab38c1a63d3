/** A model file: what it is, in which precision it fits, and loading it. */
import { useState } from 'react';
import type { ModelEntry, PrecisionFit } from '../../../main/api/models.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Badge } from '../../page/Badge.tsx';
import { useAppState, useServices } from '../../services.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorCard } from '../../ui/ErrorCard.tsx';
import { Icon } from '../../ui/icons.tsx';
import { FitBadge } from './FitBadge.tsx';
import { fitWords } from './fitWords.ts';
import { ModelMenu } from './ModelMenu.tsx';
import { usualPrecision } from './usualPrecision.ts';

export function ModelRow({ model }: { readonly model: ModelEntry }) {
  const { models } = useTexts();
  const format = useFormat();
  const { facts, fileName, place, bytes, missing, error, loaded } = model;
  const usable = facts !== null && error === null && !missing;
  return (
    <li className="row model-row">
      <Icon name="chip" />
      <div className="row-words">
        <h3 className="row-title">
          {facts?.name ?? fileName} {loaded && <Badge tone="accent">{models.loaded}</Badge>}
        </h3>
        <p className="row-facts">
          {facts && <span>{models.parameters(format.compact(facts.parameters))}</span>}
          <span>{format.bytes(bytes)}</span>
          <span>{models.place[place]}</span>
          {facts && facts.name !== fileName && <span>{fileName}</span>}
        </p>
        {missing && <p className="model-missing">{models.missing}</p>}
        {!missing && error && <ErrorCard error={error} quiet />}
      </div>
      <div className="row-actions">
        {usable && <Loading model={model} />}
        <ModelMenu model={model} />
      </div>
    </li>
  );
}

function Loading({ model }: { readonly model: ModelEntry }) {
  const { models } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const format = useFormat();
  const wanted = useAppState(({ settings }) => settings?.precision ?? 'source');
  const busy = useAppState(({ engine }) => engine.type === 'loading' || engine.type === 'restarting');
  const [chosen, setChosen] = useState<typeof wanted>();
  const { id, fits, facts, fileName, loaded } = model;
  const precision = chosen ?? usualPrecision(fits, wanted);
  const name = facts?.name ?? fileName;
  const needed = facts?.memory.find((memory) => memory.precision === precision);
  const fit = fits.find((option) => option.precision === precision);
  const label = (option: PrecisionFit): string =>
    `${models.precisions[option.precision]} · ${fitWords(option, models)}`;
  return (
    <>
      {fit && <FitBadge fit={fit} />}
      {needed && <span className="model-needs">{models.needs(format.bytes(needed.bytes))}</span>}
      <select
        className="input select precision"
        aria-label={models.precisionOf(name)}
        value={precision}
        onChange={({ target }) => setChosen(fits.find((option) => option.precision === target.value)?.precision)}
      >
        {fits.map((option) => (
          <option key={option.precision} value={option.precision}>
            {label(option)}
          </option>
        ))}
      </select>
      <Button
        aria-label={loaded ? models.reloadName(name) : models.loadName(name)}
        disabled={busy}
        onClick={() => attempt(() => app.loadModel({ id, precision }))}
      >
        {loaded ? models.reloadWith : models.load}
      </Button>
    </>
  );
}
