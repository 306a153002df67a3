import { number, percent, whole } from '../../lib/format';
import { Chance, Clouds, dot } from '../chance';
import type { Saying } from '../trial';

/** Sayings about the step: gradients, rates and rules. */

/** A line through points with two inputs, the second one on a scale of its own; its mean squared error is a bowl. */
function regression(scale: number) {
  const chance = new Chance(11);
  const gram = [0, 0, 0];
  const cross = [0, 0];
  let square = 0;
  const count = 400;
  for (let i = 0; i < count; i++) {
    const x = [chance.normal(), chance.normal() * scale];
    const y = 1.5 * x[0] - (4 * x[1]) / scale + 0.1 * chance.normal();
    gram[0] += (x[0] * x[0]) / count;
    gram[1] += (x[0] * x[1]) / count;
    gram[2] += (x[1] * x[1]) / count;
    cross[0] += (x[0] * y) / count;
    cross[1] += (x[1] * y) / count;
    square += (y * y) / count;
  }
  const loss = (w: number[]) => square - 2 * dot(w, cross) + w[0] ** 2 * gram[0] + 2 * w[0] * w[1] * gram[1] + w[1] ** 2 * gram[2];
  const sharpest = gram[0] + gram[2] + Math.sqrt((gram[0] - gram[2]) ** 2 + 4 * gram[1] ** 2); // of twice the matrix
  const train = (rate: number, steps: number) => {
    const w = [0, 0];
    for (let step = 1; step <= steps; step++) {
      const g = [2 * (gram[0] * w[0] + gram[1] * w[1] - cross[0]), 2 * (gram[1] * w[0] + gram[2] * w[1] - cross[1])];
      w[0] -= rate * g[0];
      w[1] -= rate * g[1];
      if (!(loss(w) < 1e6 * square)) return { gone: step, loss: Infinity };
    }
    return { gone: 0, loss: loss(w) };
  };
  return { limit: 2 / sharpest, start: square, train };
}

const CLOUDS = new Clouds(200, 5);

/** How often a step lowered the loss of all examples. */
function downward(batch: number, rate: number) {
  const chance = new Chance(9);
  const w = [0, 0, 0];
  let fell = 0;
  let before = CLOUDS.loss(w);
  const steps = 400;
  for (let step = 0; step < steps; step++) {
    const rows = batch === 200 ? CLOUDS.points.map((_, i) => i) : Array.from({ length: batch }, () => chance.below(200));
    CLOUDS.gradient(w, rows).forEach((g, i) => (w[i] -= rate * g));
    const loss = CLOUDS.loss(w);
    if (loss < before) fell++;
    before = loss;
  }
  return { share: fell / steps, loss: before };
}

/** Shrinks two weights whose gradients only shake them: one strongly, the other weakly. */
function shrink(adam: boolean, penalty: number, decoupled: boolean) {
  const rate = 0.01;
  return [1, 0.01].map((size) => {
    let w = 1;
    let [m, v] = [0, 0];
    for (let step = 1; step <= 100; step++) {
      const g = (step % 2 ? size : -size) + (decoupled ? 0 : penalty * w);
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      const move = adam ? m / (1 - 0.9 ** step) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8) : g;
      w -= rate * (move + (decoupled ? penalty * w : 0));
    }
    return w;
  });
}

/** Steps until a saddle is left: f(x, y) = x²/2 − y²/2 + y⁴/4 from y = `start`, at a rate of 0.1. */
function leave(method: number, start: number) {
  const chance = new Chance(2);
  let y = start;
  let [m, v] = [0, 0];
  for (let step = 1; step <= 20_000; step++) {
    const g = -y + y ** 3;
    if (method === 1) y -= 0.1 * (m = 0.9 * m + g);
    else if (method === 2) {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      y -= (0.1 * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8);
    } else y -= 0.1 * (g + (method === 3 ? 0.001 * chance.normal() : 0));
    if (Math.abs(y) > 0.5) return step;
  }
  return Infinity;
}

export const STEPS: Saying[] = [
  {
    id: 'rate',
    said: '“0.1 is too high, 0.001 is right.”',
    so: 'There is no rate that is right for all. The border for plain gradient descent is 2/λ, and λ belongs to this network and these data: here a line with two inputs, trained for 2 000 steps.',
    controls: [{ label: 'spread of the second input', from: 0, to: 1, step: 0.05, value: 1, power: true, text: (value) => number(value, 2) }],
    show: (scale) => {
      const line = regression(scale);
      const rows = [0.1, 0.001, 1e-7].map((rate): [string, string] => {
        const { gone, loss } = line.train(rate, 2000);
        return [`loss at ${number(rate, 1)}`, gone ? `gone at step ${gone}` : number(loss)];
      });
      return {
        rows: [['limit 2/λ', number(line.limit, 3)], ['loss at the start', number(line.start)], ...rows],
        words: line.limit < 0.1 ? '0.1 is above the limit. Scale the input down, and it is below.' : '0.1 is below the limit now, and the best of the three.',
      };
    },
    see: ['rates', 'Learning-rate lab'],
  },
  {
    id: 'falls',
    said: '“The loss falls with every step.”',
    so: 'The trend falls. Single steps go up often, because every batch is a different sample. Here the loss of all examples is taken after each of 400 steps.',
    controls: [
      { label: 'examples in a batch', options: ['1', '8', '32', 'all 200'], value: 0 },
      { label: 'learning rate', options: ['0.1', '1'], value: 0 },
    ],
    show: (batch, rate) => {
      const { share, loss } = downward([1, 8, 32, 200][batch], [0.1, 1][rate]);
      return {
        rows: [['steps that lowered it', percent(share, 0)], ['loss in the end', number(loss)]],
        words: share === 1 ? 'All examples, and a rate below the limit: every single step goes down.' : `${percent(1 - share, 0)} of the steps went up, and training is well.`,
      };
    },
    see: ['playground?batch=1', 'Batches of one'],
  },
  {
    id: 'descent',
    said: '“Gradient descent is the loss, backpropagation and the learning rate together.”',
    so: 'It is only the rule for the change. Backpropagation computes what the rule needs; another rule uses the same gradient.',
    controls: [
      { label: 'the gradient', from: -2, to: 2, step: 0.1, value: 0.8, text: (value) => number(value, 2) },
      { label: 'rule', options: ['plain', 'momentum', 'Adam'], value: 0 },
    ],
    show: (gradient, rule) => {
      const rate = 0.1;
      const velocity = 0.9 * 1.5 + gradient;
      const [move, formula] = [
        [rate * gradient, '0.1 · g'],
        [rate * velocity, '0.1 · (0.9 · 1.5 + g), where 1.5 is the speed so far'],
        [gradient === 0 ? 0 : (rate * gradient) / (Math.abs(gradient) + 1e-8), '0.1 · g / |g|, in the first step'],
      ][rule] as [number, string];
      return {
        rows: [['backpropagation says g =', number(gradient)], ['the rule changes the weight by', number(-move)]],
        words: `${formula}. The gradient is the same for all three.`,
      };
    },
    see: ['step', 'One iteration'],
  },
  {
    id: 'blame',
    said: '“The change of a weight is proportional to its blame.”',
    so: 'With plain gradient descent it is. Adam divides by the usual size of the gradient, so at first every weight moves by about the learning rate, here 0.1.',
    controls: [{ label: 'gradient of the second weight; the first has 1', from: -4, to: 1, step: 0.1, value: -1, power: true, text: (value) => number(value, 2) }],
    show: (gradient) => {
      const adam = (g: number) => (0.1 * g) / (Math.abs(g) + 1e-8);
      return {
        head: ['first step', 'first', 'second'],
        rows: [
          ['gradient', '1', number(gradient, 3)],
          ['plain', '−0.1', number(-0.1 * gradient, 3)],
          ['Adam', number(-adam(1), 3), number(-adam(gradient), 3)],
        ],
        words: `The blame differs by a factor of ${number(Math.max(gradient, 1 / gradient), 3)}: so does the plain step, and Adam’s does not.`,
      };
    },
    see: ['step?optimizer=adam&layers=3tanh&batch=4', 'A step of Adam'],
  },
  {
    id: 'paths',
    said: '“The gradient is the product along the chain.”',
    so: 'It is the sum, over all paths from the weight to the loss, of the products along each path. Here the weight 0.7 feeds two units with the weights a and b.',
    controls: [
      { label: 'a', from: -2, to: 2, step: 0.1, value: 1.2, text: (value) => number(value, 2) },
      { label: 'b', from: -2, to: 2, step: 0.1, value: -0.5, text: (value) => number(value, 2) },
    ],
    show: (a, b) => {
      const loss = (w: number) => (Math.tanh(a * Math.tanh(w)) + Math.tanh(b * Math.tanh(w)) - 1) ** 2 / 2;
      const w = 0.7;
      const h = Math.tanh(w);
      const wrong = Math.tanh(a * h) + Math.tanh(b * h) - 1;
      const along = (v: number) => wrong * (1 - Math.tanh(v * h) ** 2) * v * (1 - h ** 2);
      return {
        rows: [
          ['product along a', number(along(a))],
          ['product along b', number(along(b))],
          ['their sum', number(along(a) + along(b))],
          ['tried out', number((loss(w + 1e-5) - loss(w - 1e-5)) / 2e-5)],
        ],
        words: b === 0 || a === 0 ? 'One path only: the product is the whole gradient.' : 'Neither product is the gradient; the sum is.',
      };
    },
    see: ['step', 'The way back'],
  },
  {
    id: 'decay',
    said: '“L2 penalty and weight decay are the same.”',
    so: 'For plain gradient descent. With Adam the penalty is divided along with the gradient, the decay is not; AdamW keeps them apart. Two weights of 1, shaken for 100 steps by gradients of ±1 and ±0.01:',
    controls: [
      { label: 'rule', options: ['plain', 'Adam'], value: 1 },
      { label: 'how strong', from: -2, to: -0.3, step: 0.1, value: -1, power: true, text: (value) => number(value, 2) },
    ],
    show: (adam, strength) => {
      const penalty = shrink(adam === 1, strength, false);
      const decay = shrink(adam === 1, strength, true);
      return {
        head: ['after 100 steps', 'L2', 'decay'],
        rows: [
          ['gradients of ±1', number(penalty[0]), number(decay[0])],
          ['gradients of ±0.01', number(penalty[1]), number(decay[1])],
        ],
        words: adam ? 'The penalty hits the weight with small gradients far harder; the decay shrinks both alike.' : 'Plain steps: the same to the last digit shown.',
      };
    },
    see: ['overfit', 'Overfit lab'],
  },
  {
    id: 'saddle',
    said: '“Modern optimizers leave saddles by themselves.”',
    so: 'From beside one, yes, and faster with momentum. Exactly on it the gradient is zero: no rule moves, and only noise helps.',
    controls: [
      { label: 'start', options: ['a millionth beside it', 'exactly on it'], value: 0 },
      { label: 'rule', options: ['plain', 'momentum', 'Adam', 'plain and noise'], value: 0 },
    ],
    show: (start, method) => {
      const steps = leave(method, start === 0 ? 1e-6 : 0);
      return {
        rows: [['steps until it is left', Number.isFinite(steps) ? whole(steps) : 'never (20 000 tried)']],
        words: Number.isFinite(steps) ? (method === 3 ? 'Noise pushes it off; the slope does the rest.' : 'A little beside it there is a slope, and it grows.') : 'The slope is exactly zero: whatever it is multiplied by, nothing moves.',
      };
    },
  },
  {
    id: 'flat',
    said: '“Flat valleys generalise better.”',
    so: 'It is often seen, and debated: sharpness depends on how a network is written down. Here the answer is u · v · x; whatever u is, v is 1/u.',
    controls: [{ label: 'u', from: -1, to: 1, step: 0.05, value: 0, power: true, text: (value) => number(value, 3) }],
    show: (u) => ({
      rows: [
        ['answer for x = 3', number(u * (1 / u) * 3)],
        ['sharpness λ = 2 (u² + v²)', number(2 * (u ** 2 + u ** -2))],
      ],
      words: Math.abs(u - 1) < 0.06 ? 'The flattest way of writing it.' : 'The same network for every input, in a sharper valley.',
    }),
  },
];
