import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { atThisLoad } from '../../support/jest/machine.ts';
import { story } from '../../support/jest/story.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService({
    env: { PANNIER_CURRENCY: 'EUR' },
    clock: () => new Date('2026-11-20T12:00:00Z'),
  });
});
afterAll(() => service.stop());

type Platform = 'shopify' | 'woocommerce' | 'medusa';
interface Recorded {
  headers: Record<string, string>;
  /** the body's bytes */
  raw: string;
}

/** Deliveries in the form that the platforms document, the shops' own values invented. */
const recorded = (platform: Platform): Recorded[] =>
  JSON.parse(readFileSync(new URL(`../../fixtures/deliveries/${platform}.json`, import.meta.url), 'utf8'));

const signatures = {
  shopify: 'X-Shopify-Hmac-Sha256',
  woocommerce: 'X-WC-Webhook-Signature',
  medusa: 'X-Medusa-Signature',
};
const secrets = { shopify: 'shpss_test_secret', woocommerce: 'woo secret'.replace(' ', '_'), medusa: 'medusa_secret' };

async function post(platform: Platform, raw: string | Buffer, headers: Record<string, string>) {
  const started = performance.now();
  const response = await fetch(`${service.url}/v1/connectors/${platform}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: raw,
  });
  return { status: response.status, json: (await response.json()) as any, milliseconds: performance.now() - started };
}

const macOf = (platform: Platform, raw: string | Buffer, secret = secrets[platform]) =>
  createHmac('sha256', secret)
    .update(raw)
    .digest(platform === 'medusa' ? 'hex' : 'base64');

function deliver(platform: Platform, { headers, raw }: Recorded) {
  return post(platform, raw, { ...headers, [signatures[platform]]: macOf(platform, raw) });
}
const told = ({ status, json }: Awaited<ReturnType<typeof post>>) => [
  status,
  json.outcome,
  json.counts && [json.counts.facts, json.counts.quarantined, json.counts.merged],
];
const read = async (path: string) => (await service.ask('admin', 'GET', path)).json;
const net = async (order: string) => {
  const { lines } = await read(`/v1/orders/${encodeURIComponent(order)}`);
  return lines.map((line: any) => [line.item_id, line.amount, line.given_back, line.given_back_amount]);
};

// Would see: a delivery taken without a true signature, one that counts twice, a field of a platform read as another.
story('deliveries of shop platforms', (step) => {
  step('nothing is taken before a secret is set, nor with a wrong one, and the answer tells nothing', async () => {
    const [first] = recorded('shopify');
    const { raw } = first;
    const mac = macOf('shopify', raw);
    const refused = {
      status: 401,
      json: { code: 'unauthorized', detail: 'The delivery is not signed as it has to be.' },
    };
    const answers = [await post('shopify', raw, { ...first.headers, [signatures.shopify]: mac })];
    for (const platform of ['shopify', 'woocommerce', 'medusa'] as const) {
      const set = await service.ask('admin', 'PUT', `/v1/connectors/${platform}`, { secret: secrets[platform] });
      expect([set.status, set.json]).toEqual([201, { platform, secret: null }]);
    }
    const wrong = [
      '',
      mac.slice(0, -2),
      mac.toLowerCase(),
      `${mac}AAAA`,
      `${mac}, ${mac}`,
      macOf('shopify', `${raw} `),
      macOf('shopify', JSON.stringify(JSON.parse(raw))),
      macOf('shopify', raw, 'another_secret'),
      createHmac('sha256', secrets.shopify).update(raw).digest('hex'),
      '\u00e9'.repeat(44),
    ];
    for (const signature of wrong)
      answers.push(await post('shopify', raw, { ...first.headers, [signatures.shopify]: signature }));
    answers.push(await post('shopify', raw, first.headers));
    // Of another platform.
    answers.push(await post('woocommerce', raw, { ...first.headers, [signatures.woocommerce]: mac }));
    answers.push(await post('shopify', 'no json at all', { ...first.headers, [signatures.shopify]: mac }));
    for (const answer of answers) expect(answer).toMatchObject(refused);
    expect(await service.database.query('select from orders union all select from connector_deliveries')).toEqual([]);
    // Of this body and secret another program (openssl) says so.
    const known = 'jL0ZXw1qcBcIv3P8wtsCj7Dey9X77oRdV+XGHnxqHwk=';
    const headers = { 'X-Shopify-Topic': 'themes/publish', [signatures.shopify]: known };
    expect(told(await post('shopify', '{"id":1,"name":"#1"}', headers))).toEqual([200, 'unknown-topic', [0, 0, 0]]);
  });

  step('Shopify: an order, its refund, its edit and its cancellation', async () => {
    const [created, refunded, refund, edited, cancelled] = recorded('shopify');
    const first = await deliver('shopify', created);
    expect(told(first)).toEqual([200, 'recorded', [1, 0, 0]]);
    expect(first.milliseconds).toBeLessThan(atThisLoad(1_000));
    // 20.00 less 2.33 and 40.00 less 4.67.
    expect(await net('#9999')).toEqual([
      ['CUP-RED', '17.67', '0', '0.00'],
      ['49148385', '35.33', '0', '0.00'],
    ]);
    expect(await read('/v1/orders/%239999')).toMatchObject({
      ...{ customer_id: 'jon@example.com', occurred_at: '2026-11-10T15:30:00.000Z', channel: 'web', status: 'paid' },
      ...{ shipping: '4.90', tax: '9.24', updated_at: '2026-11-10T15:30:05.000Z' },
      lines: [{ list_price: '10.00', coupon_code: 'SPRING' }, { list_price: '40.00' }],
    });
    expect(told(await deliver('shopify', refunded))).toEqual([200, 'recorded', [1, 0, 1]]);
    // A cup of 17.67, then 2.00 over the 8.83 and 35.33 that are left, and all shipping.
    const back = [
      ['CUP-RED', '17.67', '1', '9.24'],
      ['49148385', '35.33', '0', '1.60'],
    ];
    expect(await net('#9999')).toEqual(back);
    expect(told(await deliver('shopify', refund))).toEqual([200, 'recorded', [0, 0, 1]]);
    expect(told(await deliver('shopify', edited))).toEqual([200, 'recorded', [1, 0, 1]]);
    expect(await net('#9999')).toEqual([...back, ['TEA', '6.00', '0', '0.00']]);
    expect(told(await deliver('shopify', cancelled))).toEqual([200, 'recorded', [1, 0, 1]]);
    const order = await read('/v1/orders/%239999');
    expect(order).toMatchObject({ status: 'cancelled', refunds: [{ refund_id: '509562969', shipping: '4.90' }] });
    expect(order.versions).toHaveLength(2);
  });

  step('a delivery that comes again does nothing, and an old one that comes late neither', async () => {
    const [created, refunded] = recorded('shopify');
    expect(told(await deliver('shopify', created))).toEqual([200, 'repeated', [0, 0, 0]]);
    const late = { ...refunded, headers: { ...refunded.headers, 'X-Shopify-Webhook-Id': 'another-id' } };
    const answer = await deliver('shopify', late);
    expect(told(answer)).toEqual([200, 'recorded', [0, 0, 2]]);
    expect(answer.json.notes).toEqual(['/updated_at is earlier than that of what is known, 2026-11-14T13:00:00.000Z']);
    expect(await read('/v1/orders/%239999')).toMatchObject({ status: 'cancelled' });
    // The same at once, by an id that is new.
    const [order] = recorded('shopify');
    const fresh = {
      headers: { ...order.headers, 'X-Shopify-Webhook-Id': 'at-once' },
      raw: JSON.stringify({ ...JSON.parse(order.raw), id: 77, name: '#77' }),
    };
    const both = await Promise.all([deliver('shopify', fresh), deliver('shopify', fresh), deliver('shopify', fresh)]);
    expect(both.every(({ status }) => status === 200)).toBe(true);
    expect(await service.database.query(`select from orders where order_id = '#77'`)).toHaveLength(1);
    expect((await read('/v1/orders/%2377')).versions).toEqual([]);
    // What a file of the past has told as one refund of the order is not told once more by deliveries of that time.
    const ofFile = { refund_id: '#77-refund', order_id: '#77', occurred_at: '2026-11-12T12:00:00Z', amount: '3.00' };
    expect((await service.ask('ingest', 'POST', '/v1/refunds', { refunds: [ofFile] })).status).toBe(200);
    const { headers: named, raw: refund } = recorded('shopify')[2];
    const again = {
      headers: { ...named, 'X-Shopify-Webhook-Id': 'told-by-a-file' },
      raw: JSON.stringify({ ...JSON.parse(refund), id: 5, order_id: 77 }),
    };
    expect(told(await deliver('shopify', again))).toEqual([200, 'recorded', [0, 0, 1]]);
    expect((await read('/v1/orders/%2377')).refunds).toHaveLength(1);
  });

  step('deliveries without an id are known by what they say, and ids of many digits lose none', async () => {
    const { headers, raw } = recorded('shopify')[0];
    const { 'X-Shopify-Webhook-Id': _, ...without } = headers;
    const order = (id: string) =>
      raw.replace(/"id":\s*\d+/, `"id": ${id}`).replace(/"name":\s*"#\d+"/, `"name": "#${id}"`);
    const [one, other] = [order('900719925474099301'), order('900719925474099302')];
    for (const [body, outcome] of [
      [one, 'recorded'],
      [one, 'repeated'],
      [other, 'recorded'],
    ])
      expect((await deliver('shopify', { headers: without, raw: body })).json.outcome).toBe(outcome);
    const numbers = await service.database.query<{ number: string }>(
      `select number from connector_numbers where kind = 'order' and number like '9007%' order by number`,
    );
    expect(numbers.map(({ number }) => number)).toEqual(['900719925474099301', '900719925474099302']);
  });

  step('Shopify: goods by variant, gone products, people, and what is asked of the shop alone', async () => {
    const [, , , , , product, gone, person, redact, request, theme] = recorded('shopify');
    expect(told(await deliver('shopify', product))).toEqual([200, 'recorded', [2, 0, 0]]);
    expect(await read('/v1/items/49148385')).toMatchObject({
      ...{
        title: 'Lamp - S',
        brand: 'Ton',
        category: 'Light',
        price: '40.00',
        list_price: '50.00',
        stock: 7,
        gtin: '4006381333931',
      },
      ...{ image_url: 'https://cdn.shopify.example/lamp-s.jpg', description: 'A bright lamp & more', hidden: false },
      ...{ url: 'https://example.myshopify.com/products/lamp?variant=49148385', parent_id: '788032119674292922' },
      options: { Size: 'S' },
    });
    expect(await read('/v1/items/LAMP-L')).toMatchObject({ price: '60.00', list_price: null, stock: null });
    expect(told(await deliver('shopify', gone))).toEqual([200, 'recorded', [2, 0, 0]]);
    expect(await read('/v1/items/LAMP-L')).toMatchObject({ hidden: true, price: '60.00' });
    expect(told(await deliver('shopify', person))).toEqual([200, 'recorded', [1, 0, 0]]);
    expect(await read('/v1/customers/jon%40example.com')).toMatchObject({
      attributes: { country: 'DE', accepts_marketing: true },
      registered_at: '2026-01-05T15:00:00.000Z',
    });
    const asked = await deliver('shopify', request);
    expect([told(asked), asked.json.notes]).toEqual([
      [200, 'ignored', [0, 0, 0]],
      [expect.stringContaining('/v1/customers/')],
    ]);
    expect(told(await deliver('shopify', theme))).toEqual([200, 'unknown-topic', [0, 0, 0]]);
    expect(told(await deliver('shopify', redact))).toEqual([200, 'recorded', [1, 0, 0]]);
    expect((await service.ask('admin', 'GET', '/v1/customers/jon%40example.com')).status).toBe(404);
    expect(await read('/v1/orders/%239999')).toMatchObject({ customer_id: null, versions: [] });
  });

  step('WooCommerce: a trial without a signature, orders without tax, refunds as sums, guests, goods', async () => {
    const trial = await post('woocommerce', 'webhook_id=3', { 'Content-Type': 'application/x-www-form-urlencoded' });
    expect(told(trial)).toEqual([200, 'ignored', [0, 0, 0]]);
    const [created, refunded, cancelled, guest, product, gone, person, coupon] = recorded('woocommerce');
    expect(told(await deliver('woocommerce', created))).toEqual([200, 'recorded', [1, 0, 0]]);
    expect(await read('/v1/orders/4750')).toMatchObject({
      ...{ customer_id: '26', total: '50.00', shipping: '5.00', fees: '1.00', tax: '10.45', status: 'paid' },
      occurred_at: '2026-11-10T15:54:40.000Z',
    });
    // 11.86 of which 19 % are tax: 9.97 of 18.00 and 32.00, 3.589 and 6.381.
    expect(told(await deliver('woocommerce', refunded))).toEqual([200, 'recorded', [1, 0, 1]]);
    expect(await net('4750')).toEqual([
      ['CUP', '18.00', '0', '3.59'],
      ['23', '32.00', '0', '6.38'],
    ]);
    expect(told(await deliver('woocommerce', cancelled))).toEqual([200, 'recorded', [1, 0, 1]]);
    expect(await read('/v1/orders/4750')).toMatchObject({ status: 'cancelled', refunds: [{ amount: '9.97' }] });
    expect(told(await deliver('woocommerce', guest))).toEqual([200, 'recorded', [1, 0, 0]]);
    expect(await read('/v1/orders/4760')).toMatchObject({ customer_id: 'maria@example.com', status: 'placed' });
    expect(told(await deliver('woocommerce', product))).toEqual([200, 'recorded', [1, 0, 0]]);
    expect(await read('/v1/items/CUP')).toMatchObject({
      price: '9.50',
      list_price: '10.00',
      stock: 4,
      category: 'Kitchen',
    });
    expect(told(await deliver('woocommerce', gone))).toEqual([200, 'recorded', [1, 0, 0]]);
    expect(await read('/v1/items/CUP')).toMatchObject({ hidden: true });
    expect(told(await deliver('woocommerce', person))).toEqual([200, 'recorded', [1, 0, 0]]);
    expect(told(await deliver('woocommerce', coupon))).toEqual([200, 'unknown-topic', [0, 0, 0]]);
  });

  step('Medusa: what its subscriber sends', async () => {
    const [placed, refunded, product, cart] = recorded('medusa');
    expect(told(await deliver('medusa', placed))).toEqual([200, 'recorded', [1, 0, 0]]);
    expect(await read('/v1/orders/31')).toMatchObject({
      ...{ customer_id: 'lena@example.com', total: '45.00', shipping: '10.00', status: 'paid' },
      lines: [{ item_id: 'SHIRT-S-BLACK', unit_price: '22.50', list_price: '25.00' }],
    });
    expect(told(await deliver('medusa', refunded))).toEqual([200, 'recorded', [1, 0, 1]]);
    expect(await net('31')).toEqual([['SHIRT-S-BLACK', '45.00', '0', '15.00']]);
    expect(told(await deliver('medusa', product))).toEqual([200, 'recorded', [1, 0, 0]]);
    expect(told(await deliver('medusa', cart))).toEqual([200, 'unknown-topic', [0, 0, 0]]);
    const { raw } = placed;
    const hex = createHmac('sha256', secrets.medusa).update(raw).digest('hex').toUpperCase();
    expect(told(await post('medusa', raw, { ...placed.headers, [signatures.medusa]: `sha256=${hex}` }))).toEqual([
      200,
      'repeated',
      [0, 0, 0],
    ]);
  });

  step(
    'what is signed and no order goes to quarantine, what is no delivery is a 400, what is too large a 413',
    async () => {
      const send = (raw: string, topic = 'orders/create') =>
        post('shopify', raw, { 'X-Shopify-Topic': topic, [signatures.shopify]: macOf('shopify', raw) });
      const bodies = [
        {},
        { id: 1 },
        { line_items: [{}, null, 3] },
        { name: 7, line_items: 'x', refunds: [{ id: null }], created_at: {} },
      ];
      for (const body of bodies) expect(told(await send(JSON.stringify(body)))).toEqual([200, 'recorded', [0, 1, 0]]);
      for (const { headers } of recorded('shopify')) {
        const topic = headers['X-Shopify-Topic'];
        for (const body of [
          {},
          {
            customer: 1,
            variants: [null, {}],
            options: {},
            images: 3,
            refund_line_items: [{ line_item: 5 }],
            order_adjustments: [{ kind: 'shipping_refund', amount: {} }],
          },
        ])
          expect([topic, (await send(JSON.stringify(body), topic)).status]).toEqual([topic, 200]);
      }
      expect((await send('[1]')).json).toMatchObject({ status: 400, errors: [{ field: '/' }] });
      expect((await send('{')).json).toMatchObject({ status: 400, errors: [{ field: '/' }] });
      expect((await post('shopify', '{}', { [signatures.shopify]: macOf('shopify', '{}') })).json).toMatchObject({
        status: 400,
      });
      expect((await send(`"${'x'.repeat(5 * 2 ** 20)}"`)).status).toBe(413);
      // In pieces, without a length beforehand; and packed, which no signature of the platforms is of.
      let pieces = 0;
      const long = new ReadableStream({
        pull: (controller) => (++pieces > 6 ? controller.close() : controller.enqueue(Buffer.alloc(2 ** 20, 0x20))),
      });
      const piecemeal = {
        method: 'POST',
        headers: { 'X-Shopify-Topic': 'orders/create' },
        body: long,
        duplex: 'half',
      };
      expect((await fetch(`${service.url}/v1/connectors/shopify`, piecemeal as RequestInit)).status).toBe(413);
      const packed = { 'X-Shopify-Topic': 'orders/create', 'Content-Encoding': 'gzip' };
      expect((await post('shopify', '{}', { ...packed, [signatures.shopify]: macOf('shopify', '{}') })).status).toBe(
        415,
      );
      const named = await send('{"id":1}', 't'.repeat(129));
      expect([named.status, named.json.errors[0].field]).toEqual([400, 'topic']);
      expect((await fetch(`${service.url}/v1/connectors/magento`, { method: 'POST', body: '{}' })).status).toBe(400);
    },
  );

  step('secrets are shown once where they are made, and their changes are in the audit', async () => {
    const { json: listed } = await service.ask('admin', 'GET', '/v1/connectors');
    expect(listed.items.map(({ platform, last_delivery }: any) => [platform, last_delivery.topic])).toEqual([
      ['medusa', 'cart.updated'],
      ['shopify', expect.any(String)],
      ['woocommerce', 'coupon.created'],
    ]);
    const { status, json } = await service.ask('admin', 'PUT', '/v1/connectors/medusa', {});
    expect([status, json.secret]).toEqual([200, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const [first] = recorded('medusa');
    expect((await deliver('medusa', first)).status).toBe(401);
    const signed = { ...first.headers, [signatures.medusa]: macOf('medusa', first.raw, json.secret) };
    expect((await post('medusa', first.raw, signed)).json.outcome).toBe('repeated');
    expect((await service.ask('admin', 'DELETE', '/v1/connectors/medusa')).status).toBe(200);
    // From the moment of its removal on, though the secret was read a moment ago.
    expect((await post('medusa', first.raw, signed)).status).toBe(401);
    expect((await service.ask('admin', 'DELETE', '/v1/connectors/medusa')).status).toBe(404);
    const audit = await service.database.query<{ text: string }>(
      `select action || ' ' || subject_id || ' ' || coalesce(before::text, '') || coalesce(after::text, '') as text
       from audit_entries where subject = 'connector' order by entry_id`,
    );
    expect(audit.map(({ text }) => text.split(' ').slice(0, 2).join(' '))).toEqual([
      ...['made shopify', 'made woocommerce', 'made medusa', 'changed medusa', 'removed medusa'],
    ]);
    for (const secret of [...Object.values(secrets), json.secret])
      expect(JSON.stringify([listed, audit])).not.toContain(secret);
    for (const scope of ['ingest', 'view', 'train'] as const)
      expect((await service.ask(scope, 'GET', '/v1/connectors')).status).toBe(403);
  });
});
