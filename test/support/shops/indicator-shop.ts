import { createTestService, type TestService } from '../service/service.ts';

export interface IndicatorShop {
  service: TestService;
  /** Moved by tests. */
  time: { now: Date };
  items(items: Record<string, unknown>[]): Promise<void>;
  events(events: Record<string, unknown>[]): Promise<void>;
  orders(orders: Record<string, unknown>[]): Promise<void>;
  refunds(refunds: Record<string, unknown>[]): Promise<void>;
  /** Sends facts; the test fails where one of them is not taken. */
  send(path: string, body: Record<string, unknown[]>, method?: string): Promise<void>;
  /** Counts everything anew that has changed. */
  rollUp(): Promise<number>;
  /** Answers of `GET /v1/indicators/{id}/values`. */
  ask(id: string, query?: string): Promise<any>;
  /** Values by period and member: `{ '2026-03-29': '4.50' }`, or `{ '2026-03-29 web': … }`. */
  values(id: string, query?: string): Promise<Record<string, unknown>>;
  /** The same with value, numerator and denominator. */
  fractions(id: string, query?: string): Promise<Record<string, unknown[]>>;
  stop(): Promise<void>;
}

/** A shop for indicators, on a database of its own, with a real server; what is counted is counted when told to. */
export async function openIndicatorShop(
  options: { timeZone?: string; now?: string; currency?: string } = {},
): Promise<IndicatorShop> {
  const { timeZone = 'Europe/Berlin', now = '2026-11-15T12:00:00Z', currency = 'EUR' } = options;
  const time = { now: new Date(now) };
  const service = await createTestService({
    env: { PANNIER_TIME_ZONE: timeZone, PANNIER_CURRENCY: currency },
    clock: () => time.now,
  });
  async function send(path: string, body: Record<string, unknown[]>, method = 'POST'): Promise<void> {
    const answer = await service.ask('ingest', method, path, body);
    const wanted = Object.values(body)[0].length;
    if (answer.status >= 300 || answer.json.counts.facts !== wanted) throw new Error(JSON.stringify(answer.json));
  }
  async function ask(id: string, query = ''): Promise<any> {
    const { status, json } = await service.ask('indicators', 'GET', `/v1/indicators/${id}/values?${query}`);
    if (status !== 200) throw new Error(JSON.stringify(json));
    return json;
  }
  const table = async <Value>(id: string, query: string | undefined, of: (item: any) => Value) =>
    Object.fromEntries(
      (await ask(id, query)).items.map((item: any): [string, Value] => [
        item.member === null ? item.period : `${item.period} ${item.member}`,
        of(item),
      ]),
    );
  return {
    service,
    time,
    send,
    items: (items) => send('/v1/items', { items }, 'PUT'),
    events: (events) => send('/v1/events', { events }),
    orders: (orders) => send('/v1/orders', { orders }),
    refunds: (refunds) => send('/v1/refunds', { refunds }),
    rollUp: () => service.stations.indicators.rollUp({ atOnce: true }),
    ask,
    values: (id, query) => table(id, query, ({ value }) => value),
    fractions: (id, query) =>
      table(id, query, ({ value, numerator, denominator }): unknown[] => [value, numerator, denominator]),
    stop: () => service.stop(),
  };
}
