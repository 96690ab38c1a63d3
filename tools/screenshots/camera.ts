/** Takes pictures of a page in both themes, as PNG to look at or as lossless WebP, a third smaller, to keep. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';

const THEMES = ['light', 'dark'] as const;
export const SIZE = { width: 1280, height: 800 };

export interface Camera {
  /** @param scale pixels of the picture for each of the page */
  shoot(page: Page, name: string, scale: number): Promise<void>;
}

export async function createCamera(browser: Browser, folder: string, format: 'png' | 'webp'): Promise<Camera> {
  const darkroom = await browser.newPage();
  return {
    shoot: async (page, name, scale) => {
      const device = await page.context().newCDPSession(page);
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme });
        // Away from everything that changes below it.
        await page.mouse.move(SIZE.width - 1, SIZE.height - 1);
        await page.waitForTimeout(200);
        const { data } = await device.send('Page.captureScreenshot', { clip: { x: 0, y: 0, ...SIZE, scale } });
        const png = Buffer.from(data, 'base64');
        const path = join(folder, `${name}-${theme}.${format}`);
        await writeFile(path, format === 'png' ? png : await toWebp(darkroom, png));
        console.log(path);
      }
      await device.detach();
    },
  };
}

/** The browser's own encoder; with a quality of 1 it loses nothing. */
async function toWebp(page: Page, png: Buffer): Promise<Buffer> {
  const url = await page.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 1);
  })()`);
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}
