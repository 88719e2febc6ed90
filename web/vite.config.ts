import { defineConfig } from 'vite';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    // Beside cargo's own output: `web/dist` is for releases, because build.rs takes it as it is.
    outDir: '../target/web',
    emptyOutDir: true,
    // The content security policy of the server forbids `data:` addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What the first page needs is one script: the pages that are loaded later take what they share with it from there. Split by
    // who uses it, it would be several, each a request before anything is seen.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } } },
    target: ['chrome111', 'firefox114', 'safari16.4'],
  },
  server: {
    // `npm run dev` beside a running `ponor demo`.
    proxy: { '/api': { target: process.env.BACKEND_URL ?? 'http://127.0.0.1:8053', changeOrigin: true } },
  },
});
