import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for a Postgres that is thrown away with it. For root it runs as another user, who must be able to enter. */
export async function makeScratchFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `pannier-${name}-`));
  await chmod(folder, 0o755);
  return folder;
}
