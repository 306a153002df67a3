// A run while it goes on: what is shown is what is recorded, through a cut of the network too, and it can be steered.
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { after, before, test } from 'node:test';
import { ask, base, first, launch, visitor } from './browser.mjs';

const RUN = 'going-on';
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A way to the server that can be cut; to the server it looks like the browser itself. */
function wire() {
  const sockets = new Set();
  const target = new URL(base);
  let cut = false;
  const server = createServer((incoming, answer) => {
    const headers = { ...incoming.headers, host: target.host };
    if (headers.origin) headers.origin = target.origin;
    const outgoing = request({ host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers }, (back) => {
      answer.writeHead(back.statusCode, back.headers);
      back.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  server.on('connection', (socket) => {
    if (cut) return socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const through = new URL(first);
      through.port = server.address().port;
      resolve({
        through: through.href,
        set cut(value) {
          cut = value;
          if (cut) sockets.forEach((socket) => socket.destroy());
        },
        close: () => {
          sockets.forEach((socket) => socket.destroy());
          server.close();
        },
      });
    }),
  );
}

const factOf = async (page, name) => Number((await page.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=../dd[1]').textContent()).replace(/[^\d.e-]/g, ''));

test('after the network was gone for ten seconds the curve has no hole', { timeout: 60_000 }, async (t) => {
  const line = await wire();
  t.after(() => line.close());
  const { page, open, context } = await visitor(browser, { through: line.through });
  await open(`#/run/${RUN}`);
  await page.waitForFunction(() => document.querySelectorAll('.facts dd').length > 4);
  await page.waitForTimeout(1500);
  const before = await factOf(page, 'step');
  line.cut = true;
  await page.getByText('no connection').waitFor();
  await page.waitForTimeout(10_000);
  line.cut = false;
  await page.getByText('no connection').waitFor({ state: 'detached', timeout: 15_000 });
  await page.waitForTimeout(1500);
  const reached = await factOf(page, 'step');
  assert.ok(reached > before + 500, `${before} … ${reached}`);
  // The table under the curve has about a hundred of its points, so steps between two rows say what is missing.
  await page.getByText('Show as a table: Loss').click();
  const steps = await page.locator('table').first().locator('tbody tr td:first-child').allTextContents();
  const numbers = steps.map((text) => Number(text.replace(/[^\d]/g, '')));
  const widest = Math.max(...numbers.slice(1).map((step, i) => step - numbers[i]));
  assert.ok(widest <= Math.max(60, reached / 20), `${widest} steps are missing in a row, of ${reached}`);
  await context.close();
});

test('what the page says is what was recorded', async () => {
  const { page, open, context } = await visitor(browser);
  await open('#/runs');
  await page.getByRole('link', { name: 'ended-fast' }).click();
  await page.getByText('training, mean of the interval').waitFor();
  const loss = await ask(page, '/api/runs/ended-fast/curve?series=loss&width=1000');
  const shown = await factOf(page, 'loss');
  const last = loss.mean.at(-1);
  assert.ok(Math.abs(shown - last) < 1e-4 * Math.abs(last), `${shown} and ${last}`);
  // The validation loss of the last epoch, and the lowest of all.
  const epochs = (await ask(page, '/api/runs/ended-fast/events')).filter((event) => event.kind === 'epoch').map((event) => event.detail.validationLoss);
  const validation = await factOf(page, 'validation');
  assert.ok(Math.abs(validation - epochs.at(-1)) < 1e-4);
  // The lines of the picture: what knowing nothing costs, what nobody can beat, and the best epoch.
  const picture = await page.getByRole('img', { name: /^Loss\./ }).getAttribute('aria-label');
  assert.match(picture, /know nothing 0\.6931; floor 0; best: epoch \d/);
  await page.getByText(`best epoch ${epochs.indexOf(Math.min(...epochs)) + 1}`.replace('best epoch', 'in epoch')).waitFor();
  await context.close();
});

test('a run is paused, gets another learning rate and goes on; all of it is in the record', { timeout: 40_000 }, async () => {
  const { page, open, faults, context } = await visitor(browser);
  await open(`#/run/${RUN}`);
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  let known = 0;
  for (let some; (some = await ask(page, `/api/runs/${RUN}/events?after=${known}`)).length; ) known = some.at(-1).id;
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('.status', { hasText: 'paused' }).waitFor();
  const step = await factOf(page, 'step');
  await page.waitForTimeout(1000);
  assert.ok((await factOf(page, 'step')) <= step + 1);
  await page.getByLabel('Learning rate from the next step on').fill('0.005');
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.locator('.status', { hasText: 'running' }).waitFor();
  await page.waitForTimeout(1500);
  const events = await ask(page, `/api/runs/${RUN}/events?after=${known}`);
  const steering = events.filter((event) => ['pause', 'continue', 'learningRate'].includes(event.kind));
  assert.deepEqual(new Set(steering.map((event) => event.kind)), new Set(['pause', 'learningRate', 'continue']));
  assert.equal(steering.find((event) => event.kind === 'learningRate').detail.value, 0.005);
  assert.equal(await factOf(page, 'learning rate'), 0.005);
  assert.deepEqual(faults, []);
  await context.close();
});

test('runs are found by their settings, and compared by what differs', async () => {
  const { page, open, context } = await visitor(browser);
  await open('#/runs');
  await page.getByLabel('Search').fill('adam 0.001');
  await page.getByText(/^1 of \d runs/).waitFor();
  await page.getByLabel('Search').fill('ended');
  await page.getByLabel('Compare ended-slow').check();
  await page.getByLabel('Compare ended-fast').check();
  await page.getByRole('link', { name: 'Compare 2 runs' }).click();
  await page.getByRole('rowheader', { name: 'settings.lr' }).waitFor();
  assert.equal(await page.getByRole('rowheader', { name: 'settings.optimizer' }).count(), 0);
  await page.getByLabel('show settings that are the same too').check();
  await page.getByRole('rowheader', { name: 'settings.optimizer' }).waitFor();
  await context.close();
});

test('a run without a record says so, and how to record one', async () => {
  const { page, open, faults, context } = await visitor(browser);
  await open('#/runs');
  await page.getByRole('link', { name: 'unrecorded' }).click();
  await page.getByRole('heading', { name: 'Nothing was recorded' }).waitFor();
  await page.getByText('unless --no-record is given').waitFor();
  await page.getByText('Show the settings').click();
  await page.getByRole('cell', { name: '0.25' }).waitFor();
  assert.equal(await page.getByText('no connection').count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});
