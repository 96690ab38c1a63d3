/** Which item the keys typed so far mean, as in the menus of a desktop. */

/**
 * @param from the item that has the focus; the search begins there, or after it for a first letter
 * @returns the item's place, or -1
 */
export function typeAhead(labels: readonly string[], typed: string, from: number): number {
  const wanted = typed.toLocaleLowerCase();
  const begin = typed.length === 1 ? from + 1 : Math.max(from, 0);
  for (let step = 0; step < labels.length; step++) {
    const place = (begin + step) % labels.length;
    if (labels[place]?.toLocaleLowerCase().startsWith(wanted)) return place;
  }
  return -1;
}
