const name = 'pannier_session';
const attributes = 'Path=/; HttpOnly; SameSite=Strict';
/** As long as a session may last; it may end before. */
const seconds = 7 * 24 * 3_600;

/** What sets the cookie of a session: no script sees it, and no other site sends it along. */
export function sessionCookie(token: string, isSecure: boolean): string {
  return `${name}=${token}; ${attributes}; Max-Age=${seconds}${isSecure ? '; Secure' : ''}`;
}

export const clearedSessionCookie = `${name}=; ${attributes}; Max-Age=0`;

const form = new RegExp(`(?:^|;) *${name}=([\\w-]{43})(?:;|$)`);

/** The session that a `Cookie` header names. */
export function readSessionCookie(header: string): string | undefined {
  return form.exec(header)?.[1];
}
