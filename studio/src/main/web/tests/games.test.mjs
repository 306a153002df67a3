// The games, solved by mouse and by keys alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { launch, visitor } from './browser.mjs';

const read = (file) => JSON.parse(readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8'));
const GLOSSARY = read('lib/glossary.json');
const QUESTIONS = read('learn/questions.json');

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

async function openGame(page, open) {
  await open('#/learn/match');
  await termsOf(page).first().waitFor();
}
const termsOf = (page) => page.getByRole('list', { name: 'Terms' }).getByRole('button');
const meaning = (page, term) =>
  page.getByRole('list', { name: 'Meanings' }).getByRole('button', { name: GLOSSARY.find((entry) => entry.term === term).text, exact: true });

test('the matching game is solved by mouse, and a wrong match says why', async () => {
  const { page, faults, open, context } = await visitor(browser);
  await openGame(page, open);
  const terms = await termsOf(page).allTextContents();
  await termsOf(page).first().click();
  await meaning(page, terms[1]).click();
  assert.match(await page.getByRole('status').textContent(), new RegExp(`describes “${terms[1]}”`));
  for (const term of terms) {
    await page.getByRole('button', { name: term, exact: true }).click();
    await meaning(page, term).click();
  }
  assert.match(await page.getByRole('status').textContent(), /All 6 together, with 1 wrong turn/);
  assert.deepEqual(faults, []);
  await context.close();
});

test('the matching game is solved by dragging', async () => {
  const { page, open, context } = await visitor(browser);
  await openGame(page, open);
  await page.getByLabel('Cards').selectOption('data');
  for (const term of await termsOf(page).allTextContents()) {
    await page.getByRole('button', { name: term, exact: true }).dragTo(meaning(page, term));
  }
  assert.match(await page.getByRole('status').textContent(), /All \d together, without a wrong turn/);
  await context.close();
});

/** Moves on with the tabulator until what has the focus fits. */
async function tabTo(page, fits) {
  for (let i = 0; i < 120; i++) {
    const text = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    if (fits(text)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the focus never came to it');
}

test('the matching game is solved by keys alone', async () => {
  const { page, open, context } = await visitor(browser);
  await openGame(page, open);
  for (const term of await termsOf(page).allTextContents()) {
    await page.locator('h1').click();
    await tabTo(page, (text) => text === term);
    await page.keyboard.press('Enter');
    const wanted = GLOSSARY.find((entry) => entry.term === term).text;
    await tabTo(page, (text) => text === wanted);
    await page.keyboard.press('Space');
  }
  assert.match(await page.getByRole('status').textContent(), /without a wrong turn/);
  await context.close();
});

test('the quiz counts right and wrong answers, by mouse and by keys', async () => {
  const { page, open, context } = await visitor(browser);
  await open('#/learn/quiz');
  for (const [i, question] of QUESTIONS.entries()) {
    const group = page.getByRole('group', { name: question.question });
    if (i === 0) {
      await group.getByRole('radio').nth((question.right + 1) % question.options.length).check();
      await page.getByText('No.').waitFor();
    } else if (i === 1) {
      await group.getByRole('radio').first().focus();
      for (let k = 0; k < question.right; k++) await page.keyboard.press('ArrowDown');
    } else {
      await group.getByLabel(question.options[question.right], { exact: true }).check();
    }
  }
  assert.equal(await page.getByRole('status').textContent(), `${QUESTIONS.length - 1} of ${QUESTIONS.length} right`);
  await context.close();
});

test('the human and the machine learn from three sentences; the numbers of the machine are those of the formula', async () => {
  const { page, open, context } = await visitor(browser);
  await open('#/learn/human');
  // From zero weights the machine says a half, and every feature that occurs moves by a half.
  await page.getByRole('button', { name: 'Casual' }).click();
  await page.getByText('The machine said 50.0 % formal').waitFor();
  await page.getByText('by 0.500 each').waitFor();
  await page.getByLabel('What misled you?').selectOption('“grateful”');
  await page.getByText('I think I gave “grateful” too little weight').waitFor();
  await page.getByRole('button', { name: 'Next sentence' }).click();
  // Only the bias is shared: p = 1 / (1 + e^-0.5).
  await page.getByRole('button', { name: 'Casual' }).click();
  const p = 1 / (1 + Math.exp(-0.5));
  await page.getByText(`The machine said ${(100 * p).toFixed(1)} % formal`).waitFor();
  await page.getByRole('button', { name: 'Next sentence' }).click();
  // The bias and "a long word" are shared: z = (0.5 - p) + 0.5.
  await page.getByRole('button', { name: 'Formal' }).click();
  await page.getByText(`The machine said ${(100 / (1 + Math.exp(p - 1))).toFixed(1)} % formal`).waitFor();
  await page.getByRole('button', { name: 'See both rules' }).click();
  assert.match(await page.getByRole('status').textContent(), /2 of 3 right/);
  // One's own rule is still there when one comes back, and gone when one plays again.
  await page.getByLabel('Your rule, in one sentence').fill('Questions are casual.');
  await page.reload();
  assert.equal(await page.getByLabel('Your rule, in one sentence').inputValue(), 'Questions are casual.');
  assert.match(await page.getByRole('status').textContent(), /2 of 3 right/);
  await page.getByRole('button', { name: 'Play again' }).click();
  await page.getByRole('heading', { name: 'Sentence 1 of 3' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Sentence 1 of 3' }).waitFor();
  await context.close();
});

test('a dotted word explains itself to the pointer and to the keyboard, and goes away with Escape', async () => {
  const { page, open, context } = await visitor(browser);
  await open('#/step');
  const word = page.getByRole('button', { name: 'batch', exact: true }).first();
  await word.hover();
  await page.getByRole('tooltip').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
  await word.focus();
  assert.match(await page.getByRole('tooltip').textContent(), /share one change of the weights/);
  await context.close();
});
