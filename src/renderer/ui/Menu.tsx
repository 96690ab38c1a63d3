/** A button that opens a menu beside it: arrow keys, Home, End, letters, Esc; a click elsewhere closes. */
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { classNames } from './classNames.ts';
import { Icon, type IconName } from './icons.tsx';
import { useMenuPlace } from './menuPlace.ts';
import { typeAhead } from './typeAhead.ts';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  /** A second line, for choices that need one. */
  readonly hint?: string;
  readonly icon?: IconName;
  /** Keys that do the same, as the user reads them. */
  readonly keys?: string | undefined;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** For a choice of one among several. */
  readonly checked?: boolean;
  readonly onSelect: () => void;
}

export interface MenuProps {
  /** What the menu is for: the button's name when it shows only an icon. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly icon?: IconName;
  /** What the button shows instead of the icon alone. */
  readonly children?: ReactNode;
  readonly className?: string;
}

export function Menu({ label, items, icon = 'more', children, className }: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menuId = useId();
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={classNames(children === undefined ? 'icon-button' : 'menu-button', className)}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? menuId : undefined}
        aria-label={children === undefined ? label : undefined}
        title={label}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || open) return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {children ?? <Icon name={icon} />}
      </button>
      {open && (
        <MenuList
          id={menuId}
          label={label}
          items={items}
          button={button}
          onClose={close}
          onLeave={() => setOpen(false)}
        />
      )}
    </>
  );
}

interface MenuListProps extends Pick<MenuProps, 'label' | 'items'> {
  readonly id: string;
  readonly button: { readonly current: HTMLButtonElement | null };
  readonly onClose: () => void;
  readonly onLeave: () => void;
}

function MenuList({ id, label, items, button, onClose, onLeave }: MenuListProps) {
  const list = useMenuPlace(button, onLeave);
  const typed = useRef({ text: '', at: 0 });
  const buttons = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = buttons();
    const here = all.findIndex((item) => item === document.activeElement);
    const place = nextPlace(event, all.length, here) ?? placeOfLetter(event, typed.current, items, here);
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Tab') onLeave();
    else if (place === undefined) return;
    else all[place]?.focus();
    if (event.key !== 'Tab') {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <div ref={list} id={id} role="menu" aria-label={label} className="menu" popover="manual" onKeyDown={onKeyDown}>
      {items.map((item) => (
        <MenuRow key={item.id} item={item} onClose={onClose} />
      ))}
    </div>
  );
}

function MenuRow({ item, onClose }: { readonly item: MenuItem; readonly onClose: () => void }) {
  const { label, hint, icon, keys, checked } = item;
  return (
    <button
      type="button"
      role={checked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={checked}
      aria-disabled={item.disabled}
      tabIndex={-1}
      className={classNames('menu-item', item.danger && 'menu-item-danger')}
      onClick={() => {
        if (item.disabled) return;
        onClose();
        item.onSelect();
      }}
    >
      <span className="menu-item-icon">
        {checked === true && <Icon name="check" />}
        {checked === undefined && icon && <Icon name={icon} />}
      </span>
      <span className="menu-item-label">
        {label}
        {hint !== undefined && <small>{hint}</small>}
      </span>
      {keys !== undefined && <kbd>{keys}</kbd>}
    </button>
  );
}

function nextPlace({ key }: KeyboardEvent, count: number, here: number): number | undefined {
  if (key === 'ArrowDown') return (here + 1) % count;
  if (key === 'ArrowUp') return (here - 1 + count) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}

const TYPING_PAUSE_MS = 600;

function placeOfLetter(
  { key, timeStamp, ctrlKey, metaKey, altKey }: KeyboardEvent,
  typed: { text: string; at: number },
  items: readonly MenuItem[],
  here: number,
): number | undefined {
  if ([...key].length !== 1 || key === ' ' || ctrlKey || metaKey || altKey) return undefined;
  typed.text = timeStamp - typed.at > TYPING_PAUSE_MS ? key : typed.text + key;
  typed.at = timeStamp;
  return typeAhead(
    items.map(({ label }) => label),
    typed.text,
    here,
  );
}
