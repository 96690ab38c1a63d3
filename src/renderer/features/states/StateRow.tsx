/** A saved state: where it comes from, what it can do, and what can be done with it. */
import { useEffect, useRef } from 'react';
import type { SavedState } from '../../../main/api/states.ts';
import { useTry } from '../../frame/useTry.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useServices } from '../../services.ts';
import { hashOf } from '../../stores/navigation.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/icons.tsx';
import { StateMenu } from './StateMenu.tsx';
import { useReplay } from './useReplay.tsx';

export interface StateRowProps {
  readonly state: SavedState;
  /** The address names it. */
  readonly shown: boolean;
}

export function StateRow({ state, shown }: StateRowProps) {
  const { states } = useTexts();
  const format = useFormat();
  const { name, tags, usable, modelName, position, byteLength, createdAt } = state;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (shown) row.current?.scrollIntoView({ block: 'center' });
  }, [shown]);
  return (
    <li ref={row} className="row state-row" data-usable={usable} aria-current={shown ? 'true' : undefined}>
      <Icon name="bookmark" />
      <div className="row-words">
        <h2 className="row-title">{name}</h2>
        <p className="row-facts">
          <Source state={state} />
          <span>{modelName}</span>
          <span>{states.tokens(format.count(position))}</span>
          <span>{format.bytes(byteLength)}</span>
          <span>{format.day(createdAt)}</span>
        </p>
        {tags.length > 0 && (
          <ul className="tags" aria-label={states.tags}>
            {tags.map((tag) => (
              <li key={tag}>{tag}</li>
            ))}
          </ul>
        )}
        {usable !== 'yes' && <Unusable state={state} />}
      </div>
      <div className="row-actions">
        <OpenButton state={state} />
        <StateMenu state={state} />
      </div>
    </li>
  );
}

function Source({ state: { source } }: { readonly state: SavedState }) {
  const { states } = useTexts();
  if (source.kind === 'none') return <span>{states.noSource(source.title)}</span>;
  const view =
    source.kind === 'document'
      ? ({ kind: 'document', id: source.documentId } as const)
      : ({ kind: 'conversation', id: source.conversationId } as const);
  return (
    <a className="page-link" href={hashOf(view)}>
      {source.title}
    </a>
  );
}

function OpenButton({ state: { id, name, usable } }: { readonly state: SavedState }) {
  const { states } = useTexts();
  const { app, navigation } = useServices();
  const attempt = useTry();
  const open = async (): Promise<void> => navigation.go({ kind: 'conversation', id: (await app.openState({ id })).id });
  return (
    <Button icon="fork" aria-label={states.openHint(name)} disabled={usable !== 'yes'} onClick={() => attempt(open)}>
      {states.open}
    </Button>
  );
}

/** Why it cannot be opened, and the way around. */
function Unusable({ state }: { readonly state: SavedState }) {
  const { states } = useTexts();
  const replay = useReplay(state);
  const { usable, modelName } = state;
  if (usable === 'yes') return null;
  return (
    <div className="unusable">
      <Icon name="warning" />
      <span>{usable === 'other-model' ? states.usable['other-model'](modelName) : states.usable[usable]}</span>
      {usable !== 'no-model' && replay.offer}
      {replay.dialog}
    </div>
  );
}
