import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { runCliHere } from '../../support/service/cli.ts';
import { createTestDatabase } from '../../support/service/database.ts';

// Would see: commands that end after the seconds of a request, where nobody waits behind them and the machine is only busy.
test('a command waits for what a request would give up on', async () => {
  const { database, connectionString, drop } = await createTestDatabase();
  try {
    const held = database.transaction(async (tx) => {
      await tx.query('lock table policies in access exclusive mode');
      await sleep(5_500);
    });
    const [{ code, errors }] = await Promise.all([runCliHere(connectionString, 'policies list'), held]);
    expect([code, errors]).toEqual([0, '']);
  } finally {
    await drop();
  }
}, 30_000);
