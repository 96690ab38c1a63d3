/** What a user wrote as a number, or what is wrong with it. */

export interface NumberLimits {
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}

export type Written = { readonly value: number } | { readonly problem: 'number' | 'whole' | 'range' };

/** Takes full-width digits and a decimal comma, too. */
export function numberOf(text: string, { min, max = Infinity, whole = false }: NumberLimits): Written {
  const plain = text.normalize('NFKC').trim().replace(',', '.');
  const value = Number(plain);
  if (plain === '' || !Number.isFinite(value)) return { problem: 'number' };
  if (whole && !Number.isInteger(value)) return { problem: 'whole' };
  return value < min || value > max ? { problem: 'range' } : { value };
}
