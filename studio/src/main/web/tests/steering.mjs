// A run is steered by the buttons of its page: paused, given another learning rate, continued, stopped. Whoever calls this
// repeats the run and compares the weights: `SteeringTest` of the command line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch, visitor } from './browser.mjs';

test('a run is paused, given another learning rate, continued and stopped by its buttons', { timeout: 60_000 }, async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const { page, open, faults } = await visitor(browser);
  await open(`#/run/${process.env.NUDGE_RUN}`);
  const step = async () => Number((await page.locator('dt', { hasText: /^step$/ }).locator('xpath=../dd[1]').textContent()).replace(/\D/g, ''));
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('.status', { hasText: 'paused' }).waitFor();
  await page.getByLabel('Learning rate from the next step on').fill('0.05');
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByText('Asked for a learning rate of 0.05').waitFor();
  await page.waitForTimeout(500);
  const paused = await step();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.locator('.status', { hasText: 'running' }).waitFor();
  for (let i = 0; i < 100 && (await step()) === paused; i++) await page.waitForTimeout(100);
  assert.ok((await step()) > paused, 'it goes on');
  await page.getByRole('button', { name: 'Stop and save' }).click();
  await page.locator('.status', { hasText: 'stopped by hand' }).waitFor();
  await page.locator('.events .kind', { hasText: 'learningRate' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Pause' }).count(), 0, 'there is nothing left to steer');
  assert.deepEqual(faults, []);
});
