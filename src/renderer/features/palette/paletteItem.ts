/** One line of the palette: something to go to, or to do. */
import type { SearchHit } from '../../../main/api/conversations.ts';
import type { IconName } from '../../ui/icons.tsx';

export interface PaletteItem {
  readonly id: string;
  readonly icon: IconName;
  readonly title: string;
  readonly snippet?: SearchHit['snippet'];
  /** Where it was found. */
  readonly place?: string | undefined;
  readonly keys?: string | undefined;
  /** The palette stays open: the item changes what it shows. */
  readonly staysOpen?: boolean;
  readonly run: () => void;
}
