import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { runCli } from '../../support/service/cli.ts';
import { createTestDatabase } from '../../support/service/database.ts';

test('a start that fails says why, and ends', async () => {
  const database = await createTestDatabase();
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  const { port } = occupant.address() as AddressInfo;
  try {
    const { code, errors } = await runCli(database.connectionString, 'serve', { PANNIER_PORT: String(port) });
    expect([code, errors]).toEqual([1, `Port ${port} of 127.0.0.1 is taken: choose another with PANNIER_PORT.\n`]);
  } finally {
    occupant.close();
    await database.drop();
  }
});
