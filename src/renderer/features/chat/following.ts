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
  /** A pointer is down on the list, on its scrollbar perhaps. */
  let held = false;

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
    // Where the height has changed, too, the list itself may have moved: it measures its parts as they come into view.
    else if (top < last.top && (held || height === last.height)) following = false;
    if (!atEnd) moved = true;
    last = { top, height };
  };
  const onWheel = ({ deltaY }: WheelEvent): void => {
    if (deltaY < 0) turnUp();
  };
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (['ArrowUp', 'PageUp', 'Home'].includes(key)) turnUp();
  };
  const onPointer = ({ type, buttons }: PointerEvent): void => {
    held = type !== 'pointercancel' && buttons !== 0;
  };
  let listening = new AbortController();
  return {
    attach: (element) => {
      listening.abort();
      listening = new AbortController();
      scroller = element;
      const options = { passive: true, signal: listening.signal };
      element?.addEventListener('scroll', onScroll, options);
      element?.addEventListener('wheel', onWheel, options);
      element?.addEventListener('keydown', onKeyDown, options);
      for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'] as const)
        element?.addEventListener(type, onPointer, options);
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
