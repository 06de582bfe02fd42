import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` shows the page with hot reload against a sandbox that already runs.
const sandbox = process.env.SANDBOX_URL ?? "http://127.0.0.1:8799";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../static",
    emptyOutDir: true,
    sourcemap: false,
    // What the built page contains of others goes along with their licences.
    license: { fileName: "licenses.md" },
    // One script and one style sheet: the page is served from loopback.
    chunkSizeWarningLimit: 2000,
  },
  server: {
    proxy: { "/sandbox": sandbox, "/slack": sandbox },
  },
});
