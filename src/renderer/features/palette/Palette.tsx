/** One field that finds whatever was said, read or named, and runs commands. */
import { useId, useState, type KeyboardEvent } from 'react';
import type { SearchKind } from '../../../main/api/conversations.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useLayout, useServices } from '../../services.ts';
import { isComposing } from '../../shortcuts.ts';
import { useModal } from '../../ui/Dialog.tsx';
import { Icon } from '../../ui/icons.tsx';
import './palette.css';
import type { PaletteItem } from './paletteItem.ts';
import { PaletteRow } from './PaletteRow.tsx';
import { usePaletteItems } from './usePaletteItems.ts';

export function PaletteHost() {
  return useLayout((state) => state.palette) ? <Palette /> : null;
}

function Palette() {
  const { palette } = useTexts();
  const { layout } = useServices();
  const dialog = useModal();
  const listId = useId();
  const [query, setQuery] = useState('');
  const [kind, setKind] = useState<SearchKind>();
  const { groups, total, searching } = usePaletteItems(query.trim(), kind, setKind);
  const items = groups.flatMap((group) => group.items);
  const [at, setAt] = useState(0);
  const active = Math.min(at, items.length - 1);
  const choose = (item: PaletteItem | undefined): void => {
    if (!item) return;
    if (item.staysOpen === true) setAt(0);
    else layout.closePalette();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event.nativeEvent)) return;
    const next = placeAfter(event.key, active, items.length);
    if (event.key === 'Enter') choose(items[active]);
    else if (next !== undefined) setAt(next);
    else return;
    event.preventDefault();
  };
  const nothing = items.length === 0 && !searching;
  return (
    <dialog
      ref={dialog}
      className="dialog palette"
      aria-label={palette.title}
      onCancel={layout.closePalette}
      // Esc pressed twice closes without asking; an effect that ran twice has opened it again by now.
      onClose={() => {
        if (dialog.current?.open === false) layout.closePalette();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) layout.closePalette();
      }}
    >
      <div className="palette-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label={palette.placeholder}
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={items[active] && `${listId}-${active}`}
          placeholder={palette.placeholder}
          spellCheck={false}
          value={query}
          autoFocus
          onChange={(event) => {
            setQuery(event.target.value);
            setKind(undefined);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={listId} role="listbox" aria-label={palette.results} className="palette-list" tabIndex={-1}>
        {groups.map(({ title, items: inside }) => (
          <div key={title} role="group" aria-label={title}>
            <div className="palette-group" aria-hidden="true">
              {title}
            </div>
            {inside.map((item) => {
              const place = items.indexOf(item);
              return (
                <PaletteRow
                  key={item.id}
                  id={`${listId}-${place}`}
                  item={item}
                  active={place === active}
                  onPoint={() => setAt(place)}
                  onChoose={() => choose(item)}
                />
              );
            })}
          </div>
        ))}
      </div>
      {nothing && <p className="palette-nothing">{palette.nothing(query)}</p>}
      <p role="status" className="visually-hidden">
        {query !== '' && !searching && (nothing ? palette.nothing(query) : palette.found(total))}
      </p>
    </dialog>
  );
}

function placeAfter(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === 'ArrowDown') return (at + 1) % count;
  if (key === 'ArrowUp') return (at - 1 + count) % count;
  if (key === 'PageDown') return Math.min(at + 8, count - 1);
  return key === 'PageUp' ? Math.max(at - 8, 0) : undefined;
}
