/** A layer's weights as the decode kernels bind them: what one product reads lies in one buffer. */
import type { WeightFormat } from '../kernels/weightFormats.ts';
import { stackOf, type Matrix, type Span } from './matrix.ts';
import type { LayerWeights } from './weights.ts';

/** A layer's weights as the kernels bind them. */
export interface LayerStacks {
  readonly projections: Stack;
  readonly adaptersIn: Span;
  readonly adaptersOut: Span;
  readonly output: Stack;
  readonly ffnKey: Stack;
  readonly ffnValue: Stack;
}

/** Rows of one format, one behind the other. */
export interface Stack {
  readonly format: WeightFormat;
  readonly rows: number;
  readonly columns: number;
  readonly weights: Span;
  readonly scales: Span;
}

/** The matrices as one; undefined where they do not lie one behind the other. */
export function stack(...matrices: readonly Matrix[]): Stack | undefined {
  const buffers = stackOf(matrices);
  const [first] = matrices;
  if (!buffers || !first) return undefined;
  return {
    ...buffers,
    format: first.format,
    columns: first.columns,
    rows: matrices.reduce((sum, { rows }) => sum + rows, 0),
  };
}

function adapterStack(matrices: readonly Matrix[]): Span | undefined {
  const made = stack(...matrices);
  return made?.format === 'f16' ? made.weights : undefined;
}

/** Undefined where some of the layer's matrices do not lie as the kernels want them. */
export function stacksOf(layer: LayerWeights): LayerStacks | undefined {
  const { w1, a1, g1, w2, a2, g2, valueResidual } = layer;
  const projections = stack(layer.receptance, layer.key, layer.value);
  const adaptersIn = adapterStack([w1, a1, g1, ...(valueResidual ? [valueResidual.v1] : [])]);
  const adaptersOut = adapterStack([w2, a2, g2, ...(valueResidual ? [valueResidual.v2] : [])]);
  const output = stack(layer.output);
  const ffnKey = stack(layer.ffnKey);
  const ffnValue = stack(layer.ffnValue);
  if (!projections || !adaptersIn || !adaptersOut || !output || !ffnKey || !ffnValue) return undefined;
  return { projections, adaptersIn, adaptersOut, output, ffnKey, ffnValue };
}
