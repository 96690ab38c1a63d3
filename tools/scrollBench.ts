/**
 * Measures the window with a conversation of 2,000 messages: opening it, scrolling through it, and following an answer that
 * is written at its end. Prints frame times as JSON. Build the window first; run it on an idle machine.
 */
import { cpus } from 'node:os';
import type { Page } from 'playwright';
import { launchBrowser } from '../e2e/browser.ts';
import { openFake } from '../e2e/fake/openFake.ts';
import { turns } from '../e2e/fake/samples.ts';

const MESSAGES = 2000;

export interface FrameTimes {
  readonly frames: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly longestMs: number;
  /** Frames that took more than 50 ms: what a user feels as a stutter. */
  readonly over50Ms: number;
}

export function summarise(gaps: readonly number[]): FrameTimes {
  const sorted = gaps.toSorted((a, b) => a - b);
  const at = (fraction: number): number =>
    Math.round((sorted[Math.floor(fraction * (sorted.length - 1))] ?? 0) * 10) / 10;
  return {
    ...{ frames: gaps.length, medianMs: at(0.5), p95Ms: at(0.95), longestMs: at(1) },
    over50Ms: gaps.filter((gap) => gap > 50).length,
  };
}

/** Begins to note the time between frames, in the page. */
const WATCH = `(() => {
  const gaps = [];
  let last = performance.now();
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    window.frameWatch = requestAnimationFrame(frame);
  };
  window.frameWatch = requestAnimationFrame(frame);
  window.frameGaps = gaps;
})()`;
const UNWATCH = `(cancelAnimationFrame(window.frameWatch), window.frameGaps)`;

/** Scrolls by a window's height each frame, from the end to the beginning and back for `ms`. */
const SCROLL = `(async () => {
  const list = document.querySelector('[data-virtuoso-scroller]');
  const until = performance.now() + 8000;
  let step = -list.clientHeight / 2;
  while (performance.now() < until) {
    const before = list.scrollTop;
    list.scrollTop += step;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (Math.abs(list.scrollTop - before) < 1) step = -step;
  }
})()`;

async function watched(page: Page, action: () => Promise<unknown>): Promise<FrameTimes> {
  await page.evaluate(WATCH);
  await action();
  return summarise(await page.evaluate<number[]>(UNWATCH));
}

async function bench(): Promise<Record<string, unknown>> {
  const browser = await launchBrowser();
  const fake = await openFake(browser, {
    fake: { pieceMs: 8 },
    fill: (world) => void world.addConversation({ title: 'Long', messages: turns(world, MESSAGES) }),
  });
  const { page } = fake;
  await page.getByRole('link', { name: 'Long' }).waitFor();
  const begun = performance.now();
  await page.getByRole('link', { name: 'Long' }).click();
  await page.getByRole('article').first().waitFor();
  const openMs = Math.round(performance.now() - begun);
  const messagesInPage = await page.locator('article').count();
  const scrolling = await watched(page, () => page.evaluate(SCROLL));
  await page.reload();
  await page.getByRole('article').first().waitFor();
  const streaming = await watched(page, async () => {
    await page.getByRole('textbox', { name: 'Message' }).fill('something rich and long');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(10_000);
  });
  await fake.close();
  await browser.close();
  return { machine: cpus()[0]?.model, messages: MESSAGES, openMs, messagesInPage, scrolling, streaming };
}

if (import.meta.main) console.log(JSON.stringify(await bench(), undefined, 2));
