/** One line of the palette: something to go to, or to do. */
import type { SearchHit } from '../../../main/api/conversations.ts';
import type { IconName } from '../../ui/icons.tsx';

export interface PaletteItem {
  readonly id: string;
  readonly icon: IconName;
  readonly title: string;
  readonly snippet?: SearchHit['snippet'];
  /** What kind of thing was found. */
  readonly kind?: string;
  readonly keys?: string | undefined;
  readonly run: () => void;
}
