/** One line of the palette. */
import { useEffect, useRef } from 'react';
import { Icon } from '../../ui/icons.tsx';
import type { PaletteItem } from './paletteItem.ts';

export interface PaletteRowProps {
  readonly id: string;
  readonly item: PaletteItem;
  readonly active: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}

export function PaletteRow({ id, item, active, onPoint, onChoose }: PaletteRowProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={active}
      className="palette-row"
      onPointerMove={active ? undefined : onPoint}
      onClick={onChoose}
    >
      <Icon name={item.icon} />
      <span className="palette-words">
        <span className="one-line">{item.title}</span>
        {item.snippet && (
          <small>
            {item.snippet.map(({ text, match }, place) =>
              match ? <mark key={place}>{text}</mark> : <span key={place}>{text}</span>,
            )}
          </small>
        )}
      </span>
      {item.place !== undefined && <span className="palette-place">{item.place}</span>}
      {item.keys !== undefined && <kbd>{item.keys}</kbd>}
    </div>
  );
}
