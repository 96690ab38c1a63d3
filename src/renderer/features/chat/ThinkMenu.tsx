/** How much the model thinks before it answers. */
import type { Conversation } from '../../../main/api/conversations.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Icon } from '../../ui/icons.tsx';
import { Menu } from '../../ui/Menu.tsx';

type Think = Conversation['think'];

export interface ThinkMenuProps {
  readonly think: Think;
  readonly onChange: (think: Think) => void;
}

export function ThinkMenu({ think, onChange }: ThinkMenuProps) {
  const { chat } = useTexts();
  const { thinkModes } = chat;
  const items = (['off', 'fast', 'full'] as const).map((mode) => ({
    ...{ id: mode, label: thinkModes[mode], hint: thinkModes[`${mode}Hint`], checked: mode === think },
    onSelect: () => onChange(mode),
  }));
  return (
    <Menu label={chat.think} items={items} className="think-menu">
      <Icon name="bulb" />
      <span>{thinkModes[think]}</span>
      <Icon name="down" />
    </Menu>
  );
}
