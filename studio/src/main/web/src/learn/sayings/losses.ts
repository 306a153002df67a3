import { number, percent } from '../../lib/format';
import { Chance, sigmoid, surprise } from '../chance';
import type { Saying } from '../trial';

/** Sayings about the loss: what it is, where it begins and where it ends. */

// Zeros to the left, ones to the right, and one zero far on the wrong side.
const LINE = [
  ...[-1, -0.8, -0.6, -0.4, -0.2, 3].map((x) => ({ x, label: 0 })),
  ...[0.2, 0.4, 0.6, 0.8, 1].map((x) => ({ x, label: 1 })),
];
const lossAt = (border: number) => LINE.reduce((sum, { x, label }) => sum + surprise(4 * (x - border), label), 0) / LINE.length;
const mistakesAt = (border: number) => LINE.filter(({ x, label }) => x > border !== (label === 1)).length;

const INPUTS = 784;
const HIDDEN = 128;
const EXAMPLES = 100;
const OUTPUTS = 10;
let untrained: { hidden: number[][]; last: number[][] } | null = null;

/** A network as it is before training: inputs, one layer begun by He's rule, and a last layer of numbers around zero. */
function fresh() {
  if (untrained) return untrained;
  const chance = new Chance(3);
  const first = Array.from({ length: HIDDEN }, () => Float64Array.from({ length: INPUTS }, () => chance.normal() * Math.sqrt(2 / INPUTS)));
  const hidden = Array.from({ length: EXAMPLES }, () => {
    const x = Float64Array.from({ length: INPUTS }, () => chance.normal());
    return first.map((weights) => Math.max(0, weights.reduce((sum, w, i) => sum + w * x[i], 0)));
  });
  const last = Array.from({ length: OUTPUTS }, () => Array.from({ length: HIDDEN }, () => chance.normal()));
  untrained = { hidden, last };
  return untrained;
}

function firstAnswers(spread: number) {
  const { hidden, last } = fresh();
  let surest = 0;
  let loss = 0;
  hidden.forEach((h, example) => {
    const scores = last.map((weights) => spread * weights.reduce((sum, w, i) => sum + w * h[i], 0));
    const top = Math.max(...scores);
    const sum = scores.reduce((total, score) => total + Math.exp(score - top), 0);
    surest += 1 / sum / EXAMPLES;
    loss += (top + Math.log(sum) - scores[example % OUTPUTS]) / EXAMPLES;
  });
  return { surest, loss };
}

export const LOSSES: Saying[] = [
  {
    id: 'mistakes',
    said: '“Training minimises the number of mistakes.”',
    so: 'It minimises the loss. Mistakes have no slope: a tiny change of the border changes none of them. Move the border from 0 to where the loss is lowest: there is one mistake more.',
    controls: [{ label: 'where the border is', from: -1, to: 1, step: 0.02, value: 0 }],
    show: (border) => {
      const slope = (of: (at: number) => number) => (of(border + 1e-5) - of(border - 1e-5)) / 2e-5;
      const change = lossAt(border) - lossAt(0);
      const more = mistakesAt(border) - mistakesAt(0);
      return {
        head: ['', 'value', 'slope'],
        rows: [
          ['loss', number(lossAt(border)), number(slope(lossAt), 3)],
          ['mistakes of 11', String(mistakesAt(border)), '0'],
        ],
        words:
          Math.abs(border) < 0.01
            ? 'One mistake: the example far on the wrong side. The loss still has a slope.'
            : change < 0 && more > 0
              ? `The loss is lower than at 0, and the mistakes are ${more} more: training goes here.`
              : change < 0
                ? 'The loss is lower than at 0.'
                : 'The loss is higher than at 0.',
      };
    },
    see: ['playground', 'Playground: both are shown'],
  },
  {
    id: 'zero',
    said: '“A perfect network has zero loss.”',
    so: 'Only where the right answer is one single class, given with certainty. With soft answers there is a floor, their own entropy, and penalties come on top.',
    controls: [
      { label: 'share given to all ten classes alike', from: 0, to: 0.3, step: 0.01, value: 0.1, text: (value) => number(value, 2) },
      { label: 'the network says, for the right class', from: 0.1, to: 0.999, step: 0.001, value: 0.91, text: (value) => percent(value) },
    ],
    show: (soft, said) => {
      const right = 1 - soft + soft / 10;
      const other = soft / 10;
      const times = (share: number, log: number) => (share === 0 ? 0 : -share * Math.log(log));
      const loss = times(right, said) + 9 * times(other, (1 - said) / 9);
      const floor = times(right, right) + 9 * times(other, other);
      return {
        rows: [
          ['loss of this answer', number(loss)],
          ['floor: the best there is', number(floor)],
        ],
        words:
          soft === 0
            ? 'A hard answer: the surer the better, down to zero.'
            : Math.abs(said - right) < 0.006
              ? `The answer is the soft truth itself, ${number(right, 3)}: nothing costs less, and it is not zero.`
              : said > right
                ? 'Surer than the truth is: that costs again.'
                : 'Not sure enough.',
      };
    },
  },
  {
    id: 'equal',
    said: '“A new network gives every class the same chance.”',
    so: 'Only if its last layer starts small. With a large start it is sure of itself and wrong, and its first loss is far above the know-nothing line. This one has 784 inputs, 128 units, ten classes and no training.',
    controls: [{ label: 'spread of the last weights', from: -3, to: 0, step: 0.05, value: -0.9, power: true, text: (value) => number(value, 2) }],
    show: (spread) => {
      const { surest, loss } = firstAnswers(spread);
      return {
        rows: [
          ['its surest class, on average', percent(surest)],
          ['loss', number(loss)],
          ['know nothing, ln 10', number(Math.log(10))],
        ],
        words:
          loss < 1.02 * Math.log(10)
            ? 'Nearly the same chance for all: the loss begins at the know-nothing line.'
            : `Sure of nothing it has learnt: the loss begins ${number(loss - Math.log(10), 3)} above the know-nothing line. He’s rule for this layer would be a spread of 0.125.`,
      };
    },
    see: ['playground?initializer=small', 'A small start'],
  },
  {
    id: 'square',
    said: '“Squaring always punishes errors harder.”',
    so: 'Compared with each other, yes: twice the error costs four times as much. But below one a square is smaller than the error itself.',
    controls: [{ label: 'the error', from: 0, to: 3, step: 0.01, value: 0.92, text: (value) => number(value, 3) }],
    show: (error) => ({
      rows: [
        ['error', number(error)],
        ['squared error', number(error ** 2)],
        ['squared error of twice as much', number((2 * error) ** 2)],
      ],
      words: error < 1 ? 'Below one: the square is smaller than the error.' : error > 1 ? 'Above one: the square is larger than the error.' : 'At one they are the same.',
    }),
    see: ['step?preset=fruit-mse', 'The squared error of 0.92'],
  },
  {
    id: 'binary',
    said: '“The output of a yes-or-no network is 0 or 1.”',
    so: 'The label is 0 or 1. The output is a probability between them, and never reaches either.',
    controls: [{ label: 'score of the network', from: -12, to: 12, step: 0.1, value: 2.4, text: (value) => number(value, 3) }],
    show: (score) => ({
      rows: [
        ['p, the chance of “yes”', number(sigmoid(score), 6)],
        ['1 − p', number(sigmoid(-score), 3)],
        ['loss if it is yes', number(surprise(score, 1))],
        ['loss if it is no', number(surprise(score, 0))],
      ],
      words: Math.abs(score) > 7 ? 'Near the end, never at it: the one mistake in a thousand would be dear.' : 'Every score has its probability; only rounding makes a 0 or 1 of it.',
    }),
  },
  {
    id: 'parts',
    said: '“The loop has three phases.” “Four steps.” “Five.”',
    so: 'It is the same loop, counted in different ways: the update as part of the way back or by itself, and the repeating as a step or not.',
    controls: [{ label: 'counted as', options: ['three', 'four', 'five'], value: 1 }],
    show: (way) => {
      const parts = ['forward: an answer', 'loss: how wrong', 'back: the gradients', 'update: new weights', 'the next batch'];
      const counts = [
        ['1', '2', '3', '3', '–'],
        ['1', '2', '3', '4', '–'],
        ['1', '2', '3', '4', '5'],
      ][way];
      return { rows: parts.map((part, i) => [part, counts[i]]), words: 'The studio counts four.' };
    },
    see: ['step', 'One iteration'],
  },
];
