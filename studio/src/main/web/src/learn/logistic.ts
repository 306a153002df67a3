/** A logistic regression over what occurs in a sentence: the machine that plays beside the human. */
export interface Sentence {
  text: string;
  formal: boolean;
}

// The first three are the exercise as it is usually given; the others ask for the same on new words.
export const SENTENCES: Sentence[] = [
  { text: 'I would be grateful for your assistance.', formal: true },
  { text: 'Hey, wanna grab pizza?', formal: false },
  { text: 'The committee has reviewed the proposal.', formal: true },
];

export const UNSEEN: Sentence[] = [
  { text: 'We appreciate your patience during the transition.', formal: true },
  { text: 'Wanna come over later?', formal: false },
];

const LONG = 8;
export const ALWAYS = 'always';

/** What occurs in a sentence: its words, and a few things about its form. Each counts once. */
export function featuresOf(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z']+/g) ?? [];
  const form = [ALWAYS];
  if (text.includes('?')) form.push('a question mark');
  if (words.some((word) => word.length >= LONG)) form.push('a long word');
  return [...new Set(words.map((word) => `“${word}”`)), ...form];
}

export type Weights = Record<string, number>;

export function probability(weights: Weights, text: string): number {
  const z = featuresOf(text).reduce((sum, feature) => sum + (weights[feature] ?? 0), 0);
  return 1 / (1 + Math.exp(-z));
}

/** One step with a learning rate of 1: every feature that occurs moves by −(p − y). */
export function learn(weights: Weights, sentence: Sentence): { weights: Weights; p: number; change: number } {
  const p = probability(weights, sentence.text);
  const change = (sentence.formal ? 1 : 0) - p;
  const next = { ...weights };
  for (const feature of featuresOf(sentence.text)) next[feature] = (next[feature] ?? 0) + change;
  return { weights: next, p, change };
}

/** What the machine says after a mistake, in the words of the exercise. */
export function confession(sentence: Sentence, change: number): string {
  // The longest words stand for all: it is the same for each.
  const [first, second] = featuresOf(sentence.text)
    .filter((feature) => feature.startsWith('“'))
    .sort((a, b) => b.length - a.length);
  const direction = change > 0 ? 'too low' : 'too high';
  return `I weighted ${first} and ${second}, like everything else in this sentence, ${direction} for formal, by ${Math.abs(change).toFixed(3)} each.`;
}
