/** A word of the trade. `deck` says which matching game it belongs to, `see` where it can be seen at work. */
export interface Entry {
  term: string;
  also?: string[];
  text: string;
  deck: 'loop' | 'data' | 'rate' | 'habits' | 'landscape' | 'network';
  see?: [string, string];
}

const playground: [string, string] = ['playground', 'Playground'];
const iteration: [string, string] = ['step', 'One iteration'];
const rates: [string, string] = ['rates', 'Learning-rate lab'];
const overfit: [string, string] = ['overfit', 'Overfit lab'];

export const GLOSSARY: Entry[] = [
  // ---- the loop ----
  { term: 'training', deck: 'loop', text: 'Changing the numbers of a network, a little at a time, so that its answers come closer to the known ones.', see: playground },
  { term: 'forward pass', deck: 'loop', text: 'From the input through every layer to the answer. It changes nothing and keeps what the way back will need.', see: iteration },
  { term: 'loss', also: ['cost', 'objective'], deck: 'loop', text: 'One number for how wrong the answers are: large when the network is sure and mistaken. Its slope says how to change the weights.', see: iteration },
  { term: 'backpropagation', also: ['backward pass'], deck: 'loop', text: 'The way back: from the loss to the first layer, each layer passes on how much each of its inputs was to blame. It computes all gradients in one sweep, and changes nothing.', see: iteration },
  { term: 'gradient', deck: 'loop', text: 'For each weight, how fast the loss would grow if the weight grew. Going against it makes the loss smaller, if the step is small enough.', see: iteration },
  { term: 'gradient descent', also: ['update'], deck: 'loop', text: 'The rule that changes the weights: new weight = old weight − learning rate × gradient. Backpropagation only supplies the gradient.', see: iteration },
  { term: 'optimizer', deck: 'loop', text: 'What turns gradients into changes. SGD uses the gradient itself; Adam keeps two running means per weight, so that early on all weights move by about the learning rate.', see: iteration },
  { term: 'chain rule', deck: 'loop', text: 'How the slope of things done one after another comes about: multiply along each path from the weight to the loss, and add up all paths.', see: iteration },
  // ---- data ----
  { term: 'example', deck: 'data', text: 'One input together with its known answer.' },
  { term: 'batch', also: ['mini-batch'], deck: 'data', text: 'The examples that share one change of the weights. A larger one gives a steadier gradient and fewer changes per pass.', see: playground },
  { term: 'iteration', also: ['step'], deck: 'data', text: 'One batch: forward, loss, backward, update.', see: iteration },
  { term: 'epoch', deck: 'data', text: 'One pass over all training examples. It holds as many iterations as there are batches: 100 000 examples in batches of 100 make 1 000.', see: playground },
  { term: 'training set', deck: 'data', text: 'The examples that the weights are fitted to.' },
  { term: 'validation set', deck: 'data', text: 'Examples kept out of training, looked at on the way: they say when to stop and which settings are better.', see: overfit },
  { term: 'test set', deck: 'data', text: 'Examples that nobody has used for any choice. Looked at once, at the end, they tell how good the network is on what is new.' },
  { term: 'seed', deck: 'data', text: 'The number that all chance comes from. The same seed and settings give the same run, bit for bit.', see: playground },
  { term: 'noise', deck: 'data', text: 'The part of the data that follows no rule. It can be learnt by heart, which is of no use elsewhere.', see: overfit },
  // ---- the learning rate ----
  { term: 'learning rate', deck: 'rate', text: 'How far a step goes along the gradient. Too small and nothing moves; too large and the step lands higher than it began.', see: rates },
  { term: 'divergence', deck: 'rate', text: 'Each step lands higher than the last, until the numbers overflow. For plain gradient descent that begins above 2/λ, where λ is the sharpest curvature.', see: rates },
  { term: 'curvature', also: ['λmax', 'sharpness'], deck: 'rate', text: 'How fast the slope itself changes. The sharpest direction of the loss sets the largest learning rate that is stable.', see: rates },
  { term: 'schedule', deck: 'rate', text: 'A learning rate that follows a plan: up at the start, down towards the end.' },
  { term: 'momentum', deck: 'rate', text: 'A step that remembers the last ones: it goes faster along a valley and cancels what swings from side to side.' },
  // ---- habits of a network that learns too well ----
  { term: 'overfitting', deck: 'habits', text: 'The training loss still falls while the validation loss rises: the network learns these examples, no longer the rule behind them.', see: overfit },
  { term: 'generalization', deck: 'habits', text: 'Being right about examples that were never seen. It is what training is for.', see: overfit },
  { term: 'weight decay', also: ['L2 penalty'], deck: 'habits', text: 'Makes every weight a little smaller at each step. As a penalty on the squared weights it is the same for plain SGD, and not the same for Adam.', see: overfit },
  { term: 'dropout', deck: 'habits', text: 'Silences units at random during training, so that no unit can count on one other. In use all of them speak.', see: overfit },
  { term: 'early stopping', deck: 'habits', text: 'Keep the weights of the epoch with the lowest validation loss, and stop when it has not been beaten for a while.', see: overfit },
  { term: 'accuracy', deck: 'habits', text: 'The share of right answers. It is reported, not trained: its slope is zero almost everywhere.', see: playground },
  // ---- the landscape ----
  { term: 'loss landscape', deck: 'landscape', text: 'Every setting of the weights is a place, its loss the height. A network only ever feels the slope where it stands.' },
  { term: 'minimum', deck: 'landscape', text: 'A place from which every small step leads up. There are many, and most good ones are about equally low.' },
  { term: 'saddle', deck: 'landscape', text: 'Flat like a minimum, but it goes down to some sides. Any small disturbance leads off it.' },
  { term: 'plateau', deck: 'landscape', text: 'A wide flat part: the gradient is small and the loss hardly changes for a long time.' },
  { term: 'know-nothing line', deck: 'landscape', text: 'The loss of always giving the same, best answer without looking at the input. A network that does not get below it has learnt nothing.', see: playground },
  // ---- the network ----
  { term: 'weight', deck: 'network', text: 'The number that a connection multiplies by. Together with the biases, the weights are everything that a network has learnt.', see: playground },
  { term: 'bias', deck: 'network', text: 'A number that a unit adds whatever its inputs are: it moves the threshold.', see: playground },
  { term: 'unit', also: ['neuron'], deck: 'network', text: 'Adds up its weighted inputs and a bias, then bends the sum with an activation.', see: iteration },
  { term: 'activation', deck: 'network', text: 'The bend after the sum. Without it, any number of layers is worth one.', see: iteration },
  { term: 'hidden layer', deck: 'network', text: 'Units between input and output. Each draws a line; the next layer puts the lines together.', see: playground },
  { term: 'input layer', deck: 'network', text: 'The numbers that go in: coordinates, pixels, words as numbers.', see: playground },
  { term: 'output layer', deck: 'network', text: 'The last layer: its numbers are the answer. Sigmoid makes one of them a probability, softmax several that add up to one.', see: iteration },
];

const BY_NAME = new Map(GLOSSARY.flatMap((entry) => [entry.term, ...(entry.also ?? [])].map((name) => [name, entry] as const)));

export function lookUp(name: string): Entry | undefined {
  return BY_NAME.get(name) ?? BY_NAME.get(name.toLowerCase());
}

export const DECKS: Record<Entry['deck'], string> = {
  loop: 'The loop',
  data: 'Data',
  rate: 'The learning rate',
  habits: 'Learning too well',
  landscape: 'The landscape',
  network: 'The network',
};
