/** One iteration, taken apart. */
export interface UnitTrace {
  products: number[];
  bias: number;
  z: number;
  a: number;
  slope?: number | null;
  blame: number;
  delta: number;
  mask?: number;
}

export interface ExampleTrace {
  row: number;
  inputs: number[];
  names: string[];
  target: number;
  layers: { path: string; activation: string; units: UnitTrace[] }[];
  probabilities: number[];
  loss: number;
}

export interface ParameterTrace {
  path: string;
  shape: number[];
  weight: number[];
  gradient: number[];
  numeric: (number | null)[] | null;
  worst: number | null;
  state: Record<string, { before: number[]; after: number[] }>;
  newWeight: number[];
  change: number[];
}

export interface Trace {
  step: number;
  epoch: number;
  rows: number[];
  detailed: number;
  learningRate: number;
  optimizer: string;
  lossName: string;
  examples: ExampleTrace[];
  loss: number;
  dataLoss: number;
  penalty: number;
  parameters: ParameterTrace[];
  lossAfter: number;
  predictedAfter: number;
  words: string[];
}

/** The value that comes in at the front of a connection of layer `l`. */
export function incoming(example: ExampleTrace, l: number, i: number): number {
  return l === 0 ? example.inputs[i] : example.layers[l - 1].units[i].a;
}

/** The outputs of a trace are told once, as probabilities; here they also are what their units say. */
export function filled(trace: Trace): Trace {
  for (const { layers, probabilities } of trace.examples) {
    const outputs = layers[layers.length - 1].units;
    outputs.forEach((unit, j) => (unit.a ??= outputs.length === 1 ? probabilities[1] : probabilities[j]));
  }
  return trace;
}
