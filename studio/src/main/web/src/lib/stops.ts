import type { Trace } from './trace';

export const PHASES = ['Forward', 'Loss', 'Backward', 'Update'] as const;

/** Where one can stand within an iteration. */
export type Stop =
  | { phase: 0; layer: number; unit: number }
  | { phase: 1 }
  | { phase: 2; layer: number; unit: number }
  | { phase: 3; parameter: number; at: number }
  | { phase: 3; parameter: -1; at: 0 };

const MOST_UPDATES = 100;

/** All stops in the order in which the numbers come about. */
export function stops(trace: Trace): Stop[] {
  const layers = trace.examples[0]?.layers ?? [];
  const list: Stop[] = [];
  layers.forEach((layer, l) => layer.units.forEach((_, unit) => list.push({ phase: 0, layer: l, unit })));
  list.push({ phase: 1 });
  for (let l = layers.length - 1; l >= 0; l--) layers[l].units.forEach((_, unit) => list.push({ phase: 2, layer: l, unit }));
  const numbers = trace.parameters.reduce((sum, parameter) => sum + parameter.weight.length, 0);
  trace.parameters.forEach((parameter, p) =>
    // A large network would make a thousand stops: then one for each tensor.
    (numbers > MOST_UPDATES ? [0] : parameter.weight.map((_, at) => at)).forEach((at) => list.push({ phase: 3, parameter: p, at })),
  );
  list.push({ phase: 3, parameter: -1, at: 0 });
  return list;
}
