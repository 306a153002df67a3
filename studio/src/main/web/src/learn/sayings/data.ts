import { number, percent, whole } from '../../lib/format';
import { Chance, Clouds, length, sigmoid, surprise } from '../chance';
import type { Saying } from '../trial';

/** Sayings about examples, batches and epochs, and about what comes out of them. */

const HEIGHTS = [
  { x: 0.5, label: 0 },
  { x: 0.8, label: 0 },
  { x: 1.1, label: 0 },
  { x: 1.6, label: 1 },
  { x: 2, label: 1 },
  { x: 2.4, label: 1 },
];

const CLOUDS = new Clouds(400, 8);

/** One pass over the examples, as they come or shuffled. */
function onePass(shuffled: boolean, batch: number) {
  const order = CLOUDS.points.map((_, i) => i).sort((a, b) => CLOUDS.points[a].label - CLOUDS.points[b].label);
  const chance = new Chance(4);
  if (shuffled) {
    for (let i = order.length - 1; i > 0; i--) {
      const other = chance.below(i + 1);
      [order[i], order[other]] = [order[other], order[i]];
    }
  }
  const w = [0, 0, 0];
  for (let from = 0; from < order.length; from += batch) {
    CLOUDS.gradient(w, order.slice(from, from + batch)).forEach((g, i) => (w[i] -= 0.5 * g));
  }
  return { loss: CLOUDS.loss(w), right: CLOUDS.right(w) };
}

/** How far the gradients of batches lie from the gradient of all examples, compared with its length. */
function noise(batch: number) {
  const chance = new Chance(6);
  const w = [0.3, 0.1, 0];
  const all = CLOUDS.gradient(w, CLOUDS.points.map((_, i) => i));
  const draws = 200;
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    const of = CLOUDS.gradient(w, Array.from({ length: batch }, () => chance.below(CLOUDS.points.length)));
    sum += of.reduce((total, g, i) => total + (g - all[i]) ** 2, 0) / draws;
  }
  return Math.sqrt(sum) / length(all);
}

/** Guesses by the toss of a coin: the best of many on 50 examples, and the same one on 1 000 others. */
function luckiest(guessers: number) {
  const chance = new Chance(12);
  let best = 0;
  for (let i = 0; i < guessers; i++) {
    let right = 0;
    for (let k = 0; k < 50; k++) if (chance.uniform() < 0.5) right++;
    best = Math.max(best, right);
  }
  let test = 0;
  for (let k = 0; k < 1000; k++) if (chance.uniform() < 0.5) test++;
  return { best: best / 50, test: test / 1000 };
}

/** The same numbers added in single precision, in so many parts. */
function sumIn(parts: number) {
  const chance = new Chance(7);
  const numbers = Float32Array.from({ length: 20_000 }, () => chance.normal());
  const size = Math.ceil(numbers.length / parts);
  let all = 0;
  for (let part = 0; part < parts; part++) {
    let sum = 0;
    for (const each of numbers.subarray(part * size, (part + 1) * size)) sum = Math.fround(sum + each);
    all = Math.fround(all + sum);
  }
  return all;
}

export const DATA: Saying[] = [
  {
    id: 'biases',
    said: '“Weights are all that is learnt.”',
    so: 'Biases are learnt too: without one, the border of a unit goes through zero. Six examples, all above zero; those from 1.6 on are “yes”.',
    controls: [
      { label: 'weight', from: 0.5, to: 6, step: 0.1, value: 3, text: (value) => number(value, 2) },
      { label: 'bias', from: -10, to: 2, step: 0.1, value: 0, text: (value) => number(value, 2) },
    ],
    show: (weight, bias) => {
      const right = HEIGHTS.filter(({ x, label }) => weight * x + bias > 0 === (label === 1)).length;
      const loss = HEIGHTS.reduce((sum, { x, label }) => sum + surprise(weight * x + bias, label), 0) / HEIGHTS.length;
      return {
        rows: [
          ['the border, −b / w', number(bias === 0 ? 0 : -bias / weight, 3)],
          ['right, of 6', String(right)],
          ['loss', number(loss)],
        ],
        words: right === 6 ? 'All right, thanks to the bias.' : bias === 0 ? 'Whatever the weight is, three are wrong. Now move the bias.' : 'The border has moved.',
      };
    },
    see: ['playground', 'Choose a unit, change its bias'],
  },
  {
    id: 'epoch',
    said: '“An epoch counts iterations. In it every example comes exactly once.”',
    so: 'It counts passes over the data; how many iterations a pass takes depends on the batch. And if the last batch is dropped for being short, some examples do not come at all.',
    controls: [
      { label: 'examples', from: 10, to: 2000, step: 10, value: 1000 },
      { label: 'in a batch', from: 1, to: 256, step: 1, value: 32 },
      { label: 'a short last batch', options: ['kept', 'dropped'], value: 0 },
    ],
    show: (examples, batch, dropped) => {
      const left = examples % batch;
      const iterations = dropped ? Math.floor(examples / batch) : Math.ceil(examples / batch);
      return {
        rows: [
          ['iterations in an epoch', whole(iterations)],
          ['in the last batch', whole(left && !dropped ? left : Math.min(batch, examples))],
          ['examples left out', whole(dropped ? left : 0)],
        ],
        words: left === 0 ? 'It divides evenly.' : dropped ? 'With shuffling, others are left out in every epoch.' : 'The last batch is short; every example came once.',
      };
    },
  },
  {
    id: 'shuffle',
    said: '“Always shuffle.”',
    so: 'Nearly always: with all examples of one class first, the end of the pass undoes its beginning. But what is a series in time must not be shuffled across its test, or it is asked about its own past.',
    controls: [
      { label: 'order', options: ['one class first', 'shuffled'], value: 0 },
      { label: 'in a batch', from: 1, to: 64, step: 1, value: 8 },
    ],
    show: (shuffled, batch) => {
      const { loss, right } = onePass(shuffled === 1, batch);
      return { rows: [['loss after one pass', number(loss)], ['right', percent(right)]], words: shuffled ? 'Every batch has a bit of everything.' : 'What came last counts most.' };
    },
  },
  {
    id: 'sizes',
    said: '“A batch has 32 or 64 examples.” “32, 128 or 256.”',
    so: 'All are usual. A batch four times as large has a gradient with half the noise, and costs four times the work: noise goes with 1 / √batch.',
    controls: [{ label: 'in a batch', from: 0, to: 2.4, step: 0.1, value: 1.5, power: true, text: (value) => whole(value) }],
    show: (wanted) => {
      const batch = Math.round(wanted);
      const found = noise(batch);
      return {
        rows: [
          ['noise / gradient, of 200 batches', number(found, 3)],
          ['the same times √batch', number(found * Math.sqrt(batch), 3)],
        ],
        words: 'The second number stays about the same for all batches: that is the rule.',
      };
    },
  },
  {
    id: 'sets',
    said: '“Two sets are enough: one to train, one to check.”',
    so: 'Who chooses by the second set has used it up. Guessers that toss a coin: the one that is best on 50 validation examples looks able; the test set knows better.',
    controls: [{ label: 'guessers to choose from', from: 0, to: 4, step: 0.1, value: 2, power: true, text: (value) => whole(value) }],
    show: (wanted) => {
      const { best, test } = luckiest(Math.round(wanted));
      return { rows: [['the best one, on validation', percent(best)], ['the same one, on the test set', percent(test)]], words: Math.round(wanted) === 1 ? 'One guesser, nothing chosen: both sets say the same, give or take.' : 'The more there are to choose from, the luckier the best one; none of them knows anything.' };
    },
  },
  {
    id: 'tokens',
    said: '“ChatGPT went through this loop trillions of times.”',
    so: 'Trillions of tokens, hundreds of thousands of steps: a step reads millions of tokens at once.',
    controls: [
      { label: 'tokens to read', from: 9, to: 13, step: 0.1, value: 12, power: true, text: (value) => number(value, 2) },
      { label: 'tokens in a step', from: 4, to: 7, step: 0.1, value: 6.3, power: true, text: (value) => number(value, 2) },
    ],
    show: (tokens, batch) => ({ rows: [['steps', number(Number((tokens / batch).toPrecision(2)), 2)]], words: tokens / batch < 1e7 ? 'Far from trillions.' : 'Millions of steps, still far from trillions.' }),
  },
  {
    id: 'machines',
    said: '“On other hardware other weights come out.”',
    so: 'Often so, because sums of rounded numbers depend on their order, and parts are added in another order where there are more threads. It need not be: Nudge cuts its work by the shapes, never by the threads.',
    controls: [
      { label: 'threads', from: 1, to: 16, step: 1, value: 1 },
      { label: 'cut by', options: ['threads', 'shape'], value: 0 },
    ],
    show: (threads, shape) => ({
      rows: [['sum of the same 20 000 numbers', sumIn(shape ? 32 : threads).toPrecision(9)]],
      words: shape ? 'Always 32 parts, whoever adds them: the same bits.' : 'Look at the last digits while you move it.',
    }),
  },
  {
    id: 'understands',
    said: '“The network understands why it was wrong.”',
    so: 'It gets one thing to learn from: the gradient. Say why it took an orange for an apple, and see what changes.',
    controls: [
      { label: 'the reason', options: ['bad light', 'a red orange', 'a wrong label'], value: 0 },
      { label: 'how red', from: 0, to: 1, step: 0.01, value: 0.9, text: (value) => number(value, 2) },
      { label: 'how round', from: 0, to: 1, step: 0.01, value: 0.6, text: (value) => number(value, 2) },
    ],
    show: (_, red, round) => {
      const p = sigmoid(2 * red + round);
      return {
        rows: [
          ['it says “apple” with', percent(p)],
          ['gradient of the weight of red', number(p * red)],
          ['gradient of the weight of round', number(p * round)],
        ],
        words: 'The numbers follow from what came in and what went out. The reason is in none of them.',
      };
    },
    see: ['step', 'All that a step knows'],
  },
  {
    id: 'brain',
    said: '“Backpropagation is how the brain learns.”',
    so: 'As far as is known, it is not: no error runs backwards through nerves. A rule like Oja’s, after Hebb, changes a connection by what its two ends do, and needs no right answer: it finds the direction in which its inputs vary most, here 45°.',
    controls: [{ label: 'inputs seen', from: 0, to: 400, step: 5, value: 0 }],
    show: (seen) => {
      const chance = new Chance(21);
      const w = [0.2, -0.1];
      for (let i = 0; i < seen; i++) {
        const [long, short] = [chance.normal(), 0.3 * chance.normal()];
        const x = [(long - short) * Math.SQRT1_2, (long + short) * Math.SQRT1_2];
        const y = w[0] * x[0] + w[1] * x[1];
        for (let k = 0; k < 2; k++) w[k] += 0.05 * y * (x[k] - y * w[k]);
      }
      const angle = (Math.atan(w[1] / w[0]) * 180) / Math.PI;
      return {
        rows: [
          ['weights', `${number(w[0], 3)}, ${number(w[1], 3)}`],
          ['their direction', `${number(angle, 3)}°`],
          ['right answers used', '0'],
        ],
        words: seen === 0 ? 'Let it see some.' : Math.abs(angle - 45) < 5 ? 'Found, without loss, gradient or teacher.' : 'On its way.',
      };
    },
  },
];
