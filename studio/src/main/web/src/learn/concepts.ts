/** The things that training is made of, and how they hang together. */
export interface Concept {
  id: string;
  name: string;
  text: string;
  x: number;
  y: number;
  see: string;
}

export interface Relation {
  from: string;
  to: string;
  words: string;
  /** The place in the order in which a step lights it, from 1. */
  turn?: number;
  /** The place in the order at which it is lit as well, for what goes on there rests on it. */
  along?: number;
  note: string;
}

export const CONCEPTS: Concept[] = [
  { id: 'training', name: 'Neural network training', text: 'Changing the weights little by little until the answers fit the examples.', x: 440, y: 36, see: 'playground' },
  { id: 'structure', name: 'Network structure', text: 'Layers of units, each joined to the next by weights.', x: 196, y: 128, see: 'playground' },
  { id: 'input', name: 'Input layer', text: 'What goes in, as numbers.', x: 84, y: 252, see: 'playground' },
  { id: 'hidden', name: 'Hidden layers', text: 'Units that add up weighted inputs and a bias, and bend the sum.', x: 196, y: 330, see: 'playground' },
  { id: 'output', name: 'Output layer', text: 'The answer: a class, a number, the next word.', x: 308, y: 252, see: 'playground' },
  { id: 'loop', name: 'Training loop', text: 'Forward, loss, back, update, over and over.', x: 652, y: 128, see: 'step' },
  { id: 'forward', name: '1 Forward pass', text: 'From the input to the answer, layer by layer.', x: 700, y: 252, see: 'step' },
  { id: 'loss', name: '2 Calculate loss', text: 'How wrong the answer is, as one number.', x: 920, y: 346, see: 'step' },
  { id: 'backprop', name: '3 Backpropagation', text: 'From the loss back to every weight: the slope of each.', x: 790, y: 450, see: 'step' },
  { id: 'descent', name: '4 Gradient descent', text: 'Every weight moves a little against its slope.', x: 470, y: 450, see: 'step' },
  { id: 'epoch', name: 'Epoch', text: 'One pass over all the training examples.', x: 936, y: 128, see: 'playground' },
  { id: 'weights', name: 'Weights', text: 'All the numbers that training changes; biases belong to them.', x: 470, y: 252, see: 'playground' },
  { id: 'rate', name: 'Learning rate', text: 'How far a step goes.', x: 200, y: 450, see: 'rates' },
];

export const RELATIONS: Relation[] = [
  { from: 'training', to: 'structure', words: 'built from', along: 1, note: 'Which layers there are is decided before training; training does not change it.' },
  { from: 'training', to: 'loop', words: 'trained via', along: 5, note: 'The loop is all there is to training; everything else serves it.' },
  { from: 'training', to: 'weights', words: 'parameterized by', along: 4, note: 'What is learnt lies in these numbers and nowhere else.' },
  { from: 'structure', to: 'input', words: 'starts with', along: 1, note: 'As many inputs as there are numbers in an example.' },
  { from: 'structure', to: 'hidden', words: 'learns in', along: 1, note: 'Here the network makes up features of its own.' },
  { from: 'structure', to: 'output', words: 'ends with', along: 1, note: 'As many outputs as the answer has numbers.' },
  { from: 'forward', to: 'loss', words: 'produces prediction for', turn: 1, note: 'The loss compares the prediction with the known answer.' },
  { from: 'loss', to: 'backprop', words: 'triggers', turn: 2, note: 'The way back starts with the slope of the loss.' },
  { from: 'backprop', to: 'descent', words: 'computes gradients for', turn: 3, note: 'It only computes; the weights are still as they were.' },
  { from: 'descent', to: 'weights', words: 'updates', turn: 4, note: 'Now all weights move at once.' },
  { from: 'weights', to: 'forward', words: 'used in next', turn: 5, note: 'The next batch meets the new weights, and the circle closes.' },
  { from: 'rate', to: 'descent', words: 'scales', turn: 4, note: 'Twice the rate, twice the step of plain gradient descent.' },
  { from: 'epoch', to: 'loop', words: 'counts iterations of', along: 5, note: 'More exactly: an epoch holds ⌈examples / batch⌉ iterations; what it counts is passes over the data.' },
];
