import type { Config } from '../../config.ts';
import { notFound } from '../../errors.ts';
import { createKey, listKeys, revokeKey, type Scope } from '../../keys/index.ts';
import { withStations } from '../session.ts';
import { type Output, table } from '../terminal/output.ts';

export async function createKeyCommand(config: Config, output: Output, name: string, scopes: Scope[]): Promise<void> {
  const { keyId, token } = await withStations(config, ({ database }) => createKey(database, name, scopes));
  output.result(
    { key_id: keyId, name, scopes, token },
    () => `${token}\nKey ${keyId} "${name}" may: ${scopes.join(', ')}. It is not told again.`,
  );
}

export async function listKeysCommand(config: Config, output: Output): Promise<void> {
  const keys = await withStations(config, ({ database }) => listKeys(database));
  const rows = keys.map((key) => ({
    key_id: key.keyId,
    name: key.name,
    scopes: key.scopes,
    created_at: key.createdAt,
  }));
  output.result({ keys: rows }, () => table(rows.map((row) => ({ ...row, scopes: row.scopes.join(' ') }))));
}

export async function revokeKeyCommand(config: Config, output: Output, keyId: number): Promise<void> {
  if (!(await withStations(config, ({ database }) => revokeKey(database, keyId)))) throw notFound('live key');
  output.result({ key_id: keyId, revoked: true }, () => `Key ${keyId} is revoked.`);
}
