/**
 * Takes the pictures in docs/screenshots: the real app, served as `anser serve` does, in each language and theme.
 * Build the window first; `npm run screenshots` does. Options: --only NAME (several), --language en|zh, --out FOLDER, --keep FOLDER
 * (what was prepared is kept there and used again: for trying how views look), --png.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright';
import { launchBrowser } from '../e2e/browser.ts';
import { createCamera, SIZE, type Camera } from './screenshots/camera.ts';
import { prepareFonts } from './screenshots/fonts.ts';
import { prepare, writeSettings, type Prepared } from './screenshots/prepare.ts';
import { serveApp } from './screenshots/serveApp.ts';
import { chinese } from './screenshots/texts/zh.ts';
import { english } from './screenshots/texts/en.ts';
import type { Examples } from './screenshots/texts/examples.ts';
import { firstRun, views, type View } from './screenshots/views.ts';

const LANGUAGES = { en: english, zh: chinese } as const;
type LanguageName = keyof typeof LANGUAGES;
const NOTHING: Prepared = { chats: [], book: '', reading: '', unread: '' };

interface Session {
  readonly browser: Browser;
  readonly camera: Camera;
  readonly language: LanguageName;
}

/** Opens the app on a data folder, and takes a picture of each view in each theme. */
async function picture(session: Session, folder: string, prepared: Prepared, shown: readonly View[]): Promise<void> {
  const { browser, camera, language } = session;
  const examples: Examples = LANGUAGES[language];
  const app = await serveApp(folder);
  try {
    const context = await browser.newContext({
      ...{ locale: examples.locale, viewport: SIZE, reducedMotion: 'reduce' },
    });
    const page = await context.newPage();
    await page.goto(app.link);
    await page.locator('.model-chip-light[data-status="loaded"]').waitFor({ timeout: 120_000 });
    for (const view of shown.filter(({ locale = examples.locale }) => locale === examples.locale)) {
      await view.show({ page, prepared, examples });
      await camera.shoot(page, `${view.name}-${language}`, view.scale ?? 1);
    }
    await context.close();
  } finally {
    await app.stop();
  }
}

/** What is in the folder from an earlier time, or made now. */
async function preparedIn(browser: Browser, folder: string, examples: Examples): Promise<Prepared> {
  const list = join(folder, 'prepared.json');
  if (existsSync(list)) return JSON.parse(await readFile(list, 'utf8')) as Prepared;
  const prepared = await prepare(browser, folder, examples);
  await writeFile(list, JSON.stringify(prepared));
  return prepared;
}

interface Wishes {
  readonly languages: readonly LanguageName[];
  /** Names of views; all when empty. */
  readonly only: readonly string[];
  readonly out: string;
  readonly keep: string | undefined;
  readonly png: boolean;
}

async function takeAll({ languages, only, out, keep, png }: Wishes): Promise<void> {
  const chosen = (view: View): boolean => only.length === 0 || only.includes(view.name);
  await mkdir(out, { recursive: true });
  const browser = await launchBrowser(prepareFonts());
  const camera = await createCamera(browser, out, png ? 'png' : 'webp');
  const work = keep ?? (await mkdtemp(join(tmpdir(), 'anser-')));
  try {
    for (const language of languages) {
      const session = { browser, camera, language };
      if (chosen(firstRun)) {
        const folder = join(work, `first-${language}`);
        await rm(folder, { recursive: true, force: true });
        await writeSettings(folder);
        await picture(session, folder, NOTHING, [firstRun]);
      }
      if (!views.some(chosen)) continue;
      const folder = join(work, language);
      await picture(session, folder, await preparedIn(browser, folder, LANGUAGES[language]), views.filter(chosen));
    }
  } finally {
    await browser.close();
    if (keep === undefined) await rm(work, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    language: { type: 'string' },
    keep: { type: 'string' },
    png: { type: 'boolean', default: false },
    out: { type: 'string', default: join(import.meta.dirname, '..', 'docs', 'screenshots') },
  },
});
const chosen = (['en', 'zh'] as const).filter((name) => values.language === undefined || values.language === name);
await takeAll({ ...values, languages: chosen, keep: values.keep });
