const text = new TextEncoder();

/**
 * A token by which a page may speak for a customer until `expiresAt`, for the shop's server alone: it takes the `customer_secret` of
 * a publishable key. Made by Web Crypto, so that it runs in Node, at an edge and in workers.
 */
export async function signCustomerToken(secret: string, customerId: string, expiresAt: Date): Promise<string> {
  const signed = `v1.${base64url(text.encode(customerId))}.${Math.floor(expiresAt.getTime() / 1_000)}`;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', text.encode(secret), algorithm, false, ['sign']);
  return `${signed}.${base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, text.encode(signed))))}`;
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
