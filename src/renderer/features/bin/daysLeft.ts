/** Whole days until something that was deleted is erased. */
const DAYS_KEPT = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** @param deletedAt ISO 8601 */
export function daysLeft(deletedAt: string, now: Date): number {
  const gone = Math.floor((now.getTime() - new Date(deletedAt).getTime()) / DAY_MS);
  return Math.min(DAYS_KEPT, Math.max(0, DAYS_KEPT - gone));
}
