// Compiles the sources to dist/, and lays openapi.yaml parsed beside them. `--where-possible`: only where the compiler is installed, so that an installation without it
// ends well; `--where-missing`: only where dist/ is not there yet, and with what to do in one sentence where it cannot be made.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const mode = process.argv[2];
const isBuilt = existsSync(new URL('dist/src/cli.js', import.meta.url));

function compiler() {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc');
  } catch {
    return undefined;
  }
}

if (mode !== '--where-missing' || !isBuilt) {
  const tsc = compiler();
  if (tsc) {
    try {
      execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: here, stdio: 'inherit' });
    } catch {
      process.exit(1);
    }
    const { keepParsedOpenApi } = await import('./dist/src/openapi.js');
    keepParsedOpenApi();
  } else if (mode !== '--where-possible') {
    console.error(
      'dist/ is not there and the compiler is not installed: run `npm ci && npm run build` once, then start again.',
    );
    process.exit(1);
  }
}
