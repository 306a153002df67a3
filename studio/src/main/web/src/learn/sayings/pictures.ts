import { number, percent } from '../../lib/format';
import { Chance, length } from '../chance';
import type { Saying } from '../trial';

/** Pictures to think with: each computes what it tells. */

/** Turning until it is right: each turn is `rate` times what is missing. */
function turns(from: number, goal: number, rate: number, count: number) {
  const values = [from];
  for (let i = 0; i < count; i++) values.push(values.at(-1)! - rate * (values.at(-1)! - goal));
  return values;
}

function near(values: number[], goal: number, within: number) {
  const at = values.findIndex((_, i) => values.slice(i).every((value) => Math.abs(value - goal) <= within));
  return at < 0 ? Infinity : at;
}

export const PICTURES: Saying[] = [
  {
    id: 'shower',
    said: 'The shower',
    so: 'Turn the tap a little and it takes for ever; turn it far and you go from freezing to scalding and back. The water is at 14°, it should have 38°.',
    controls: [{ label: 'how far you turn, of what is missing', from: -2, to: 0.4, step: 0.02, value: -1, power: true, text: (value) => number(value, 2) }],
    show: (rate) => {
      const values = turns(14, 38, rate, 20);
      const steps = near(turns(14, 38, rate, 2000), 38, 1);
      return {
        rows: [
          ['after one turn', `${number(values[1], 3)}°`],
          ['after two', `${number(values[2], 3)}°`],
          ['within one degree after', Number.isFinite(steps) ? `${steps} turns` : 'never'],
        ],
        words:
          rate > 2
            ? 'More than twice what is missing: every turn is worse than the last. That is 2/λ.'
            : rate > 1.05
              ? 'Too hot, too cold, too hot: it settles, with a detour.'
              : rate > 0.3
                ? 'Quick, and without a shock.'
                : 'Safe, and slow.',
        line: { values, goal: 38, name: 'temperature' },
      };
    },
    see: ['rates', 'The same with a network'],
  },
  {
    id: 'guitar',
    said: 'The guitar string and the millimetre',
    so: 'Twist the peg too fast and the note jumps past the right one, again and again. Go a millimetre at a time, and you will be at it tomorrow. The string has 400 Hz and should have 440.',
    controls: [{ label: 'how fast you twist', from: -3, to: 0.4, step: 0.02, value: 0.2, power: true, text: (value) => number(value, 2) }],
    show: (rate) => {
      const values = turns(400, 440, rate, 20);
      const steps = near(turns(400, 440, rate, 20_000), 440, 1);
      return {
        rows: [
          ['after one twist', `${number(values[1], 4)} Hz`],
          ['after twenty', `${number(values[20], 4)} Hz`],
          ['in tune, within 1 Hz, after', Number.isFinite(steps) ? `${steps} twists` : 'never'],
        ],
        words: rate > 2 ? 'It will break.' : rate > 1.05 ? 'Past it, back, past it.' : rate < 0.02 ? 'A millimetre at a time.' : 'That tunes it.',
        line: { values, goal: 440, name: 'pitch' },
      };
    },
    see: ['rates', 'Three rates side by side'],
  },
  {
    id: 'downhill',
    said: 'Downhill, among a million directions',
    so: 'With many weights one cannot look around: 300 directions are tried by chance. The gradient knows the steepest one without trying any.',
    controls: [{ label: 'weights', from: 0.3, to: 3, step: 0.1, value: 2, power: true, text: (value) => number(Math.round(value), 4) }],
    show: (wanted) => {
      const size = Math.round(wanted);
      const chance = new Chance(31);
      let best = 0;
      for (let draw = 0; draw < 300; draw++) {
        const direction = Array.from({ length: size }, () => chance.normal());
        // The slope along a direction is the cosine between it and the gradient; the gradient lies along the first axis.
        best = Math.max(best, direction[0] / length(direction));
      }
      return {
        rows: [
          ['steepness along the gradient', percent(1, 0)],
          ['the best of 300 others', percent(best, 0)],
        ],
        words: best > 0.9 ? 'With so few weights luck will do.' : 'The more weights there are, the flatter all other directions.',
      };
    },
    see: ['step', 'Where the gradient comes from'],
  },
  {
    id: 'manager',
    said: 'The manager and the bug',
    so: 'The result is wrong by 0.8, so one asks back: who had how much to say in it? Whatever a member of the team passed on, the blame that comes back is the error times the weight of their word.',
    controls: [
      { label: 'weight of Ada’s word', from: -2, to: 2, step: 0.1, value: 1.5, text: (value) => number(value, 2) },
      { label: 'weight of Bo’s word', from: -2, to: 2, step: 0.1, value: 0.2, text: (value) => number(value, 2) },
    ],
    show: (ada, bo) => {
      const blame = [0.8 * ada, 0.8 * bo];
      const all = Math.abs(blame[0]) + Math.abs(blame[1]);
      return {
        head: ['', 'blame', 'share'],
        rows: [
          ['Ada', number(blame[0], 3), all ? percent(Math.abs(blame[0]) / all, 0) : '–'],
          ['Bo', number(blame[1], 3), all ? percent(Math.abs(blame[1]) / all, 0) : '–'],
        ],
        words: all === 0 ? 'Nobody listened to them: no blame comes back, and they learn nothing.' : 'In proportion to what each contributed; minus means: more of it would have helped.',
      };
    },
    see: ['step', 'Follow the blame in part 3'],
  },
];
