// A stand-in for the server while the pages are developed: "npm run dev" answers the studio's addresses from here. It
// keeps to the shape of the answers, not to the numbers of Nudge.
import { randomBytes } from 'node:crypto';
import { batch, features, move, trace } from './network.mjs';

const EXTENT = 1.5;

function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function points({ kind, points: n, noise, classes, rows }, draw) {
  if (kind === 'points') return rows;
  const gauss = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  return Array.from({ length: n }, (_, i) => {
    const c = i % classes;
    if (kind === 'xor') {
      const [a, b] = [draw() * 2 - 1, draw() * 2 - 1];
      return [a + noise * gauss() * 0.3, b + noise * gauss() * 0.3, a * b > 0 ? 1 : 0];
    }
    if (kind === 'moons') {
      const t = Math.PI * draw();
      const [a, b] = c ? [1 - Math.cos(t) - 0.5, 0.3 - Math.sin(t)] : [Math.cos(t) - 0.5, Math.sin(t) - 0.2];
      return [a * 0.8 + noise * gauss() * 0.5, b + noise * gauss() * 0.5, c];
    }
    if (kind === 'spiral') {
      const t = (i / n) * 3 * Math.PI + 0.3;
      const r = i / n;
      return [r * Math.sin(t + c * Math.PI) + noise * gauss() * 0.2, r * Math.cos(t + c * Math.PI) + noise * gauss() * 0.2, c];
    }
    if (kind === 'blobs') {
      const t = (2 * Math.PI * c) / classes;
      return [0.6 * Math.cos(t) + 0.2 * gauss(), 0.6 * Math.sin(t) + 0.2 * gauss(), c];
    }
    const r = c ? 0.45 * Math.sqrt(draw()) : 0.65 + 0.35 * draw();
    const t = 2 * Math.PI * draw();
    return [r * Math.cos(t) + noise * gauss() * 0.3, r * Math.sin(t) + noise * gauss() * 0.3, c];
  });
}

const DEFAULTS = {
  seed: 42,
  data: { kind: 'circle', points: 200, noise: 0.1, classes: 2 },
  validation: 0.2,
  test: 0.2,
  features: ['x1', 'x2'],
  layers: [{ units: 8, activation: 'tanh' }],
  loss: 'cross-entropy',
  optimizer: 'sgd',
  learningRate: 0.03,
  batch: 16,
  dropout: 0,
  l1: 0,
  l2: 0,
  weightDecay: 0,
  initializer: 'glorot',
};

class Lab {
  constructor(given) {
    this.id = randomBytes(6).toString('hex');
    this.specification = { ...DEFAULTS, ...given, data: { ...DEFAULTS.data, ...given.data } };
    const s = this.specification;
    const draw = random(s.seed);
    const all = points(s.data, draw);
    for (let i = all.length - 1; i > 0; i--) {
      const j = Math.floor(draw() * (i + 1));
      [all[i], all[j]] = [all[j], all[i]];
    }
    const validation = Math.floor(all.length * s.validation);
    const test = Math.floor(all.length * s.test);
    this.data = {
      validation: all.slice(0, validation),
      test: all.slice(validation, validation + test),
      train: all.slice(validation + test),
    };
    this.classes = s.data.kind === 'points' || s.data.kind === 'blobs' ? Math.max(...all.map((r) => r[2])) + 1 : 2;
    this.clients = new Set();
    this.reset();
  }

  reset() {
    const s = this.specification;
    const draw = random(s.seed + 1);
    const sizes = [s.features.length, ...s.layers.map((l) => l.units), this.classes > 2 ? this.classes : 1];
    this.layers = sizes.slice(1).map((units, l) => ({
      path: `layers.${l}`,
      activation: s.layers[l]?.activation ?? (units > 1 ? 'softmax' : 'sigmoid'),
      weight:
        s.weights?.[`layers.${l}.weight`]?.map((row) => [...row]) ??
        Array.from({ length: sizes[l] }, () =>
          Array.from({ length: units }, () => (draw() * 2 - 1) * Math.sqrt(6 / (sizes[l] + units))),
        ),
      bias: s.weights?.[`layers.${l}.bias`]?.slice() ?? Array(units).fill(0),
    }));
    this.memory = new Map();
    this.step = 0;
    this.rate = s.learningRate;
    this.history = [];
    this.epochs = [];
    this.changes = [];
    this.lossOfBatch = null;
    this.pause();
    this.note();
  }

  get perEpoch() {
    return Math.ceil(this.data.train.length / this.specification.batch);
  }

  rows(list) {
    return list.map((row) => [this.specification.features.map((name) => features[name](row)), row[2]]);
  }

  nextRows() {
    const epoch = Math.floor(this.step / this.perEpoch);
    const draw = random(this.specification.seed * 7919 + epoch);
    const order = this.data.train.map((_, i) => i);
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(draw() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    const at = (this.step % this.perEpoch) * this.specification.batch;
    return order.slice(at, at + this.specification.batch);
  }

  score(list) {
    return list.length ? batch(this.layers, this.rows(list), this.specification.loss) : { loss: null, accuracy: null };
  }

  note() {
    const [train, validation, test] = ['train', 'validation', 'test'].map((part) => this.score(this.data[part]));
    this.epochs.push({ epoch: this.step / this.perEpoch, step: this.step, train, validation, test });
  }

  /** The parameters as lists of numbers with their places. */
  each(use) {
    this.layers.forEach((layer, l) => {
      layer.weight.forEach((row, i) => row.forEach((_, j) => use(`${layer.path}.weight`, l, [i, j])));
      layer.bias.forEach((_, j) => use(`${layer.path}.bias`, l, [j]));
    });
  }

  read(l, at) {
    return at.length === 2 ? this.layers[l].weight[at[0]][at[1]] : this.layers[l].bias[at[0]];
  }

  write(l, at, value) {
    if (at.length === 2) this.layers[l].weight[at[0]][at[1]] = value;
    else this.layers[l].bias[at[0]] = value;
  }

  advance() {
    const rows = this.rows(this.nextRows().map((i) => this.data.train[i]));
    const { loss, gradients } = batch(this.layers, rows, this.specification.loss);
    this.step++;
    this.each((path, l, at) => {
      const key = path + at;
      const state = this.memory.get(key) ?? {};
      this.memory.set(key, state);
      const g = at.length === 2 ? gradients[l].weight[at[0]][at[1]] : gradients[l].bias[at[0]];
      this.write(l, at, move(this.specification.optimizer, this.read(l, at), g, this.rate, state, this.step));
    });
    this.lossOfBatch = loss;
    this.history.push(loss);
    if (this.step % this.perEpoch === 0) this.note();
  }

  grid(size, values) {
    const cells = [];
    for (let r = 0; r < size; r++)
      for (let c = 0; c < size; c++) {
        const x = [(-1 + (2 * (c + 0.5)) / size) * EXTENT, (1 - (2 * (r + 0.5)) / size) * EXTENT];
        cells.push(values(this.specification.features.map((name) => features[name](x))));
      }
    return cells;
  }

  pack(size, cells) {
    const low = Math.min(...cells);
    const high = Math.max(...cells);
    const bytes = Buffer.from(cells.map((v) => (high > low ? Math.round(((v - low) / (high - low)) * 255) : 0)));
    return { size, low, high, cells: bytes.toString('base64') };
  }

  state() {
    const s = this.specification;
    const next = batch(this.layers, this.rows(this.nextRows().map((i) => this.data.train[i])), s.loss);
    const last = this.epochs.at(-1);
    const now = Object.fromEntries(['train', 'validation', 'test'].map((part) => [part, this.score(this.data[part])]));
    const small = this.grid(24, (x) => trace(this.layers, x, 0, s.loss).passes.map((p) => p.units.map((u) => u.a)));
    const share = this.data.train.filter((r) => r[2] === 1).length / this.data.train.length;
    const best = this.epochs.reduce((a, b) => ((b.validation.loss ?? 9) < (a.validation.loss ?? 9) ? b : a));
    const since = Math.max(best.epoch + 5, 0);
    const overfit =
      last.validation.loss !== null && last.epoch > since && last.validation.loss > 1.05 * best.validation.loss && last.train.loss < best.train.loss
        ? { since: best.epoch + 1, best: best.epoch, words: `Overfitting since epoch ${best.epoch + 1}: validation rose from ${best.validation.loss.toFixed(2)} to ${last.validation.loss.toFixed(2)} while training fell to ${last.train.loss.toFixed(2)}.` }
        : null;
    const know = this.classes > 2 ? Math.log(this.classes) : -share * Math.log(share) - (1 - share) * Math.log(1 - share);
    return {
      id: this.id,
      step: this.step,
      epoch: Math.floor(this.step / this.perEpoch),
      batchInEpoch: this.step % this.perEpoch,
      stepsPerEpoch: this.perEpoch,
      running: !!this.timer,
      stepsPerSecond: this.timer ? this.speed : 0,
      learningRate: this.rate,
      digest: [...`${this.layers[0].weight[0][0]}${this.step}`].reduce((h, c) => (h * 31 + c.charCodeAt(0)) >>> 0, 7).toString(16).padStart(64, '0'),
      problem: null,
      loss: { batch: this.lossOfBatch, train: now.train.loss, validation: now.validation.loss, test: now.test.loss, knowNothing: know || 0 },
      accuracy: { train: now.train.accuracy, validation: now.validation.accuracy, test: now.test.accuracy, knowNothing: Math.max(share, 1 - share) },
      gradientNorm: Math.sqrt(next.gradients.flatMap((g) => [...g.weight.flat(), ...g.bias]).reduce((a, b) => a + b * b, 0)),
      layers: this.layers.map((layer, l) => ({
        path: layer.path,
        inputs: layer.weight.length,
        units: layer.bias.length,
        activation: layer.activation,
        weight: layer.weight,
        weightGradient: next.gradients[l].weight,
        bias: layer.bias,
        biasGradient: next.gradients[l].bias,
        grids: layer.bias.map((_, j) => this.pack(24, small.map((each) => each[l][j]))),
      })),
      features: s.features.map((name, i) => ({ name, grid: this.pack(24, this.grid(24, (x) => x[i])) })),
      output: this.layers.at(-1).bias.map((_, j) => ({ ...this.pack(64, this.grid(64, (x) => trace(this.layers, x, 0, s.loss).passes.at(-1).units[j].a)) })),
      extent: EXTENT,
      best: { epoch: best.epoch, validation: best.validation.loss },
      overfit,
      words: now.train.loss < 0.9 * know ? `learning: loss ${now.train.loss.toFixed(3)} beats know-nothing ${know.toFixed(3)}` : `not yet better than know-nothing: ${now.train.loss.toFixed(3)}`,
      changes: this.changes,
    };
  }

  run(speed, until) {
    this.speed = speed || 500;
    this.pause();
    this.timer = setInterval(() => {
      for (let i = 0; i < Math.max(1, this.speed / 10); i++) if (!until || this.step < until) this.advance();
      if (until && this.step >= until) this.pause();
      this.tell();
    }, 100);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
  }

  tell() {
    if (!this.clients.size) return;
    const text = `event: lab\ndata: ${JSON.stringify(this.state())}\n\n`;
    this.clients.forEach((client) => client.write(text));
  }

  view() {
    return { id: this.id, specification: this.specification, scaling: { x1: [0, 1], x2: [0, 1] }, data: this.data, state: this.state() };
  }

  trace(chosen) {
    const s = this.specification;
    const rows = chosen ?? this.nextRows();
    const examples = rows.map((i) => this.data.train[i]);
    const { loss, gradients } = batch(this.layers, this.rows(examples), s.loss);
    const copy = structuredClone(this.layers);
    const parameters = [];
    this.layers.forEach((layer, l) => {
      for (const part of ['weight', 'bias']) {
        const path = `${layer.path}.${part}`;
        const list = { path, shape: part === 'weight' ? [layer.weight.length, layer.bias.length] : [layer.bias.length], weight: [], gradient: [], numeric: [], worst: 0, state: {}, newWeight: [], change: [] };
        const places = part === 'weight' ? layer.weight.flatMap((row, i) => row.map((_, j) => [i, j])) : layer.bias.map((_, j) => [j]);
        for (const at of places) {
          const w = this.read(l, at);
          const g = part === 'weight' ? gradients[l].weight[at[0]][at[1]] : gradients[l].bias[at[0]];
          const value = (v) => {
            this.write(l, at, v);
            const found = batch(this.layers, this.rows(examples), s.loss).loss;
            this.write(l, at, w);
            return found;
          };
          const numeric = (value(w + 1e-5) - value(w - 1e-5)) / 2e-5;
          const state = { ...(this.memory.get(path + at) ?? {}) };
          const before = { ...state };
          const updated = move(s.optimizer, w, g, this.rate, state, this.step + 1);
          for (const name of Object.keys(state)) {
            list.state[name] ??= { before: [], after: [] };
            list.state[name].before.push(before[name] ?? 0);
            list.state[name].after.push(state[name]);
          }
          list.weight.push(w);
          list.gradient.push(g);
          list.numeric.push(numeric);
          list.worst = Math.max(list.worst, Math.abs(numeric - g));
          list.newWeight.push(updated);
          list.change.push(updated - w);
          if (part === 'weight') copy[l].weight[at[0]][at[1]] = updated;
          else copy[l].bias[at[0]] = updated;
        }
        parameters.push(list);
      }
    });
    const after = batch(copy, this.rows(examples), s.loss).loss;
    return {
      step: this.step,
      epoch: Math.floor(this.step / this.perEpoch),
      rows,
      detailed: Math.min(8, rows.length),
      learningRate: this.rate,
      optimizer: s.optimizer,
      lossName: s.loss,
      examples: rows.slice(0, 8).map((row) => {
        const [inputs, target] = this.rows([this.data.train[row]])[0];
        const seen = trace(this.layers, inputs, target, s.loss);
        return {
          row,
          inputs,
          names: s.features,
          target,
          layers: seen.passes.map((pass, l) => ({ path: `layers.${l}`, activation: this.layers[l].activation, units: pass.units })),
          probabilities: seen.probabilities,
          loss: seen.loss,
        };
      }),
      loss,
      dataLoss: loss,
      penalty: 0,
      parameters,
      lossAfter: after,
      predictedAfter: loss + parameters.reduce((sum, p) => sum + p.gradient.reduce((t, g, i) => t + g * p.change[i], 0), 0),
      words: [],
    };
  }
}

const labs = new Map();
const PRESETS = [
  { id: 'fruit', title: '0.92 = apple', words: 'The network is sure it is an apple. It is an orange.', page: 'step', specification: { data: { kind: 'points', rows: [[0.5, 0.2, 0], [-0.5, -0.2, 1]] }, validation: 0, test: 0, layers: [], batch: 1, learningRate: 0.1, weights: { 'layers.0.weight': [[4], [2.2]], 'layers.0.bias': [0.0023] } }, rows: [0], numbers: { p: 0.92, squaredError: 0.8464, loss: 2.5257 } },
  { id: 'circle', title: 'Circle', words: 'A ring around a disc.', page: 'playground', specification: { data: { kind: 'circle' } } },
];

function lab(path, method, body) {
  if (path === '/api/lab' && method === 'POST') {
    const made = new Lab(body);
    labs.set(made.id, made);
    return made.view();
  }
  const [, , , id, action] = path.split('/');
  const it = labs.get(id);
  if (!it) return undefined;
  switch (action) {
    case undefined:
      return it.view();
    case 'step':
      for (let i = 0; i < (body.steps ?? 1); i++) it.advance();
      break;
    case 'run':
      it.run(body.stepsPerSecond, body.until);
      break;
    case 'pause':
      it.pause();
      break;
    case 'reset':
      it.reset();
      break;
    case 'set':
      if (body.learningRate) it.rate = body.learningRate;
      else {
        const layer = Number(body.parameter.split('.')[1]);
        it.write(layer, body.index, body.value);
      }
      it.changes.push({ step: it.step, ...body });
      break;
    case 'close':
      it.pause();
      labs.delete(id);
      return { closed: true };
    case 'fork': {
      const made = new Lab({ ...it.specification, ...body.specification, data: { ...it.specification.data, ...body.specification?.data } });
      labs.set(made.id, made);
      return made.view();
    }
    case 'sharpness':
      return { lambdaMax: 3.74, limit: 0.535, iterations: 12, residual: 1e-4, step: it.step };
    case 'check': {
      const found = it.trace().parameters.find((p) => p.path === body.parameter);
      const at = body.index.length === 2 ? body.index[0] * found.shape[1] + body.index[1] : body.index[0];
      return { gradient: found.gradient[at], numeric: found.numeric[at], difference: Math.abs(found.gradient[at] - found.numeric[at]) };
    }
    case 'trace':
      return it.trace(body.rows);
    case 'history': {
      const pick = (part, of) => it.epochs.map((e) => e[part][of]);
      return {
        batchLoss: { points: it.history.length, steps: it.history.map((_, i) => i + 1), low: it.history, mean: it.history, high: it.history },
        epochs: { epoch: it.epochs.map((e) => e.epoch), step: it.epochs.map((e) => e.step), trainLoss: pick('train', 'loss'), validationLoss: pick('validation', 'loss'), testLoss: pick('test', 'loss'), trainAccuracy: pick('train', 'accuracy'), validationAccuracy: pick('validation', 'accuracy'), testAccuracy: pick('test', 'accuracy') },
      };
    }
    default:
      return undefined;
  }
  it.tell();
  return it.state();
}

function rates(body) {
  const runs = body.rates.map((learningRate) => {
    const it = new Lab({ ...body.specification, learningRate });
    const steps = [];
    const loss = [];
    for (let i = 0; i <= body.steps; i++) {
      if (i % Math.ceil(body.steps / 100) === 0) {
        steps.push(i);
        loss.push(it.score(it.data.train).loss);
      }
      it.advance();
    }
    const final = it.score(it.data.train);
    return { learningRate, steps, loss, finalLoss: final.loss, accuracy: final.accuracy, updateRatio: learningRate / 10, verdict: learningRate > 0.05 ? 'too high' : learningRate < 1e-5 ? 'too low' : 'good', words: 'what happened, in words', sharpnessAtEnd: null, digest: 'ab' };
  });
  return { sharpness: { lambdaMax: 3.74, limit: 0.535, iterations: 12, residual: 1e-4, step: 0 }, knowNothing: 0.693, runs, words: 'Whether the table holds here.' };
}

// One run that goes on for ever, and one that has ended.
const begun = Date.now() / 1000 - 120;
const curveOf = (from, to, f) => {
  const steps = [];
  for (let s = from; s <= to; s++) steps.push(s);
  return { points: steps.length, steps, low: steps.map((s) => f(s) * 0.9), mean: steps.map(f), high: steps.map((s) => f(s) * 1.12) };
};
const series = {
  loss: (s) => 2.3 * Math.exp(-s / 300) + 0.2 + 0.05 * Math.sin(s * 12.9898),
  gradientNorm: (s) => 1 + 0.5 * Math.sin(s / 9) ** 2,
  learningRate: () => 0.1,
  examplesPerSecond: (s) => 24000 + 500 * Math.sin(s / 5),
  seconds: (s) => s / 10,
  validationLoss: (s) => 2.2 * Math.exp(-s / 280) + 0.28 + s / 8000,
  'layers.0.weight/updateRatio': (s) => 1e-3 * (1 + Math.sin(s / 30) * 0.3),
  'layers.2.weight/updateRatio': (s) => 2e-3 * (1 + Math.cos(s / 30) * 0.3),
  'layers.0.weight/gradientNorm': (s) => 0.3 * (1 + Math.sin(s / 30) * 0.3),
  'layers.2.weight/gradientNorm': (s) => 0.5 * (1 + Math.cos(s / 30) * 0.3),
};
const stepNow = () => Math.floor((Date.now() / 1000 - begun) * 10);
const runOf = (id) => {
  const step = id === 'digits-42' ? stepNow() : 900;
  return { id, status: id === 'digits-42' ? 'running' : 'budget', record: { kind: 'train', seed: 42, knowNothing: 2.302, settings: { data: 'digits', model: id === 'digits-42' ? 'mlp:64:tanh' : 'mlp:128:relu', lr: '0.1' } }, series: Object.keys(series), begun, started: { parameters: 4810, examples: 3000, batch: 32, stepsPerEpoch: 94, totalSteps: 9400, epoch: 1 }, step, loss: series.loss(step), validationLoss: series.validationLoss(step), bestValidationLoss: 0.41 };
};
const epochEvents = (step) =>
  [{ id: 1, time: begun, step: 0, kind: 'started', detail: { parameters: 4810, examples: 3000 } }].concat(
    Array.from({ length: Math.floor(step / 94) }, (_, i) => ({ id: i + 2, time: begun + i * 9, step: (i + 1) * 94, kind: 'epoch', detail: { epoch: i + 1, trainingLoss: series.loss((i + 1) * 94), best: true, validationLoss: series.validationLoss((i + 1) * 94), accuracy: 1 - 0.8 * Math.exp(-i / 3) } })),
  );

function runs(path, query) {
  if (path === '/api/runs') return [runOf('digits-42'), runOf('digits-43-relu')];
  const [, , , id, what] = path.split('/');
  if (!what) return runOf(id);
  const step = runOf(id).step;
  if (what === 'events') return epochEvents(step).filter((e) => e.id > Number(query.get('after') ?? 0));
  if (what === 'wish') return { asked: true };
  if (what === 'curve') {
    const name = query.get('series');
    if (name === 'validationLoss') {
      const steps = Array.from({ length: Math.floor(step / 94) }, (_, i) => (i + 1) * 94);
      return { points: steps.length, steps, low: steps.map(series[name]), mean: steps.map(series[name]), high: steps.map(series[name]) };
    }
    return curveOf(1, step, series[name]);
  }
  return undefined;
}

export function mock() {
  return {
    name: 'mock',
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const url = new URL(request.url, 'http://localhost');
        if (!url.pathname.startsWith('/api/')) return next();
        let text = '';
        for await (const part of request) text += part;
        const body = text ? JSON.parse(text) : {};
        if (url.pathname.endsWith('/stream')) {
          response.writeHead(200, { 'Content-Type': 'text/event-stream' });
          const id = url.pathname.split('/')[3];
          if (url.pathname.startsWith('/api/lab')) {
            const it = labs.get(id);
            if (!it) return response.end();
            it.clients.add(response);
            request.on('close', () => it.clients.delete(response));
            it.tell();
          } else {
            let seen = stepNow();
            const timer = setInterval(() => {
              const now = stepNow();
              if (id === 'digits-42' && now > seen) {
                const curves = Object.fromEntries(Object.entries(series).filter(([n]) => n !== 'validationLoss').map(([n, f]) => [n, curveOf(seen + 1, now, f)]));
                response.write(`event: run\ndata: ${JSON.stringify({ run: id, status: 'running', curves, events: [] })}\n\n`);
                seen = now;
              }
            }, 250);
            request.on('close', () => clearInterval(timer));
            response.write(': hello\n\n');
          }
          return;
        }
        const answer = url.pathname.startsWith('/api/lab')
          ? lab(url.pathname, request.method, body)
          : url.pathname === '/api/presets'
            ? PRESETS
            : url.pathname === '/api/rates'
              ? rates(body)
              : url.pathname === '/api/about'
                ? { version: '0.1.0', java: '25', processors: 2, runs: '/runs' }
                : runs(url.pathname, url.searchParams);
        response.writeHead(answer === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(answer ?? { error: 'not_found', message: 'there is nothing here' }));
      });
    },
  };
}
