// The cards of Learn: each has something to try in it, and what it then shows is right.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, visitor } from './browser.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const cardOf = (page, title) => page.locator('article', { has: page.getByRole('heading', { level: 3, name: title }) });
const cell = (card, row, column = 0) => card.getByRole('row').filter({ has: card.page().getByRole('rowheader', { name: row, exact: true }) }).getByRole('cell').nth(column).textContent();
const press = (card, name) => card.locator('button', { hasText: name }).click();
const set = (card, label, value) => card.getByLabel(label).fill(String(value));

test('every card has a control, and trying it changes what the card says', async () => {
  const { page, open, faults, context } = await visitor(browser);
  await open('#/learn/cards');
  await cardOf(page, 'The shower').waitFor();
  // The reason of a mistake is the one thing that changes nothing: this is what the card says.
  const unchanging = '“The network understands why it was wrong.”';
  const still = await page.evaluate(async (unchanging) => {
    const wrong = [];
    for (const card of document.querySelectorAll('article')) {
      const before = card.innerText;
      const control = card.querySelector('input, button');
      if (control instanceof HTMLButtonElement) (card.querySelector('button[aria-pressed="false"]') ?? control).click();
      else if (control) {
        control.value = control.type === 'range' && Number(control.value) < Number(control.max) ? control.max : control.min;
        control.dispatchEvent(new Event('input', { bubbles: true }));
      }
      // Some train a network, which takes its time on a busy machine.
      const looks = card.querySelector('h3').textContent === unchanging ? 40 : 600;
      for (let i = 0; i < looks && card.innerText === before; i++) await new Promise((resolve) => setTimeout(resolve, 50));
      if (card.innerText === before) wrong.push(card.querySelector('h3').textContent);
    }
    return wrong;
  }, unchanging);
  assert.deepEqual(still, [unchanging]);
  assert.deepEqual(faults, []);
  await context.close();
});

test('the cards show the numbers that the sayings have wrong', async () => {
  const { page, open, context } = await visitor(browser);
  await open('#/learn/cards');
  const nudges = cardOf(page, 'How many nudges?');
  await nudges.getByText('1\u202f000 iterations per epoch, 10\u202f000 in all').waitFor();
  // 50 000 000 / 32 and / 256.
  const millions = cardOf(page, 'Fifty million examples');
  await millions.getByText('1\u202f562\u202f500 in all').waitFor();
  await millions.getByLabel('batch').fill('256');
  await millions.getByText('195\u202f313 in all').waitFor();
  // The entropy of 0.91 and nine times 0.01.
  const zero = cardOf(page, 'A perfect network has zero loss');
  const floor = -0.91 * Math.log(0.91) - 0.09 * Math.log(0.01);
  assert.equal(await cell(zero, 'floor: the best there is'), floor.toFixed(4));
  assert.equal(await cell(cardOf(page, 'Squaring always'), 'squared error'), '0.8464');
  // Beside a saddle the distance grows by 1.1 each step as long as it is small.
  const saddle = cardOf(page, 'leave saddles by themselves');
  const left = () => cell(saddle, 'steps until it is left');
  assert.equal(await left(), '139');
  await press(saddle, 'momentum');
  assert.equal(await left(), '50');
  await press(saddle, 'Adam');
  assert.equal(await left(), '6');
  await press(saddle, 'exactly on it');
  assert.match(await left(), /never/);
  // Twice what is missing is the limit of a bowl with a curvature of one.
  const shower = cardOf(page, 'The shower');
  await set(shower, 'how far you turn', 0.32);
  await shower.getByText('worse than the last').waitFor();
  await set(shower, 'how far you turn', 0);
  assert.equal(await cell(shower, 'after one turn'), '38°');
  // 0.1 diverges above the limit of the raw inputs, and is the best of the three below that of the scaled ones.
  const rate = cardOf(page, '0.1 is too high');
  assert.match(await cell(rate, 'loss at 0.1'), /gone/);
  assert.ok(Number(await cell(rate, 'loss at 0.001')) < 0.02);
  await set(rate, 'spread of the second input', 0);
  assert.ok(Number(await cell(rate, 'loss at 0.1')) < Number(await cell(rate, 'loss at 0.001')));
  // A new network whose last layer is small costs ln 10, and one begun by He's rule costs more.
  const equal = cardOf(page, 'every class the same chance');
  assert.ok(Number(await cell(equal, 'loss')) > 2.8);
  await set(equal, 'spread of the last weights', -3);
  assert.ok(Math.abs(Number(await cell(equal, 'loss')) - Math.log(10)) < 0.01);
  // Plain: the penalty is the decay. Adam: it is not.
  const decay = cardOf(page, 'L2 penalty and weight decay');
  assert.ok(Number(await cell(decay, 'gradients of ±0.01', 0)) < 0.5 * Number(await cell(decay, 'gradients of ±0.01', 1)));
  await press(decay, 'plain');
  assert.equal(await cell(decay, 'gradients of ±0.01', 0), await cell(decay, 'gradients of ±0.01', 1));
  // The sum over the paths is the slope that trying out gives.
  const paths = cardOf(page, 'product along the chain');
  assert.equal(await cell(paths, 'their sum'), await cell(paths, 'tried out'));
  // All examples at once, below the limit: every step goes down.
  const falls = cardOf(page, 'The loss falls with every step');
  assert.notEqual(await cell(falls, 'steps that lowered it'), '100 %');
  await press(falls, 'all 200');
  assert.equal(await cell(falls, 'steps that lowered it'), '100 %');
  // The direction in which the inputs vary most is the diagonal.
  const brain = cardOf(page, 'how the brain learns');
  await set(brain, 'inputs seen', 400);
  await brain.getByText('Found, without loss').waitFor();
  await context.close();
});

test('the cards that train a network train a real one', async () => {
  const { page, open, faults, context } = await visitor(browser);
  await open('#/learn/cards');
  const sheet = cardOf(page, 'The worksheet');
  for (let i = 0; i < 10 && Number.parseFloat(await cell(sheet, 'right on the same sheet')) !== 100; i++) {
    await sheet.getByRole('button', { name: /200 steps/ }).click();
    await sheet.locator('button:enabled', { hasText: '200 steps' }).waitFor();
  }
  await sheet.getByText('Full marks on the sheet').waitFor();
  assert.ok(Number.parseFloat(await cell(sheet, 'right when the numbers change')) < 75); // 30 tosses: 75 % would be 2.7 deviations
  const more = cardOf(page, 'More training always helps');
  await more.getByRole('button', { name: /600 steps/ }).click();
  await more.getByText('learnt by heart').waitFor();
  const seeds = cardOf(page, 'Training finds the correct weights');
  const digest = (row) => seeds.locator('tbody tr').nth(row).getByRole('cell').nth(3).textContent();
  await seeds.getByRole('button', { name: 'Train from a seed' }).click();
  await seeds.getByRole('button', { name: 'Train from another seed' }).click();
  await seeds.getByText('many good answers').waitFor();
  await seeds.getByRole('button', { name: 'The same seed again' }).click();
  await seeds.getByText('bit for bit').waitFor();
  assert.notEqual(await digest(0), await digest(1));
  assert.equal(await digest(1), await digest(2));
  assert.deepEqual(faults, []);
  await context.close();
});
