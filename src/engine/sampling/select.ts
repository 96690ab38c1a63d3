/** Finding a threshold among many weights without sorting them: quickselect (C. A. R. Hoare 1961). */

/**
 * What the weights at or above a threshold are added up as: their sum (`mass`), or one each (`count`).
 */
export type Measure = 'mass' | 'count';

/**
 * The largest of `values` such that all values at or above it, taken together, reach `target`; the smallest value when
 * none does. Reorders `values`, which must not be empty. Linear time on average.
 */
export function thresholdReaching(values: Float64Array, target: number, measure: Measure): number {
  const measured = measure === 'mass' ? sum : (_: Float64Array, start: number, end: number): number => end - start;
  let [start, end, above] = [0, values.length, 0];
  for (;;) {
    // Values before `start` are larger than those between `start` and `end`, and fall short of the target by themselves.
    const pivot = medianOfThree(values, start, end);
    const { equalStart, equalEnd } = partitionDescending(values, start, end, pivot);
    const withLarger = above + measured(values, start, equalStart);
    const withEqual = withLarger + measured(values, equalStart, equalEnd);
    if (withLarger >= target && equalStart > start) end = equalStart;
    else if (withEqual >= target || equalEnd === end) return pivot;
    else [start, above] = [equalEnd, withEqual];
  }
}

/** Puts the values of `[start, end)` larger than the pivot first, then those equal to it, then the smaller ones. */
function partitionDescending(
  values: Float64Array,
  start: number,
  end: number,
  pivot: number,
): { equalStart: number; equalEnd: number } {
  let [larger, smaller] = [start, end];
  for (let i = start; i < smaller;) {
    const value = values[i] ?? 0;
    if (value > pivot) swap(values, i++, larger++);
    else if (value < pivot) swap(values, i, --smaller);
    else i++;
  }
  return { equalStart: larger, equalEnd: smaller };
}

function medianOfThree(values: Float64Array, start: number, end: number): number {
  const [a = 0, b = 0, c = 0] = [values[start], values[(start + end) >>> 1], values[end - 1]];
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function sum(values: Float64Array, start: number, end: number): number {
  let total = 0;
  for (let i = start; i < end; i++) total += values[i] ?? 0;
  return total;
}

function swap(values: Float64Array, i: number, j: number): void {
  const value = values[i] ?? 0;
  values[i] = values[j] ?? 0;
  values[j] = value;
}
