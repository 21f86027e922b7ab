import { type Answer, send } from './contract.ts';

/** A page's fetches: with the cookie that it was given, and what a browser says of itself. */
export interface Browser {
  cookie: string;
  /** what it is known by when somebody signs in there again; undefined: a key signed in */
  device: string | undefined;
  csrfToken: string;
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string | undefined>): Promise<Answer>;
}

export function signIn(url: string, credentials: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return send(url, {
    method: 'POST',
    path: '/v1/sessions',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(credentials),
  });
}

/** @throws Error where the credentials are not taken */
export async function openBrowser(url: string, credentials: unknown): Promise<Browser> {
  const answer = await signIn(url, credentials);
  if (answer.status !== 201) throw new Error(`not signed in: ${answer.text}`);
  return browserOf(url, answer);
}

export function browserOf(url: string, { headers, json }: Answer): Browser {
  const [cookie, device] = ((headers['set-cookie'] ?? []) as unknown as string[]).map((line) => line.split(';')[0]);
  const csrfToken: string = json.csrf_token;
  return {
    cookie,
    device,
    csrfToken,
    ask(method, path, body, more = {}) {
      const all = {
        Cookie: cookie,
        'Sec-Fetch-Site': 'same-origin',
        ...(method !== 'GET' && { 'X-Pannier-CSRF': csrfToken }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...more,
      };
      const told = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      return send(url, { method, path, headers: Object.fromEntries(told), body: text });
    },
  };
}
