import { svelte } from '@sveltejs/vite-plugin-svelte';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const out = new URL('../../../target/web', import.meta.url).pathname;

/** Everything in one page that opens by double-click; whoever exports a run puts it in the place of the null. */
function onePage(): Plugin {
  return {
    name: 'one-page',
    enforce: 'post', // behind the plugin that gathers the styles
    generateBundle(_, bundle) {
      let script = '';
      let style = '';
      for (const [name, part] of Object.entries(bundle)) {
        if (part.type === 'chunk') script += part.code;
        else if (name.endsWith('.css')) style += part.source;
        delete bundle[name];
      }
      writeFileSync(
        join(out, 'viewer.html'),
        `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Nudge run</title>
<style>${style.replaceAll('</style', '<\\/style')}</style>
</head>
<body>
<div id="app"></div>
<script type="application/json" id="nudge-run">null</script>
<script>${script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')}</script>
</body>
</html>
`,
      );
    },
  };
}

export default defineConfig({
  plugins: [svelte(), onePage()],
  build: {
    outDir: out,
    emptyOutDir: false,
    target: 'es2022',
    cssCodeSplit: false,
    rolldownOptions: { input: 'src/viewer.ts', output: { format: 'iife', codeSplitting: false } },
  },
});
