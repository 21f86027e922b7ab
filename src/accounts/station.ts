import { daysBefore } from '../db/index.ts';
import type { Station } from '../station.ts';
import type { Accounts } from './accounts.ts';
import { deleteOldDevices } from './devices/store.ts';
import { forgetSignIns } from './guesses/sign-in-watch.ts';
import { accountRoutes } from './routes.ts';
import { deviceDays } from './sessions/sign-in.ts';
import { deleteOldSessions } from './sessions/store.ts';
import { deleteOldTickets } from './users/store.ts';

const reloadMs = 30_000;
const writeMs = 60_000;
const daysKept = 30;

/** A session that is revoked is refused within a second by notice, and within the timer's time whatever is unheard. */
export function accountsStation(accounts: Accounts): Station {
  const { sessions, keys, db } = accounts;
  return {
    routes: accountRoutes(accounts),
    load: async () => {
      // A start without the database begins with nobody signed in.
      if (!keys.isRestored()) await sessions.reload();
    },
    onNotice: (notice) => (notice.about === 'sessions' ? sessions.reload() : undefined),
    onHearing: (arrives) => (arrives ? sessions.reload() : undefined),
    timers: [
      { failure: 'sessions not reloaded', everyMs: reloadMs, run: sessions.reload },
      { failure: 'who was seen not written', everyMs: writeMs, run: sessions.writeSeen },
    ],
    stop: () => sessions.writeSeen(),
    chores: [
      { name: 'sessions that are over', tidy: (now) => deleteOldSessions(db, daysBefore(now, daysKept)) },
      { name: 'tickets that are over', tidy: (now) => deleteOldTickets(db, daysBefore(now, daysKept)) },
      { name: 'devices not seen for long', tidy: (now) => deleteOldDevices(db, daysBefore(now, deviceDays)) },
      { name: 'tries to sign in', tidy: (now) => forgetSignIns(db, now) },
    ],
  };
}
