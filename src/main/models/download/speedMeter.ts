/** How fast bytes arrive, over the last seconds. */

const WINDOW_MS = 5000;

export class SpeedMeter {
  #samples: { readonly timeMs: number; readonly bytes: number }[] = [];

  /** `bytes` are there at `timeMs`. */
  add(timeMs: number, bytes: number): void {
    const from = timeMs - WINDOW_MS;
    // One older sample stays, so that the window is always covered.
    const firstInside = this.#samples.findIndex((sample) => sample.timeMs > from);
    if (firstInside > 1) this.#samples.splice(0, firstInside - 1);
    this.#samples.push({ timeMs, bytes });
  }

  reset(): void {
    this.#samples = [];
  }

  get bytesPerSecond(): number {
    const first = this.#samples.at(0);
    const last = this.#samples.at(-1);
    if (!first || !last || last.timeMs === first.timeMs) return 0;
    return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.timeMs - first.timeMs));
  }
}
