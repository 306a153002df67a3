export interface Question {
  question: string;
  options: string[];
  right: number;
  why: string;
  see: [string, string];
}

export const QUESTIONS: Question[] = [
  {
    question: 'What does the loss do while a network is trained?',
    options: ['It stores the right answers', 'It says with one number how wrong the answers are, and its slope drives the change', 'It counts the examples', 'It decides when to stop'],
    right: 1,
    why: 'One number, and above all one whose slope can be followed. The number of mistakes would not do: its slope is zero almost everywhere.',
    see: ['step', 'One iteration, part 2'],
  },
  {
    question: 'Why is a test set kept that training never sees?',
    options: ['To have more data to train on later', 'To make training faster', 'To learn how good the network is on what is new; otherwise learning by heart would look like knowing', 'To choose the learning rate'],
    right: 2,
    why: 'Choosing settings is the work of the validation set. Once the test set has been used for a choice, it is no longer new.',
    see: ['overfit', 'Overfit lab'],
  },
  {
    question: 'A gradient is +0.3. What does plain gradient descent do to the weight?',
    options: ['It makes it larger', 'It makes it smaller', 'It leaves it', 'It sets it to 0.3'],
    right: 1,
    why: 'A positive gradient says that the loss grows with the weight. The step goes against it: minus learning rate times 0.3.',
    see: ['step', 'One iteration, part 4'],
  },
  {
    question: '100 000 examples, batches of 100, ten epochs. How many iterations is that?',
    options: ['1 000', '10 000', '100 000', '1 000 000'],
    right: 1,
    why: 'An epoch holds 100 000 / 100 = 1 000 iterations; ten of them make 10 000.',
    see: ['learn/cards', 'the calculator among the cards'],
  },
  {
    question: 'Which part computes how much each weight is to blame, without changing any?',
    options: ['The forward pass', 'Backpropagation', 'Gradient descent', 'Weight decay'],
    right: 1,
    why: 'Backpropagation supplies the gradients. Changing the weights is the work of the optimizer.',
    see: ['step', 'One iteration, part 3'],
  },
  {
    question: 'The loss of single batches went up in three of ten steps. Is something broken?',
    options: ['Yes, the loss must fall at every step', 'No: batches differ, so single steps go up often in a healthy run', 'Yes, the learning rate is too high for sure'],
    right: 1,
    why: 'What has to fall is the trend. With small batches a quarter to more than half of all steps go up, and the run is fine.',
    see: ['playground', 'Playground with batches of 1'],
  },
  {
    question: 'Training loss falls, validation loss rises. What is happening?',
    options: ['Underfitting', 'The network overfits: it learns these examples by heart', 'The learning rate is too low', 'All is well'],
    right: 1,
    why: 'The rule was learnt before; what is learnt now is the noise. The best weights were those of the lowest validation loss.',
    see: ['overfit', 'Overfit lab'],
  },
  {
    question: 'Is a learning rate of 0.1 too high?',
    options: ['Always', 'Never', 'It depends on the network, its data and its optimizer'],
    right: 2,
    why: 'For plain gradient descent the border is 2/λ, with the sharpest curvature λ of this very network. For one it is 0.01, for another 10.',
    see: ['rates', 'Learning-rate lab'],
  },
];
