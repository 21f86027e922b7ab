import { afterAll, beforeAll, expect } from '@jest/globals';
import request from 'supertest';
import { story } from '../../support/jest/story.ts';
import { senders } from '../../support/service/sending.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service.stop());

const { put, post } = senders(() => service);

story('a shop sends its facts, reads what was refused, and a person is erased', (step) => {
  step('items, and reads one back as the service knows it', async () => {
    const answer = await put('/v1/items', {
      items: [{ item_id: 'I/1 é', title: 'Coffee', price: '7.5', available_until: '2030-01-01T00:00:00+01:00' }],
    });
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        counts: { in: 1, facts: 1, quarantined: 0, merged: 0 },
        verdicts: [{ index: 0, id: 'I/1 é', status: 'accepted' }],
      },
    ]);
    const path = `/v1/items/${encodeURIComponent('I/1 é')}`;
    const item = await request(service.server).get(path).set(service.as('recommend'));
    expect([item.status, item.body]).toEqual([
      200,
      {
        item_id: 'I/1 é',
        url: null,
        image_url: null,
        description: null,
        embedding_length: null,
        categories: [],
        gtin: null,
        parent_id: null,
        options: {},
        texts: {},
        markets: null,
        title: 'Coffee',
        category: null,
        brand: null,
        price: '7.50',
        list_price: null,
        cost: null,
        stock: null,
        hidden: false,
        available_from: null,
        available_until: '2029-12-31T23:00:00.000Z',
        attributes: {},
        provisional: false,
        is_product: true,
        updated_at: null,
      },
    ]);
    expect((await request(service.server).get('/v1/items/none').set(service.as('recommend'))).status).toBe(404);
  });

  step('customers, events, orders and refunds, with a verdict for each', async () => {
    await put('/v1/items', { items: [{ item_id: 'I1' }] });
    await put('/v1/customers', { customers: [{ customer_id: 'C1', attributes: { country: 'DE' } }] });
    const event = {
      event_id: 'E1',
      type: 'view',
      customer_id: 'C1',
      item_id: 'I1',
      occurred_at: '2026-01-01T00:00:00Z',
    };
    const events = await post('/v1/events', { events: [event, event, { ...event, event_id: 'E2', item_id: 'I9' }] });
    expect(events.body.counts).toEqual({ in: 3, facts: 1, quarantined: 1, merged: 1 });
    const order = {
      order_id: 'O1',
      customer_id: 'C1',
      occurred_at: '2026-01-02T00:00:00Z',
      lines: [{ item_id: 'I1', quantity: 2, unit_price: '7.49' }],
    };
    const orders = await post('/v1/orders', {
      orders: [order, { ...order, order_id: 'O2', lines: [{ ...order.lines[0], unit_price: '-1' }] }],
    });
    expect(orders.body.verdicts).toEqual([
      { index: 0, id: 'O1', status: 'accepted' },
      {
        index: 1,
        id: 'O2',
        status: 'quarantined',
        faults: [{ rule: 'price_negative', field: '/lines/0/unit_price', message: expect.any(String) }],
      },
    ]);
    const refund = { refund_id: 'R1', order_id: 'O1', occurred_at: '2026-01-03T00:00:00Z' };
    const refunds = await post('/v1/refunds', { refunds: [refund, { ...refund, refund_id: 'R2' }] });
    expect(refunds.body.verdicts.map((verdict: { status: string }) => verdict.status)).toEqual([
      'accepted',
      'quarantined',
    ]);
  });

  step('what was refused is read page by page and driven through cleaning again', async () => {
    const train = (path: string) => request(service.server).get(path).set(service.as('train'));
    const first = await train('/v1/quarantine?limit=2');
    expect(first.body.items.map((row: { kind: string }) => row.kind)).toEqual(['refund', 'order']);
    const second = await train(`/v1/quarantine?limit=2&cursor=${first.body.next_cursor}`);
    expect(second.body).toMatchObject({ items: [{ kind: 'event', rules: ['unknown_item'] }], next_cursor: null });
    expect((await train('/v1/quarantine?cursor=bm9uZQ')).status).toBe(400);

    await put('/v1/items', { items: [{ item_id: 'I9' }] });
    const redriven = await post('/v1/quarantine/redrives', { rule: 'unknown_item' }, 'train');
    expect(redriven.body).toEqual({ in: 1, facts: 1, quarantined: 0, merged: 0 });
    expect((await train('/v1/quarantine?rule=unknown_item')).body.items).toEqual([]);
    expect((await train('/v1/imports')).body).toMatchObject({
      items: [],
      next_cursor: null,
      as_of: expect.any(String),
    });
    expect((await train('/v1/imports/1')).status).toBe(404);
  });

  step('a person is erased, once', async () => {
    const erase = () => request(service.server).delete('/v1/customers/C1').set(service.as('admin'));
    expect((await erase()).body).toEqual({
      customer_id: 'C1',
      erased_events: 2,
      anonymised_orders: 1,
      erased_quarantine_rows: 1,
    });
    expect((await erase()).status).toBe(404);
  });
});
