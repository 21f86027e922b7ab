import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json: the code runs from `src/` in tests and from `dist/service/` otherwise. */
function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('package.json of pannier not found');
    folder = parent;
  }
  return folder;
}

export const projectRoot = findRoot();

/** Path of a file or folder that ships with the package: `migrations`, `openapi.yaml`, `models/…`. */
export function projectPath(...parts: string[]): string {
  return join(projectRoot, ...parts);
}

export const codeVersion: string = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')).version;
