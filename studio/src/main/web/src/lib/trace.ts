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
