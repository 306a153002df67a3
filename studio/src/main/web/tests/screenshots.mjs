// Takes the pictures of the documentation: node tests/screenshots.mjs FOLDER [WIDTHS [PAGES]], with NUDGE_STUDIO the address
// of a server that has at least two runs.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ask, launch, visitor } from './browser.mjs';

const folder = process.argv[2] ?? 'screenshots';
mkdirSync(folder, { recursive: true });
const widths = (process.argv[3] ?? '1280').split(',').map(Number);
const only = process.argv[4]?.split(',');
const browser = await launch();
for (const width of widths) {
  for (const theme of ['light', 'dark']) {
    const { page, open, faults, context } = await visitor(browser, { width, theme });
    await open('#/runs');
    await page.getByRole('heading', { level: 1 }).waitFor();
    const runs = (await ask(page, '/api/runs')).filter((run) => run.status !== 'unrecorded' && run.record?.kind !== 'playground');
    const click = (name) => page.getByRole('button', { name }).first().click();
    const pages = {
      playground: ['#/playground', () => page.waitForTimeout(7000)],
      step: ['#/step', async () => { await page.keyboard.press('Shift+ArrowRight'); await page.keyboard.press('Shift+ArrowRight'); await page.keyboard.press('ArrowRight'); }],
      rates: ['#/rates', async () => { await click(/^Run/); await page.waitForTimeout(12_000); await click('Judge them'); await page.getByRole('columnheader', { name: 'verdict' }).waitFor(); }],
      overfit: ['#/overfit', async () => { await click(/^Run/); await page.getByText('Overfitting since').waitFor(); await click(/weight decay/); await click(/more data/); await page.waitForTimeout(9000); }],
      map: ['#/learn/map', async () => { await click('Next part'); await page.waitForTimeout(300); await click('Next part'); await page.waitForTimeout(300); await click('Next part'); }],
      glossary: ['#/learn/words', null],
      matching: ['#/learn/match', null],
      quiz: ['#/learn/quiz', () => page.getByRole('radio').nth(1).check()],
      human: ['#/learn/human', () => click('Casual')],
      cards: ['#/learn/cards', async () => { await click('Ten times'); await click(/Learn the sheet/); await page.waitForTimeout(1500); }],
      runs: ['#/runs', null],
      run: [`#/run/${runs[0]?.id}`, null],
      compare: [`#/compare?ids=${runs.slice(0, 2).map((run) => run.id)}`, null],
    };
    for (const [name, [hash, act]] of Object.entries(pages)) {
      if (only && !only.includes(name)) continue;
      await open(hash);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(1000);
      try {
        await act?.();
      } catch (error) {
        console.log(`${name}: ${error.message.split('\n')[0]}`);
      }
      await page.evaluate(() => scrollTo(0, 0));
      await page.waitForTimeout(600);
      await page.screenshot({ path: join(folder, `${name}-${theme}${width === 1280 ? '' : `-${width}`}.png`), fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(1200, await page.evaluate(() => document.documentElement.scrollHeight)) } });
    }
    faults.forEach((fault) => console.log(fault));
    await context.close();
  }
}
await browser.close();
