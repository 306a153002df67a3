// Who comes for the first time, with no run on disk: a network learns before one has pressed anything.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { first, launch, visitor } from './browser.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

test('with no run on disk the address that was printed leads to a network that learns', async () => {
  const { page, faults, context } = await visitor(browser);
  const came = Date.now();
  await page.goto(first);
  await page.getByRole('heading', { level: 1, name: 'Playground' }).waitFor();
  const loss = () => page.locator('.right tbody td').first().textContent().then(Number);
  await page.waitForFunction(() => Number(document.querySelector('.right tbody td')?.textContent) > 0);
  const early = await loss();
  await page.waitForFunction((early) => Number(document.querySelector('.right tbody td')?.textContent) < early - 0.1, early, { timeout: 10_000 - (Date.now() - came) });
  await page.getByRole('link', { name: 'Runs' }).click();
  await page.getByRole('heading', { name: 'No run yet' }).waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});
