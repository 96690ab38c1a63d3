/** Whether a text is the address of a proxy, or empty for none. */
export function isProxy(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === '') return true;
  if (!URL.canParse(trimmed)) return false;
  const { protocol, hostname, pathname, search } = new URL(trimmed);
  return /^https?:$/u.test(protocol) && hostname !== '' && pathname === '/' && search === '';
}
