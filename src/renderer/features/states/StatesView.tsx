/** The library of saved states, and how much of the disk they take. */
import { useTexts } from '../../i18n/texts.ts';
import { Loaded } from '../../page/Loaded.tsx';
import { Page } from '../../page/Page.tsx';
import { useServices } from '../../services.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { DiskUse } from './DiskUse.tsx';
import { ImportBundle } from './ImportBundle.tsx';
import { StateRow } from './StateRow.tsx';
import './states.css';

export interface StatesViewProps {
  /** The state that the address names. */
  readonly shown?: string | undefined;
}

export function StatesView({ shown }: StatesViewProps) {
  const { common, states: words } = useTexts();
  const { lists } = useServices();
  return (
    <Page title={common.states} lead={words.lead} actions={<ImportBundle />}>
      <Loaded from={lists.states}>
        {(library) => (
          <>
            {library.states.length === 0 ? (
              <EmptyState icon="bookmark" title={words.emptyTitle}>
                <p>{words.empty}</p>
              </EmptyState>
            ) : (
              <ul className="rows" aria-label={words.list}>
                {library.states.map((state) => (
                  <StateRow key={state.id} state={state} shown={state.id === shown} />
                ))}
              </ul>
            )}
            <DiskUse library={library} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
