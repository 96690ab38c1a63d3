/**
 * Keeps the end of a growing list in view until the user scrolls up, and again once the user is back at the end. Where the
 * list stands does not tell that alone: it also moves because it grows.
 */

export interface Following {
  /** The element that scrolls; null when it is gone. */
  attach(element: HTMLElement | null): void;
  /** To be called when the content's height changed. */
  onHeight(): void;
  /** Goes to the end and stays there. */
  follow(): void;
  /** Something else shall be in view. */
  leave(): void;
}

/** How near to the end counts as there, in pixels. */
const NEAR = 8;

export function createFollowing(from: 'end' | 'elsewhere'): Following {
  let scroller: HTMLElement | null = null;
  let following = from === 'end';
  /** After the user turned upwards, being at the end says nothing until the movement has begun. */
  let moved = true;
  let last = { top: 0, height: 0 };

  const toEnd = (): void => {
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
  };
  const turnUp = (): void => {
    if (!following || !scroller || scroller.scrollTop === 0) return;
    following = false;
    moved = false;
  };
  const onScroll = (): void => {
    if (!scroller) return;
    const { scrollTop: top, scrollHeight: height, clientHeight } = scroller;
    const atEnd = height - top - clientHeight <= NEAR;
    if (atEnd) following ||= moved;
    else if (top < last.top && height >= last.height) following = false;
    if (!atEnd) moved = true;
    last = { top, height };
  };
  const onWheel = ({ deltaY }: WheelEvent): void => {
    if (deltaY < 0) turnUp();
  };
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (['ArrowUp', 'PageUp', 'Home'].includes(key)) turnUp();
  };
  return {
    attach: (element) => {
      scroller?.removeEventListener('scroll', onScroll);
      scroller?.removeEventListener('wheel', onWheel);
      scroller?.removeEventListener('keydown', onKeyDown);
      scroller = element;
      element?.addEventListener('scroll', onScroll, { passive: true });
      element?.addEventListener('wheel', onWheel, { passive: true });
      element?.addEventListener('keydown', onKeyDown);
    },
    onHeight: () => {
      if (following) toEnd();
    },
    leave: () => {
      following = false;
      moved = false;
    },
    follow: () => {
      following = true;
      moved = true;
      toEnd();
    },
  };
}
