/** Steps that read or write a session's state: their bind groups wait for the state's buffers. */

/** Makes the bind group of a step once the state's buffers are known. */
export type StateGroupMaker = (shift: GPUBuffer, wkv: GPUBuffer) => GPUBindGroup;

/** Numbers the state-touching steps of all plans of a model. */
export class StateSteps {
  readonly #makers: StateGroupMaker[] = [];

  /** Returns the number by which a step names its bind group. */
  add(make: StateGroupMaker): number {
    return this.#makers.push(make) - 1;
  }

  make(index: number, shift: GPUBuffer, wkv: GPUBuffer): GPUBindGroup {
    const maker = this.#makers[index];
    if (!maker) throw new RangeError(`there is no state step ${index}`);
    return maker(shift, wkv);
  }
}
