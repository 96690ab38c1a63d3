/** The days of an invented logbook: dull, long and regular, as logbooks are. The same year gives the same text. */

export interface LogWords {
  title(year: number): string;
  readonly preface: string;
  readonly months: readonly string[];
  /** One day's entry; `pick` chooses one of a list, `number` a whole number from `low` to `high`. */
  entry(day: string, dice: Dice): string;
  day(month: number, day: number): string;
}

export interface Dice {
  pick(list: readonly string[]): string;
  number(low: number, high: number): number;
}

export function logText(year: number, words: LogWords): string {
  const dice = createDice(year);
  const months = words.months.map((name, month) => {
    const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    const entries = Array.from({ length: days }, (_, day) => words.entry(words.day(month, day + 1), dice));
    return `## ${name}\n\n${entries.join('\n\n')}`;
  });
  return [`# ${words.title(year)}`, words.preface, ...months].join('\n\n');
}

/** A linear congruential generator: all that is asked of it is variety. Constants: Numerical Recipes, 2nd ed., 7.1. */
function createDice(seed: number): Dice {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    pick: (list) => list[Math.floor(next() * list.length)] ?? '',
    number: (low, high) => low + Math.floor(next() * (high - low + 1)),
  };
}
