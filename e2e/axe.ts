/** Looks for barriers in the page as it stands. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';

/** @returns what was found, one line each; nothing when the page is clean */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary ?? ''}`),
  );
}
