import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env['DATABANK_URL'] ?? 'http://127.0.0.1:8080';
const proxied = { target: server, changeOrigin: false };

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // Presets and documents beside this folder are read by tests and mocks.
  server: { fs: { allow: ['..'] }, proxy: { '/api': proxied, '/healthz': proxied } },
  build: {
    target: 'es2022',
    // The server's policy forbids inline scripts and data: scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://localhost/' } },
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    // Under `test` Ant Design gives every element the same id, so that a dialog is named by whatever comes first.
    env: { NODE_ENV: 'development' },
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
