/** One line of the palette. */
import { useEffect, useRef } from 'react';
import { Icon } from '../../ui/icons.tsx';
import { MarkedText } from '../../ui/MarkedText.tsx';
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
  const isInTitle = item.snippet?.map(({ text }) => text).join('') === item.title;
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
        <span className="one-line">{item.snippet && isInTitle ? <MarkedText parts={item.snippet} /> : item.title}</span>
        {item.snippet && !isInTitle && (
          <small>
            <MarkedText parts={item.snippet} />
          </small>
        )}
      </span>
      {item.place !== undefined && <span className="palette-place">{item.place}</span>}
      {item.keys !== undefined && <kbd>{item.keys}</kbd>}
    </div>
  );
}
