// Runs in files: the page that needs no server, and the file that is dropped on one.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ask, barriers, base, launch, visitor } from './browser.mjs';

const RUN = 'ended-fast';
const viewer = new URL('../../../../target/web/viewer.html', import.meta.url);
let browser;
let view;
const folder = mkdtempSync(join(tmpdir(), 'nudge-files-'));
before(async () => {
  browser = await launch();
  const { page, open, context } = await visitor(browser);
  await open('#/runs');
  await page.getByRole('heading', { level: 1 }).waitFor();
  const run = await ask(page, `/api/runs/${RUN}`);
  const curves = {};
  for (const series of run.series) curves[series] = await ask(page, `/api/runs/${RUN}/curve?series=${encodeURIComponent(series)}&width=2000`);
  view = { schema: 1, run, events: await ask(page, `/api/runs/${RUN}/events`), curves };
  await context.close();
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** A zip with one entry that is not compressed. */
function zip(text) {
  const name = Buffer.from('view.json');
  const body = Buffer.from(text);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt32LE(body.length, 18);
  header.writeUInt32LE(body.length, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name, body]);
}

/** What there is of the design: letters, ground, and a chart that is as wide as its place. */
const lookOf = (page) =>
  page.evaluate(() => {
    const { fontFamily, backgroundColor } = getComputedStyle(document.body);
    return { fontFamily, backgroundColor, chart: document.querySelector('.uplot canvas').getBoundingClientRect().width };
  });

const lossOf = (page) => page.locator('dt', { hasText: /^loss$/ }).locator('xpath=../dd[1]').textContent();

test('an exported page shows the same numbers from disk, without a network', async () => {
  const hole = '<script type="application/json" id="nudge-run">null</script>';
  assert.equal(readFileSync(viewer, 'utf8').split(hole).length, 2, 'the run has one place in the page');
  const file = join(folder, 'run.html');
  const exporter = await visitor(browser);
  writeFileSync(file, await (await exporter.page.request.get(new URL(`/api/runs/${RUN}/export?format=html`, base).href)).body());
  await exporter.context.close();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, offline: true });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(pathToFileURL(file).href);
  await page.getByRole('heading', { level: 1, name: RUN }).waitFor();
  const shown = await lossOf(page);
  const look = await lookOf(page);
  assert.deepEqual(await barriers(page), []);
  assert.deepEqual(faults, []);
  await context.close();

  const served = await visitor(browser);
  await served.open(`#/run/${RUN}`);
  await served.page.getByText('training, mean of the interval').waitFor();
  assert.equal(shown, await lossOf(served.page));
  assert.deepEqual(look, await lookOf(served.page), 'it looks as it does in the studio');
  await served.context.close();
});

test('a run that was kept is opened from its file; what is none is refused in words', async () => {
  const { page, open, faults, context } = await visitor(browser);
  await open('#/open');
  const choose = page.getByLabel('or choose it');
  await choose.setInputFiles({ name: 'other.zip', mimeType: 'application/zip', buffer: zip('{}').fill(0, 30, 39) });
  await page.getByText('is a zip, but no exported run').waitFor();
  await choose.setInputFiles({ name: 'note.nudge-run', mimeType: 'text/plain', buffer: Buffer.from('hello') });
  await page.getByText('is no exported run').waitFor();
  await choose.setInputFiles({ name: 'new.nudge-run', mimeType: 'application/zip', buffer: zip(JSON.stringify({ ...view, schema: 9 })) });
  await page.getByText('this one has schema 9').waitFor();
  // The file that the studio itself gives, dropped.
  const file = await page.request.get(new URL(`/api/runs/${RUN}/export?format=zip`, base).href);
  const dropped = await page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], 'run.nudge-run'));
    return transfer;
  }, [...(await file.body())]);
  await page.getByLabel('Drop a file here').dispatchEvent('drop', { dataTransfer: dropped });
  await page.getByRole('heading', { level: 1, name: RUN }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Pause' }).count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test('what somebody did is not pushed out by what happens all the time', async () => {
  const { page, open, faults, context } = await visitor(browser);
  await open('#/open');
  const first = view.events.at(-1).id + 1;
  const events = [
    { id: first, time: 1, step: 1, kind: 'learningRate', detail: { value: 0.05 } },
    ...Array.from({ length: 300 }, (_, i) => ({ id: first + 1 + i, time: 2, step: 2 + i, kind: 'checkpoint', detail: {} })),
  ];
  const buffer = zip(JSON.stringify({ ...view, events: [...view.events, ...events] }));
  await page.getByLabel('or choose it').setInputFiles({ name: 'long.nudge-run', mimeType: 'application/zip', buffer });
  await page.getByRole('heading', { level: 1, name: RUN }).waitFor();
  await page.locator('.events .kind', { hasText: 'learningRate' }).waitFor();
  const newest = page.locator('.events li').first();
  assert.match(await newest.textContent(), /301\s*checkpoint\s*the last of 300 in a row/);
  assert.deepEqual(faults, []);
  await context.close();
});
