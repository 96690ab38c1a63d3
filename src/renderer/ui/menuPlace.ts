/** Opens a menu in the top layer beside its button, within the window, and tells when the user turned elsewhere. */
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

const MARGIN = 8;

export function useMenuPlace(
  button: { readonly current: HTMLElement | null },
  onLeave: () => void,
): RefObject<HTMLDivElement | null> {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = list.current;
    if (!menu || !button.current) return;
    menu.showPopover();
    place(menu, button.current.getBoundingClientRect());
    menu.querySelector<HTMLElement>('[aria-checked=true], [role^=menuitem]')?.focus();
  }, [button]);
  const leave = useRef(onLeave);
  useEffect(() => {
    leave.current = onLeave;
  });
  useEffect(() => {
    const onPointerDown = ({ target }: Event): void => {
      const inside = target instanceof Node && [list, button].some(({ current }) => current?.contains(target));
      if (!inside) leave.current();
    };
    const onMove = (): void => leave.current();
    document.addEventListener('pointerdown', onPointerDown, true);
    window.addEventListener('resize', onMove);
    return () => {
      document.removeEventListener('pointerdown', onPointerDown, true);
      window.removeEventListener('resize', onMove);
    };
  }, [button]);
  return list;
}

/** Below the button if there is room, else above; its right edge at the button's where it would leave the window. */
function place(menu: HTMLElement, button: DOMRect): void {
  const { width, height } = menu.getBoundingClientRect();
  const below = button.bottom + 4;
  const top = below + height + MARGIN <= window.innerHeight ? below : Math.max(MARGIN, button.top - height - 4);
  const left = button.left + width + MARGIN <= window.innerWidth ? button.left : button.right - width;
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(MARGIN, left)}px`;
}
