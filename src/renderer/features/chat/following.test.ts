import { expect, test } from 'vitest';
import { createFollowing, type Following } from './following.ts';

/** A list of 100 pixels that scrolls, as far as following needs it. */
class Scroller extends EventTarget {
  clientHeight = 100;
  scrollHeight = 500;
  #top = 0;

  get scrollTop(): number {
    return this.#top;
  }

  set scrollTop(top: number) {
    this.#top = Math.max(0, Math.min(top, this.scrollHeight - this.clientHeight));
    this.dispatchEvent(new Event('scroll'));
  }

  grow(following: Following, by: number): void {
    this.scrollHeight += by;
    following.onHeight();
  }
}

function follow(from: 'end' | 'elsewhere'): { list: Scroller; following: Following } {
  const list = new Scroller();
  const following = createFollowing(from);
  following.attach(list as unknown as HTMLElement);
  return { list, following };
}

test('the end stays in view while the list grows', () => {
  const { list, following } = follow('end');
  list.grow(following, 40);
  expect(list.scrollTop).toBe(440);
});

test('scrolling up lets go, coming back takes hold again', () => {
  const { list, following } = follow('end');
  list.grow(following, 0);
  list.scrollTop = 300;
  list.grow(following, 40);
  expect(list.scrollTop).toBe(300);
  list.scrollTop = 440;
  list.grow(following, 60);
  expect(list.scrollTop).toBe(500);
});

test('a turn of the wheel lets go before anything has moved', () => {
  const { list, following } = follow('end');
  list.grow(following, 0);
  list.dispatchEvent(Object.assign(new Event('wheel'), { deltaY: -10 }));
  list.dispatchEvent(new Event('scroll'));
  list.grow(following, 40);
  expect(list.scrollTop).toBe(400);
});

test('a list that moves because its parts are measured is not scrolled by the user, unless a pointer holds it', () => {
  const measured = (list: Scroller, following: Following): void => {
    list.scrollHeight += 80;
    list.scrollTop -= 90;
    following.onHeight();
  };
  const { list, following } = follow('end');
  list.grow(following, 0);
  measured(list, following);
  expect(list.scrollTop).toBe(480);
  list.dispatchEvent(Object.assign(new Event('pointerdown'), { buttons: 1 }));
  measured(list, following);
  expect(list.scrollTop).toBe(390);
});

test('a list that begins elsewhere stays there until it is told to follow', () => {
  const { list, following } = follow('elsewhere');
  list.grow(following, 40);
  expect(list.scrollTop).toBe(0);
  following.follow();
  expect(list.scrollTop).toBe(440);
  following.leave();
  list.grow(following, 40);
  expect(list.scrollTop).toBe(440);
});
