// A browser and the studio that it looks at: NUDGE_STUDIO is the address that the server prints, with its token.
import { existsSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
export const first = process.env.NUDGE_STUDIO ?? 'http://127.0.0.1:5177/';
export const base = new URL('/', first).href;
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export function launch() {
  const executablePath = process.env.NUDGE_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`there is no browser at ${executablePath}`);
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A visitor with a window of his own; what goes wrong in it is gathered in `faults`. */
export async function visitor(browser, { width = 1280, theme = 'light', motion = 'no-preference', through = first } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 844 : 800 },
    colorScheme: theme,
    reducedMotion: motion,
    locale: 'en-GB',
  });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()} (${message.location().url})`));
  if (new URL(through).search) await page.goto(through);
  const home = new URL('/', through).href;
  return { context, page, faults, open: (hash) => page.goto(`${home}${hash}`) };
}

/** What is hard or impossible to use for some people, by the rules of axe for WCAG 2.2 AA. */
export async function barriers(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return found.violations.map(
    (violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`,
  );
}

/** Asks the server as the page would. */
export function ask(page, path, body) {
  return page.evaluate(
    async ([path, body]) => {
      const answer = await fetch(path, body === null ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    [path, body ?? null],
  );
}
