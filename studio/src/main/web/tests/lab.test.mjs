// The network that learns before one's eyes, and the numbers of one step against an independent computation.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { batch, features, move, trace as traced } from '../dev/network.mjs';
import { ask, barriers, launch, visitor } from './browser.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const close = (actual, expected, tolerance, what) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${what}: ${actual}, expected ${expected}`);

test('the first visit sees a network learn within ten seconds', async () => {
  const { page, open, faults, context } = await visitor(browser);
  await open('#/playground');
  const losses = () => page.locator('.right tbody tr').first().locator('td').first().textContent();
  await page.waitForFunction(() => Number(document.querySelector('.right tbody td')?.textContent) > 0);
  const early = Number(await losses());
  await page.waitForFunction((early) => Number(document.querySelector('.right tbody td')?.textContent) < early - 0.1, early, { timeout: 10_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  assert.deepEqual(faults, []);
  await context.close();
});

test('who asked for less motion starts it', async () => {
  const { page, open, context } = await visitor(browser, { motion: 'reduce' });
  await open('#/playground');
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  await page.waitForTimeout(1000);
  assert.equal(await page.locator('.counters dd').first().textContent(), '0');
  await context.close();
});

test('the same address gives the same weights, bit for bit, with what was changed by hand', async () => {
  const digests = [];
  const address = '#/playground?data=xor&layers=4tanh&optimizer=sgd&learningRate=0.1&steps=60&changes=20_layers.0.weight_0.1_0.75~40_0.05';
  for (let i = 0; i < 2; i++) {
    const { page, open, context } = await visitor(browser);
    await open(address);
    await page.waitForFunction(() => document.querySelector('.counters dd')?.textContent === '60');
    digests.push(await page.getByText('Digest of all weights').locator('code').textContent());
    // The address is still the one that leads here.
    const query = new URLSearchParams(page.url().split('?')[1]);
    assert.equal(query.get('steps'), '60');
    assert.equal(query.get('changes'), '20_layers.0.weight_0.1_0.75~40_0.05');
    await context.close();
  }
  assert.equal(digests[0], digests[1]);
  assert.match(digests[0], /^[0-9a-f]{16}$/);
});

test('what was done in the playground is saved as a run, exported, and opened again with the same weights', async () => {
  const { page, open, faults, context } = await visitor(browser);
  await open('#/playground?data=moons&layers=4tanh&steps=60&changes=20_layers.0.weight_0.1_0.75~40_0.05');
  await page.waitForFunction(() => document.querySelector('.counters dd')?.textContent === '60');
  const digest = await page.getByText('Digest of all weights').locator('code').textContent();
  const state = await page.locator('.right tbody td').first().textContent();
  await page.getByRole('button', { name: 'Save as a run' }).click();
  const link = page.getByText('Saved:').getByRole('link');
  const run = await link.textContent();
  await open('#/runs');
  await page.getByRole('link', { name: run }).click();
  await page.getByRole('heading', { level: 1, name: run }).waitFor();
  await page.getByText('training, mean of the interval').waitFor();
  assert.equal(await page.locator('dt', { hasText: /^step$/ }).locator('xpath=../dd[1]').textContent(), '60');
  // Every batch has its point.
  assert.equal((await ask(page, `/api/runs/${run}/curve?series=loss&width=1000`)).points, 60);
  for (const [name, begin] of [['as a page', '<!doctype html>'], ['as a file', 'PK']]) {
    const address = await page.getByRole('link', { name }).getAttribute('href');
    const body = await (await page.request.get(new URL(address, page.url()).href)).body();
    assert.equal(body.subarray(0, begin.length).toString().toLowerCase(), begin.toLowerCase());
  }
  await page.getByRole('link', { name: 'Open in the playground' }).click();
  await page.waitForFunction((digest) => document.querySelector('p code')?.textContent === digest, digest);
  assert.equal(await page.locator('.right tbody td').first().textContent(), state);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a weight that is changed by hand changes what the network says', async () => {
  const { page, open, context } = await visitor(browser, { motion: 'reduce' });
  await open('#/playground');
  await page.getByRole('button', { name: 'output', exact: true }).click();
  const digest = () => page.getByText('Digest of all weights').locator('code').textContent();
  const before = await digest();
  await page.getByLabel('bias', { exact: true }).fill('2.5');
  await page.keyboard.press('Enter');
  await page.waitForFunction((before) => ![...document.querySelectorAll('code')].some((code) => code.textContent === before), before);
  await page.getByRole('button', { name: 'Check the gradient of bias' }).click();
  await page.getByText('off by').waitFor();
  await context.close();
});

test('a weight and its gradient are read by pointing at its line', async () => {
  const { page, open, context } = await visitor(browser, { motion: 'reduce' });
  await open('#/playground?layers=2tanh&steps=3');
  await page.waitForFunction(() => document.querySelector('.counters dd')?.textContent === '3');
  await page.getByText('Show as a table: The network').click();
  const table = page.getByRole('region', { name: 'The network, as a table' });
  for (const [line, from, to] of [[0, 'x1', 'unit 1 of layer 1'], [3, 'x2', 'unit 2 of layer 1'], [4, 'unit 1 of layer 1', 'output']]) {
    const box = await page.locator('.touch').nth(line).evaluate((path) => {
      const at = path.getPointAtLength(path.getTotalLength() * 0.2).matrixTransform(path.getScreenCTM());
      return { x: at.x, y: at.y };
    });
    await page.mouse.move(box.x, box.y);
    const reading = await page.locator('.reading').textContent();
    assert.match(reading, new RegExp(`${from} → ${to}`));
    const row = await table.getByRole('row').filter({ hasText: new RegExp(`^${from}\\s*${to}`) }).getByRole('cell').allTextContents();
    assert.ok(reading.includes(`w = ${row[2]} `) && reading.includes(`∂L/∂w = ${row[3]} `), `${reading} and ${row}`);
  }
  await context.close();
});

test('points of one’s own come from a file, and what is none is refused with its line', async () => {
  const { page, open, faults, context } = await visitor(browser, { motion: 'reduce' });
  await open('#/playground');
  const file = page.getByLabel('My own: a CSV');
  await file.setInputFiles({ name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from('x1,x2,class\n0.5,0.5,1\n0.1,0.2\n') });
  await page.getByText('Line 3: expected two numbers and a class').waitFor();
  const rows = Array.from({ length: 40 }, (_, i) => `${((i * 7) % 20) / 10 - 1},${((i * 3) % 20) / 10 - 1},${(i * 7) % 20 > 9 ? 1 : 0}`);
  await file.setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(['x1,x2,class', ...rows].join('\n')) });
  await page.getByText('training 24').waitFor();
  await page.getByRole('button', { name: 'One epoch' }).click();
  await page.waitForFunction(() => Number(document.querySelector('.counters dd')?.textContent) > 0);
  // The address holds the points: it leads to the same network in another visit.
  const address = page.url();
  const digest = await page.getByText('Digest of all weights').locator('code').textContent();
  const other = await visitor(browser);
  await other.page.goto(address);
  await other.page.waitForFunction((digest) => document.querySelector('p code')?.textContent === digest, digest);
  await other.context.close();
  assert.deepEqual(faults, []);
  await context.close();
});

for (const optimizer of ['sgd', 'adam']) {
  test(`every number of one iteration equals an independent computation in double precision: ${optimizer}`, async () => {
    const { page, open, context } = await visitor(browser);
    await open('#/runs');
    const specification = {
      seed: 7,
      data: { kind: 'circle', points: 60, noise: 0.1 },
      features: ['x1', 'x2', 'x1*x2'],
      layers: [{ units: 3, activation: 'tanh' }, { units: 2, activation: 'sigmoid' }],
      optimizer,
      learningRate: 0.1,
      batch: 4,
    };
    const lab = await ask(page, '/api/lab', specification);
    for (let step = 0; step < 3; step++) {
      const state = (await ask(page, `/api/lab/${lab.id}`)).state;
      const trace = await ask(page, `/api/lab/${lab.id}/trace`, {});
      const layers = state.layers;
      const rows = trace.rows.map((row) => lab.data.train[row]).map((row) => [specification.features.map((name) => features[name](row)), row[2]]);
      const expected = batch(layers, rows, 'cross-entropy');
      close(trace.loss, expected.loss, 1e-5, 'loss');
      trace.examples.forEach((example, e) => {
        const own = traced(layers, ...rows[e], 'cross-entropy');
        close(example.loss, own.loss, 1e-5, 'loss of an example');
        example.inputs.forEach((input, i) => close(input, rows[e][0][i], 1e-6, 'input'));
        example.layers.forEach((layer, l) =>
          layer.units.forEach((unit, j) => {
            const last = l === example.layers.length - 1;
            if (last) close(example.probabilities[1], own.probabilities[1], 1e-5, 'probability');
            for (const name of last ? ['z', 'delta'] : ['z', 'a', 'slope', 'blame', 'delta']) close(unit[name], own.passes[l].units[j][name], 1e-5, `${name} of unit ${j} in layer ${l}`);
            unit.products.forEach((product, i) => close(product, own.passes[l].units[j].products[i], 1e-5, 'product'));
          }),
        );
      });
      for (const parameter of trace.parameters) {
        const [, l, part] = parameter.path.split('.');
        const gradient = part === 'weight' ? expected.gradients[l].weight.flat() : expected.gradients[l].bias;
        parameter.gradient.forEach((g, i) => {
          close(g, gradient[i], 1e-5, `gradient of ${parameter.path}[${i}]`);
          close(parameter.numeric[i], gradient[i], 1e-5, `tried-out gradient of ${parameter.path}[${i}]`);
          if (step === 0) {
            const state = {};
            close(parameter.newWeight[i], move(optimizer, parameter.weight[i], gradient[i], 0.1, state, 1), 1e-4, `new ${parameter.path}[${i}]`);
          }
        });
      }
      const next = await ask(page, `/api/lab/${lab.id}/step`, { steps: 1 });
      for (const parameter of trace.parameters) {
        const [, l, part] = parameter.path.split('.');
        assert.deepEqual(next.layers[l][part].flat(), parameter.newWeight, 'a step gives what its trace said, bit for bit');
      }
    }
    await ask(page, `/api/lab/${lab.id}/close`, {});
    await context.close();
  });
}

test('an iteration is walked through by keys, and shows the loss that the formula gives', async () => {
  const { page, open, faults, context } = await visitor(browser);
  await open('#/step?preset=fruit');
  await page.getByText('How wrong is it?').waitFor();
  const text = await page.locator('.formula').first().textContent();
  assert.match(text, /2\.526/); // −ln 0.08
  assert.match(text, /0\.8464/); // 0.92²
  await page.keyboard.press('Shift+ArrowLeft');
  await page.getByText('multiplies what comes in').waitFor();
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByText('How wrong is it?').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByText('to blame for').waitFor();
  assert.match(await page.locator('.formula').first().textContent(), /0\.92/); // δ = p − y
  // Beside each gradient stands what trying it out gives.
  await page.waitForFunction(() => !document.querySelector('tbody tr:last-child td:last-child').textContent.includes('–'));
  for (const row of await page.locator('tbody tr').all()) {
    const [, gradient, tried] = (await row.getByRole('cell').allTextContents()).map((text) => Number(text.replace('−', '-')));
    close(tried, gradient, 1e-3, 'gradient tried out');
  }
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByText('gradient by backpropagation').waitFor();
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByText('The same batch again').waitFor();
  await page.getByRole('button', { name: 'Take this step' }).click();
  await page.getByText('step 1,').waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test('an iteration can be read on a narrow screen, and the same with Adam', async () => {
  const { page, open, context } = await visitor(browser, { width: 390 });
  await open('#/step?layers=4tanh,3relu&optimizer=adam&batch=8');
  await page.getByText('multiplies what comes in').waitFor();
  for (const [phase, sign] of [['2 Loss', 'How wrong is it?'], ['3 Backward', 'to blame for'], ['4 Update', 'running mean of its square']]) {
    await page.getByRole('button', { name: phase }).click();
    await page.getByText(sign).first().waitFor();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, `${phase} is too wide`);
    assert.deepEqual(await barriers(page), []);
  }
  await context.close();
});

test('three learning rates run side by side under the limit of the network', async () => {
  const { page, open, faults, context } = await visitor(browser);
  await open('#/rates');
  await page.getByText('this network’s limit at its start: 2/λ =').waitFor();
  await page.getByRole('button', { name: /^Run/ }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('.three dd')].filter((_, i) => i % 3 === 0).every((dd) => Number(dd.textContent) > 5));
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Judge them' }).click();
  await page.getByRole('columnheader', { name: 'verdict' }).waitFor({ timeout: 30_000 });
  assert.equal(await page.locator('tbody tr').count(), 3);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a network overfits, and forks with a remedy appear beside it', async () => {
  const { page, open, faults, context } = await visitor(browser);
  await open('#/overfit');
  await page.getByRole('button', { name: /^Run/ }).click();
  await page.getByText('Overfitting since epoch').waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: /weight decay/ }).click();
  await page.getByRole('rowheader', { name: '+ weight decay' }).waitFor();
  await page.getByRole('button', { name: /more data/ }).click();
  await page.locator('.verdicts li', { hasText: /more data.*at step [12]\D?\d{3} its/ }).waitFor({ timeout: 30_000 });
  // Read from the table, not from the words: at the end the fork costs less than a third of what the other costs.
  const validation = async (name) => Number(await page.getByRole('row', { name: new RegExp(name) }).getByRole('cell').nth(1).textContent());
  assert.ok((await validation('more data')) < (await validation('as it is')) / 3);
  await page.getByText('It learns from 600 examples instead of 24').waitFor();
  await page.getByRole('button', { name: /Stop at the best/ }).click();
  await page.getByRole('rowheader', { name: 'Stop at the best epoch' }).waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test('the map lights the loop in its order, and in the course of a step all there is', async () => {
  const { page, open, context } = await visitor(browser);
  await open('#/learn/map');
  await page.locator('.map').waitFor();
  assert.equal(await page.locator('.map .concept').count(), 13);
  assert.equal(await page.locator('.map .relation').count(), 13);
  const next = page.getByRole('button', { name: 'Next part of a step' });
  const lit = [];
  const seen = new Set();
  for (let i = 0; i < 5; i++) {
    await next.click();
    await page.waitForTimeout(300);
    for (const label of await page.locator('.relation.lit, .relation.along').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')))) seen.add(label);
    lit.push((await page.locator('.relation.lit').first().getAttribute('aria-label')) ?? '');
  }
  assert.deepEqual(lit, [
    '1 Forward pass produces prediction for 2 Calculate loss',
    '2 Calculate loss triggers 3 Backpropagation',
    '3 Backpropagation computes gradients for 4 Gradient descent',
    '4 Gradient descent updates Weights',
    'Weights used in next 1 Forward pass',
  ]);
  assert.equal(seen.size, 13, 'in the course of a step every relationship is lit');
  await context.close();
});
