// A small network in double precision, written from the formulas and apart from Nudge: the pages are developed against
// it, and the browser tests compare what the pages show with what it computes.

export const activations = {
  linear: [(z) => z, () => 1],
  relu: [(z) => Math.max(0, z), (z) => (z > 0 ? 1 : 0)],
  'leaky-relu': [(z) => (z > 0 ? z : 0.01 * z), (z) => (z > 0 ? 1 : 0.01)],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  sigmoid: [(z) => 1 / (1 + Math.exp(-z)), (z, a) => a * (1 - a)],
};

export const features = {
  x1: (x) => x[0],
  x2: (x) => x[1],
  'x1^2': (x) => x[0] ** 2,
  'x2^2': (x) => x[1] ** 2,
  'x1*x2': (x) => x[0] * x[1],
  'sin(x1)': (x) => Math.sin(Math.PI * x[0]),
  'sin(x2)': (x) => Math.sin(Math.PI * x[1]),
};

function softmax(z) {
  const top = Math.max(...z);
  const e = z.map((each) => Math.exp(each - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((each) => each / sum);
}

/**
 * One example through the network and back. `layers` are `{weight, bias, activation}`, the last one the output:
 * "sigmoid" with one unit or "softmax".
 */
export function trace(layers, inputs, target, lossName) {
  const passes = [];
  let a = inputs;
  for (const layer of layers) {
    const input = a;
    const units = layer.bias.map((bias, j) => {
      const products = input.map((x, i) => x * layer.weight[i][j]);
      return { products, bias, z: products.reduce((s, p) => s + p, 0) + bias };
    });
    if (layer.activation === 'softmax') {
      softmax(units.map((u) => u.z)).forEach((p, j) => (units[j].a = p));
    } else {
      const [f, slope] = activations[layer.activation];
      units.forEach((u) => ((u.a = f(u.z)), (u.slope = slope(u.z, u.a))));
    }
    a = units.map((u) => u.a);
    passes.push({ input, units });
  }
  const out = passes.at(-1).units;
  let loss;
  let probabilities;
  if (out.length === 1) {
    const p = out[0].a;
    probabilities = [1 - p, p];
    loss = lossName === 'mse' ? (p - target) ** 2 : -Math.log(Math.max(1e-300, target === 1 ? p : 1 - p));
    out[0].blame = lossName === 'mse' ? 2 * (p - target) : (p - target) / Math.max(1e-300, p * (1 - p));
    out[0].delta = lossName === 'mse' ? out[0].blame * p * (1 - p) : p - target;
  } else {
    probabilities = out.map((u) => u.a);
    loss = -Math.log(Math.max(1e-300, probabilities[target]));
    out.forEach((u, k) => ((u.delta = u.a - (k === target ? 1 : 0)), (u.blame = u.delta)));
  }
  for (let l = layers.length - 2; l >= 0; l--) {
    passes[l].units.forEach((u, j) => {
      u.blame = passes[l + 1].units.reduce((s, next, k) => s + next.delta * layers[l + 1].weight[j][k], 0);
      u.delta = u.blame * u.slope;
    });
  }
  return { passes, probabilities, loss };
}

/** Mean loss of rows `[inputs, target]`, and the gradients of it. */
export function batch(layers, rows, lossName) {
  const gradients = layers.map((layer) => ({
    weight: layer.weight.map((row) => row.map(() => 0)),
    bias: layer.bias.map(() => 0),
  }));
  let loss = 0;
  let right = 0;
  for (const [inputs, target] of rows) {
    const seen = trace(layers, inputs, target, lossName);
    loss += seen.loss / rows.length;
    right += seen.probabilities.indexOf(Math.max(...seen.probabilities)) === target ? 1 : 0;
    seen.passes.forEach((pass, l) =>
      pass.units.forEach((u, j) => {
        gradients[l].bias[j] += u.delta / rows.length;
        pass.input.forEach((x, i) => (gradients[l].weight[i][j] += (u.delta * x) / rows.length));
      }),
    );
  }
  return { loss, accuracy: right / rows.length, gradients };
}

/** One number of a list and how the optimizer moves it; `state` keeps what it remembers. */
export function move(optimizer, w, g, rate, state, step) {
  const [b1, b2, eps] = [0.9, 0.999, 1e-8];
  switch (optimizer) {
    case 'momentum':
      state.velocity = b1 * (state.velocity ?? 0) + g;
      return w - rate * state.velocity;
    case 'rmsprop':
      state.square = 0.99 * (state.square ?? 0) + 0.01 * g * g;
      return w - (rate * g) / (Math.sqrt(state.square) + eps);
    case 'adagrad':
      state.sum = (state.sum ?? 0) + g * g;
      return w - (rate * g) / (Math.sqrt(state.sum) + 1e-10);
    case 'adam':
    case 'adamw': {
      state.mean = b1 * (state.mean ?? 0) + (1 - b1) * g;
      state.variance = b2 * (state.variance ?? 0) + (1 - b2) * g * g;
      const m = state.mean / (1 - b1 ** step);
      const v = state.variance / (1 - b2 ** step);
      return w - (rate * m) / (Math.sqrt(v) + eps);
    }
    default:
      return w - rate * g;
  }
}
