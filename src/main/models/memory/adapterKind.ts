/** What kind of adapter a name tells of. Pure. WebGPU says neither whose it is nor whether it has memory of its own. */
export type AdapterKind = 'nvidia' | 'amd' | 'apple' | 'integrated' | 'other';

/** "Radeon 780M Graphics", "Radeon Vega 8", "Radeon RX Vega 11 Graphics", "Radeon(TM) Graphics", the Steam Deck's. */
const AMD_INTEGRATED =
  /radeon(?: rx)? vega \d+ graphics|radeon(?:\(tm\))? (?:vega (?:[1-9]|1\d)\b|r[2-7] graphics|graphics|\d{3,4}[ms]\b)|custom gpu/iu;
/** Cards by their numbers: "Arc A770", "Arc Pro B50". "Arc Graphics" and "Arc 140V" are parts of processors. */
const INTEL_CARD = /\barc\b.*\b[ab]\d{2,3}m?\b/iu;

export function adapterKind(name: string): AdapterKind {
  if (/nvidia|geforce|quadro|tesla/iu.test(name)) return 'nvidia';
  if (/\bapple\b/iu.test(name)) return 'apple';
  if (AMD_INTEGRATED.test(name)) return 'integrated';
  if (/\bamd\b|radeon/iu.test(name)) return 'amd';
  if (/\bintel\b/iu.test(name)) return INTEL_CARD.test(name) ? 'other' : 'integrated';
  return 'other';
}
