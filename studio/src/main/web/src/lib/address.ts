import type { Change, Layer, Specification } from './lab.svelte';

/** What the page starts with. */
export const START: Specification = {
  seed: 42,
  data: { kind: 'circle', points: 300, noise: 0.1 },
  validation: 0.2,
  test: 0.2,
  features: ['x1', 'x2'],
  layers: [
    { units: 8, activation: 'tanh' },
    { units: 4, activation: 'tanh' },
  ],
  loss: 'cross-entropy',
  optimizer: 'adam',
  learningRate: 0.01,
  batch: 16,
  dropout: 0,
  l1: 0,
  l2: 0,
  weightDecay: 0,
  initializer: 'glorot',
};

const NUMBERS = ['seed', 'validation', 'test', 'learningRate', 'batch', 'dropout', 'l1', 'l2', 'weightDecay'] as const;
const TEXTS = ['loss', 'optimizer', 'initializer'] as const;

/** A specification as it stands in the address; what is as it starts is left out. */
export function written(specification: Specification, steps = 0, changes: Change[] = []): Record<string, string | undefined> {
  const s = specification;
  const differs = <T>(value: T, start: T) => (JSON.stringify(value) === JSON.stringify(start) ? undefined : value);
  const text: Record<string, string | undefined> = {};
  if (s.data.kind === 'points') {
    text.data = 'points';
    text.rows = (s.data.rows ?? []).map((row) => row.map((value) => Number(value.toPrecision(6))).join('_')).join('~');
  } else {
    text.data = differs(s.data.kind, START.data.kind);
    text.points = differs(s.data.points, START.data.points)?.toString();
    text.noise = differs(s.data.noise, START.data.noise)?.toString();
    if (s.data.kind === 'blobs') text.classes = s.data.classes?.toString();
  }
  text.features = differs(s.features, START.features)?.join(',');
  text.layers = differs(s.layers, START.layers)?.map((layer) => `${layer.units}${layer.activation}`).join(',');
  if (text.layers === '') text.layers = 'none';
  for (const key of NUMBERS) text[key] = differs(s[key], START[key])?.toString();
  for (const key of TEXTS) text[key] = differs(s[key], START[key]);
  if (s.weights && Object.keys(s.weights).length) text.weights = JSON.stringify(s.weights);
  if (steps) text.steps = steps.toString();
  if (changes.length) {
    text.changes = changes
      .map((c) => (c.parameter !== undefined ? [c.step, c.parameter, c.index.join('.'), c.value] : [c.step, c.learningRate ?? c.value]).join('_'))
      .join('~');
  }
  return text;
}

export function read(query: URLSearchParams): { specification: Specification; steps: number; changes: Change[] } {
  const s: Specification = structuredClone(START);
  const kind = query.get('data') ?? START.data.kind;
  const finite = (text: string | null, otherwise: number) =>
    text !== null && text !== '' && Number.isFinite(Number(text)) ? Number(text) : otherwise;
  s.data =
    kind === 'points'
      ? { kind, rows: (query.get('rows') ?? '').split('~').map((row) => row.split('_').map(Number)) }
      : {
          kind,
          points: finite(query.get('points'), START.data.points!),
          noise: finite(query.get('noise'), START.data.noise!),
          ...(kind === 'blobs' ? { classes: finite(query.get('classes'), 3) } : {}),
        };
  const features = query.get('features');
  if (features) s.features = features.split(',');
  const layers = query.get('layers');
  if (layers === 'none') s.layers = [];
  else if (layers) {
    s.layers = layers
      .split(',')
      .map((text) => /^(\d+)([a-z-]+)$/.exec(text))
      .filter((found) => found !== null)
      .map(([, units, activation]): Layer => ({ units: Number(units), activation }));
  }
  for (const key of NUMBERS) s[key] = finite(query.get(key), START[key]);
  for (const key of TEXTS) s[key] = query.get(key) ?? START[key];
  try {
    const weights = query.get('weights');
    if (weights) s.weights = JSON.parse(weights);
  } catch {
    // an address that was cut: the network starts as it does without
  }
  const changes = (query.get('changes') ?? '')
    .split('~')
    .filter(Boolean)
    .map((text): Change => {
      const [step, a, index, value] = text.split('_');
      return index === undefined
        ? { step: Number(step), learningRate: Number(a) }
        : { step: Number(step), parameter: a, index: index.split('.').map(Number), value: Number(value) };
    });
  return { specification: s, steps: finite(query.get('steps'), 0), changes };
}
