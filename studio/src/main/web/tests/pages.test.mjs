// Every page in both themes and both widths: nothing in anybody's way, nothing wider than the window, no error.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, barriers, launch, visitor } from './browser.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const PAGES = {
  '#/playground': 'Playground',
  '#/step': 'One iteration',
  '#/rates': 'Learning-rate lab',
  '#/overfit': 'Overfit lab',
  '#/learn/map': 'Learn',
  '#/learn/words': 'Learn',
  '#/learn/match': 'Learn',
  '#/learn/quiz': 'Learn',
  '#/learn/human': 'Learn',
  '#/learn/cards': 'Learn',
  '#/runs': 'Runs',
};

for (const [width, theme] of [[1280, 'light'], [390, 'dark']]) {
  test(`every page can be used by everybody, ${width} wide, ${theme}`, async () => {
    const { page, faults, open, context } = await visitor(browser, { width, theme });
    await open('#/runs');
    await page.getByRole('heading', { level: 1 }).waitFor();
    const runs = await ask(page, '/api/runs');
    const pages = { ...PAGES, ...(runs.some((run) => run.id === 'unrecorded') ? { '#/run/unrecorded': 'unrecorded' } : {}) };
    const recorded = runs.filter((run) => run.status !== 'unrecorded');
    if (recorded.length) pages[`#/run/${recorded[0].id}`] = recorded[0].id;
    if (recorded.length > 1) pages[`#/compare?ids=${recorded[0].id},${recorded[1].id}`] = 'Compare 2 runs';
    const wrong = [];
    for (const [hash, title] of Object.entries(pages)) {
      await open(hash);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      await page.waitForTimeout(150);
      for (const barrier of await barriers(page)) wrong.push(`${hash} ${barrier}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) wrong.push(`${hash} is ${wide} wide`);
    }
    assert.deepEqual([...wrong, ...faults], []);
    await context.close();
  });
}
