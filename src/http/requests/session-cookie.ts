const attributes = 'HttpOnly; SameSite=Strict';
/** As long as a session may last; it may end before. */
const sessionSeconds = 7 * 24 * 3_600;
/** As long as a browser is known again. */
const deviceSeconds = 180 * 24 * 3_600;

const kinds = {
  session: { name: 'pannier_session', path: '/', seconds: sessionSeconds },
  // Sent to the sign-in alone.
  device: { name: 'pannier_device', path: '/v1/sessions', seconds: deviceSeconds },
};

function cookie(kind: keyof typeof kinds, token: string, isSecure: boolean, seconds = kinds[kind].seconds): string {
  const { name, path } = kinds[kind];
  return `${name}=${token}; Path=${path}; ${attributes}; Max-Age=${seconds}${isSecure ? '; Secure' : ''}`;
}

/** What sets the cookie of a session: no script sees it, and no other site sends it along. */
export const sessionCookie = (token: string, isSecure: boolean) => cookie('session', token, isSecure);

/** What sets the cookie by which a browser is known again when somebody signs in there. */
export const deviceCookie = (token: string, isSecure: boolean) => cookie('device', token, isSecure);

export const clearedSessionCookie = cookie('session', '', false, 0);

const formOf = ({ name }: { name: string }) => new RegExp(`(?:^|;) *${name}=([\\w-]{43})(?:;|$)`);
const forms = { session: formOf(kinds.session), device: formOf(kinds.device) };

/** The session that a `Cookie` header names. */
export const readSessionCookie = (header: string): string | undefined => forms.session.exec(header)?.[1];

/** The device that a `Cookie` header names. */
export const readDeviceCookie = (header: string): string | undefined => forms.device.exec(header)?.[1];
