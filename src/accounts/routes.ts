import { notFound, PannierError } from '../errors.ts';
import {
  type Caller,
  clearedSessionCookie,
  deviceCookie,
  type Handlers,
  listOf,
  sessionCookie,
} from '../http/index.ts';
import { scopes } from '../keys/index.ts';
import { codeVersion } from '../project.ts';
import type { Accounts } from './accounts.ts';
import type { Credentials } from './sessions/sign-in.ts';
import type { StoredUser } from './users/store.ts';
import { signInPath } from './users/users.ts';

type Operations =
  | 'signIn'
  | 'getSession'
  | 'signOut'
  | 'listSessions'
  | 'endSession'
  | 'changePassword'
  | 'getSecondFactor'
  | 'beginSecondFactor'
  | 'confirmSecondFactor'
  | 'removeSecondFactor'
  | 'renewRecoveryCodes'
  | 'listUsers'
  | 'setUser'
  | 'deleteUser'
  | 'inviteUser';

export function accountRoutes(accounts: Accounts): Pick<Handlers, Operations> {
  const { sessions, users } = accounts;
  return {
    async signIn({ body, client }) {
      const { network = '', device: known, isSecure = false } = client ?? {};
      const { token, device } = await accounts.signIn(body as Credentials, { network, device: known });
      const caller = sessions.find(token);
      if (!caller) throw new PannierError('unauthorized', 'What was signed in with is worthless by now.');
      return {
        status: 201,
        headers: {
          'Set-Cookie': [sessionCookie(token, isSecure), ...(device ? [deviceCookie(device, isSecure)] : [])],
        },
        json: sessionJson(accounts, caller),
      };
    },
    getSession: ({ key }) => ({ json: sessionJson(accounts, key) }),
    async signOut({ key }) {
      const { sessionId } = sessionOf(key);
      await accounts.endSession(sessionId);
      return { headers: { 'Set-Cookie': clearedSessionCookie }, json: { session_id: String(sessionId) } };
    },
    listSessions: ({ key }) => ({ json: listOf(listSessions(accounts, key)) }),
    async endSession({ key, parameters }) {
      const isEnded = await accounts.endSession(Number(parameters.session_id), isAdmin(key) ? undefined : ownerOf(key));
      if (!isEnded) throw notFound('session');
      return { json: { session_id: parameters.session_id } };
    },
    async changePassword({ key, body }) {
      const { sessionId } = sessionOf(key);
      await users.changePassword(userNameOf(key), body.password, body.new_password, sessionId);
      await sessions.reload();
      return { json: { user_name: userNameOf(key) } };
    },
    ...secondFactorRoutes(accounts),
    listUsers: async () => ({ json: listOf((await users.list()).map(userJson)) }),
    async setUser({ parameters, body }) {
      const user = await users.set(parameters.user_name, body.role);
      await sessions.reload();
      return { json: userJson(user) };
    },
    async deleteUser({ parameters }) {
      await users.remove(parameters.user_name);
      await sessions.reload();
      return { json: { user_name: parameters.user_name } };
    },
    async inviteUser({ parameters, key }) {
      // Otherwise whoever finds a browser open would need neither password nor code to set others.
      if (key.session?.user?.userName === parameters.user_name) {
        throw new PannierError('conflict', 'Nobody invites themselves: change your own password in your session.');
      }
      const { ticket, expiresAt } = await users.makeTicket(parameters.user_name, 'invitation');
      return {
        status: 201,
        json: {
          user_name: parameters.user_name,
          ticket,
          path: signInPath(ticket),
          expires_at: expiresAt.toISOString(),
        },
      };
    },
  };
}

type OfSecondFactors =
  | 'getSecondFactor'
  | 'beginSecondFactor'
  | 'confirmSecondFactor'
  | 'removeSecondFactor'
  | 'renewRecoveryCodes';

/** Of users alone: a session that was begun with a key has no password to ask for. */
function secondFactorRoutes({ secondFactors }: Accounts): Pick<Handlers, OfSecondFactors> {
  return {
    async getSecondFactor({ key }) {
      const { hasPassword, since, recoveryCodesLeft } = await secondFactors.read(userNameOf(key));
      return {
        json: {
          user_name: userNameOf(key),
          has_password: hasPassword,
          has_second_factor: since !== null,
          since: since?.toISOString() ?? null,
          recovery_codes_left: recoveryCodesLeft,
        },
      };
    },
    beginSecondFactor: async ({ key, body }) => ({
      status: 201,
      json: await secondFactors.begin(userNameOf(key), body),
    }),
    async confirmSecondFactor({ key, body }) {
      const codes = await secondFactors.confirm(userNameOf(key), body.code);
      return { json: { user_name: userNameOf(key), has_second_factor: true, recovery_codes: codes } };
    },
    async removeSecondFactor({ key, body }) {
      await secondFactors.remove(userNameOf(key), body);
      return { json: { user_name: userNameOf(key), has_second_factor: false, recovery_codes: [] } };
    },
    async renewRecoveryCodes({ key, body }) {
      const codes = await secondFactors.renewRecoveryCodes(userNameOf(key), body);
      return { status: 201, json: { user_name: userNameOf(key), has_second_factor: true, recovery_codes: codes } };
    },
  };
}

function sessionOf(caller: Caller) {
  if (!caller.session) throw new PannierError('forbidden', 'This is about a session: sign in.');
  return caller.session;
}

function userNameOf(caller: Caller): string {
  const { user } = sessionOf(caller);
  if (!user) throw new PannierError('forbidden', 'This session was begun with a key: sign in as a user.');
  return user.userName;
}

const isAdmin = (caller: Caller) => caller.scopes.includes('admin');

function ownerOf(caller: Caller) {
  const { user, keyId } = sessionOf(caller);
  return { userKey: user?.userKey, keyId };
}

function sessionJson({ shop }: Accounts, caller: Caller) {
  const { sessionId, csrfToken, user, expiresAt } = sessionOf(caller);
  return {
    session_id: String(sessionId),
    user: { name: caller.name, role: user?.role ?? null },
    scopes: scopes.filter((scope) => caller.scopes.includes(scope)),
    csrf_token: csrfToken,
    expires_at: expiresAt.toISOString(),
    shop: {
      currency: shop.currency,
      minor_digits: shop.minorDigits,
      time_zone: shop.timeZone,
      version: codeVersion,
    },
  };
}

/** Those of all to whom may see them, of oneself to everybody else. */
function listSessions({ sessions }: Accounts, caller: Caller) {
  const own = caller.session?.sessionId;
  const owner = isAdmin(caller) ? undefined : ownerOf(caller);
  return sessions
    .held()
    .filter(({ session }) => !owner || (session.user?.userKey ?? -1) === owner.userKey || sameKey(session, owner))
    .map(({ session, name, expiresAt }) => ({
      session_id: String(session.sessionId),
      name,
      kind: session.user ? ('user' as const) : ('key' as const),
      is_own: session.sessionId === own,
      signed_in_at: session.signedInAt.toISOString(),
      last_seen_at: session.seenAt.toISOString(),
      expires_at: expiresAt.toISOString(),
    }));
}

const sameKey = (session: { keyId: number | undefined }, owner: { keyId: number | undefined }) =>
  owner.keyId !== undefined && session.keyId === owner.keyId;

function userJson(user: StoredUser) {
  return {
    user_name: user.userName,
    role: user.role,
    has_password: user.passwordHash !== null,
    has_second_factor: user.totpSecret !== null,
    created_at: user.createdAt.toISOString(),
  };
}
