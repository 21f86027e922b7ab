import type { BrowserContext, Page } from 'playwright-core';
import { payloads } from './payloads.ts';

/** Ids and names of what was stored, to look at. */
export const hostileId = payloads[0] as string;

/** Stores every payload in every field that a page shows: ids, titles, categories, brands, attributes, channels, words, names. */
export async function storeHostileTexts(context: BrowserContext, url: string): Promise<void> {
  const session = await (await context.request.get(`${url}/v1/session`)).json();
  const send = async (method: string, path: string, data: unknown) => {
    const headers = { 'X-Pannier-CSRF': session.csrf_token, 'Idempotency-Key': path };
    const answer = await context.request.fetch(url + path, { method, data, headers });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  };
  const yesterday = (minute: number) => new Date(Date.now() - 86_400_000 + minute * 60_000).toISOString();
  await send('PUT', '/v1/items', {
    items: payloads.map((text) => ({
      item_id: text,
      title: text,
      category: `${text} > ${text}`,
      brand: text,
      price: '7.49',
      stock: 5,
      attributes: { colour: text, size: text },
    })),
  });
  await send('PUT', '/v1/customers', {
    customers: payloads.map((text) => ({ customer_id: text, attributes: { country: text, city: text } })),
  });
  await send('POST', '/v1/orders', {
    orders: payloads.map((text, place) => ({
      order_id: text,
      customer_id: place % 2 ? text : hostileId,
      occurred_at: yesterday(place),
      channel: text,
      store: text,
      lines: payloads.slice(place % 40, (place % 40) + 5).map((item) => ({
        item_id: item,
        quantity: 1,
        unit_price: '7.49',
        list_price: '8.99',
      })),
    })),
  });
  const seen = payloads.map((text, place) => ({
    customer_id: hostileId,
    visitor_id: text,
    occurred_at: yesterday(place),
  }));
  await send('POST', '/v1/events', {
    events: seen.flatMap((one, place) => [
      { ...one, event_id: `search ${place}`, type: 'search', query: payloads[place], results: 0 },
      { ...one, event_id: `view ${place}`, type: 'view', item_id: payloads[place] },
    ]),
  });
  await send('POST', '/v1/segments', {
    segment_id: 'rule-hostile',
    name: payloads.join(' ').slice(0, 120),
    definition: { behaviour: 'purchase', within_days: 90, category: `${hostileId} > ${hostileId}`, at_least: 1 },
  });
  for (const [place, name] of payloads.slice(0, 10).entries()) {
    await send('POST', '/v1/campaigns', {
      campaign_id: `hostile-${place}`,
      name,
      discount: { type: 'percent', percent: 10, maximum_discount: '5.00' },
      valid_from: yesterday(0),
      valid_until: new Date(Date.now() + 86_400_000).toISOString(),
      budget: { coupons: 100, money: '500.00' },
      limit_per_customer: 1,
      target_groups: ['ordinary'],
    });
  }
}

/** Counts what runs: every payload calls XSS(), or opens a dialog. */
export async function watchScripts(page: Page, ran: string[]): Promise<void> {
  await page.exposeFunction('XSS', () => ran.push(`a script ran at ${page.url()}`));
  page.on('dialog', (dialog) => {
    ran.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}

/** Elements that came out of a text: the policy may keep their scripts from running, but they should not be there. */
export async function findPlanted(page: Page): Promise<string[]> {
  return (await page.evaluate(
    `[...document.querySelectorAll('[id^="xss-"], a[href^="javascript:" i]')].map((element) => 'planted: ' + element.outerHTML.slice(0, 120))`,
  )) as string[];
}
