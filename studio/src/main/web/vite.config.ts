import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { mock } from './dev/mock.mjs';

const out = new URL('../../../target/web', import.meta.url).pathname;

/** Beside every file its compressed form, which the server sends as it is. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    closeBundle() {
      for (const folder of [out, join(out, 'assets')]) {
        for (const name of readdirSync(folder)) {
          if (/\.(js|css|html|svg)$/.test(name)) {
            const file = join(folder, name);
            writeFileSync(file + '.gz', gzipSync(readFileSync(file), { level: 9 }));
          }
        }
      }
    },
  };
}

export default defineConfig({
  plugins: [svelte(), compressed(), mock()],
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the policy of the server allows no data: addresses for scripts, styles and fonts
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
