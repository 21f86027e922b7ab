import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type Actor, actingAs, currentActor } from '../../../src/db/connections/actor.ts';

const actor = (name: string): Actor => ({ kind: 'user', name });

// Would see: one person's change in another's name.
test('of many who act at once each is known by themselves, to the end of what they do', async () => {
  const seen = await Promise.all(
    Array.from({ length: 50 }, (_, count) =>
      actingAs(actor(`u${count}`), async () => {
        await delay(count % 7);
        const first = currentActor()?.name;
        await Promise.all([delay(1), delay(count % 3)]);
        return [first, currentActor()?.name];
      }),
    ),
  );
  expect(seen).toEqual(seen.map((_, count) => [`u${count}`, `u${count}`]));
  expect(currentActor()).toBeUndefined();
});

test('what goes on when the last of them is done is the service’s own, and so is what failed', async () => {
  let later: Promise<Actor | undefined> | undefined;
  await actingAs(actor('ana'), () => {
    later = delay(5).then(() => currentActor());
  });
  expect(await later).toBeUndefined();
  const failing = actingAs(actor('ana'), () => {
    throw new Error('failed');
  });
  await expect(failing).rejects.toThrow('failed');
  expect(currentActor()).toBeUndefined();
});
