import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Answer, call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

const now = new Date('2026-03-01T12:00:00Z');
let service: TestService;

beforeAll(async () => {
  service = await createTestService({ clock: () => now });
  await service.ask('ingest', 'PUT', '/v1/items', {
    items: [
      {
        item_id: 'A1',
        title: 'Ground coffee 500 g',
        category: 'Food > Coffee',
        brand: 'Alba',
        price: '7.49',
        stock: 120,
      },
      { item_id: 'A10', title: 'Coffee filter 100%', category: 'Kitchen', brand: 'Alba', price: '2', stock: 0 },
      { item_id: 'a2', title: 'Öl der Provence', category: 'Food > Oil', list_price: '9.9' },
      { item_id: 'B_1', title: 'ÖLKANNE für Coffee', category: 'Kitchen', price: '12', hidden: true },
      { item_id: '茶1', title: '绿茶 100 克', category: 'Food > Tea', price: '7.49', stock: 5 },
      { item_id: 'E', title: 'Party 🎉 (set)', price: '3', available_from: '2026-03-01T12:00:00.001Z' },
      { item_id: 'P', title: 'Postage', price: '4', is_product: false },
      { item_id: 'X', title: 'Foodstuff', category: 'Foodstuff', price: '1', available_until: '2026-03-01T12:00:00Z' },
    ],
  });
});
afterAll(() => service.stop());

function ask(query: Record<string, string>): Promise<Answer> {
  const headers = service.as('recommend');
  return call(service.url, 'listItems', { headers, query: new URLSearchParams(query).toString() });
}
async function ids(query: Record<string, string>): Promise<string[]> {
  const { status, json } = await ask(query);
  expect(status).toBe(200);
  return json.items.map((item: { item_id: string }) => item.item_id);
}

// Would see: a wildcard that is not taken for itself, case of letters beyond ASCII, words of a language without blanks.
test.each([
  ['coffee', ['A10', 'A1', 'B_1'], 'a title that begins with it comes first'],
  ['COFFEE alba', ['A1', 'A10'], 'every word, wherever it stands'],
  ['a1', ['A1', 'A10'], 'an id without regard to its case'],
  ['A10', ['A10'], 'an id'],
  ['%', ['A10'], 'a percent sign is one'],
  ['_', ['B_1'], 'so is an underscore'],
  ['(', ['E'], 'and a parenthesis'],
  ['öl', ['B_1', 'a2'], 'an umlaut in either case'],
  ['ÖL', ['B_1', 'a2'], 'and asked for in either'],
  ['绿茶', ['茶1'], 'Chinese'],
  ['茶', ['茶1'], 'an id that begins with it'],
  ['🎉', ['E'], 'an emoji'],
  ['food > tea', ['茶1'], 'the words of a category'],
  ['***=.*', [], 'no expression'],
  ['\\', [], 'a backslash'],
  ["'; drop table items; --", [], 'no SQL'],
  ['a'.repeat(200), [], 'as long as can be'],
  [
    Array.from({ length: 66 }, (_, n) => String.fromCodePoint(0xe0 + n))
      .join(' ')
      .slice(0, 200),
    [],
    'many words',
  ],
])('%j finds %j: %s', async (query, found) => {
  expect(await ids({ query })).toEqual(found);
});

test('an empty query is none, and a query that cannot be stored is refused', async () => {
  expect(await ids({ query: '' })).toHaveLength(8);
  expect(await ids({ query: '  ' })).toHaveLength(8);
  for (const query of ['\0', 'a'.repeat(201)]) {
    const { status, json } = await ask({ query });
    expect([status, json.errors[0].field]).toEqual([400, 'query']);
  }
});

// Would see: a category that takes in another whose name begins alike; SQL and answer that differ about what is for sale.
test('filters by category and what is below it, by brand, and by what is for sale now', async () => {
  expect(await ids({ category: 'Food' })).toEqual(['A1', 'a2', '茶1']);
  expect(await ids({ category: 'Food > Coffee', brand: 'Alba' })).toEqual(['A1']);
  expect(await ids({ brand: 'alba' })).toEqual([]);
  expect(await ids({ for_sale: 'true' })).toEqual(['A1', 'a2', '茶1']);
  const { json } = await ask({ for_sale: 'false' });
  expect(json.items.map((item: any) => [item.item_id, item.why_not_for_sale])).toEqual([
    ['A10', 'sold_out'],
    ['B_1', 'hidden'],
    ['E', 'not_yet_available'],
    ['P', 'no_product'],
    ['X', 'no_longer_available'],
  ]);
  expect(json.as_of).toBe(now.toISOString());
});

test('tells what is known of an item', async () => {
  const { json } = await ask({ query: 'a2' });
  expect(json.items).toEqual([
    {
      item_id: 'a2',
      title: 'Öl der Provence',
      category: 'Food > Oil',
      brand: null,
      price: null,
      list_price: '9.90',
      stock: null,
      hidden: false,
      provisional: false,
      is_product: true,
      why_not_for_sale: null,
    },
  ]);
});

const inOrder: Record<string, string[]> = {
  item_id: ['A1', 'A10', 'B_1', 'E', 'P', 'X', 'a2', '茶1'],
  // By code point of the title in lower case, as far as that is ASCII's.
  title: ['A10', 'X', 'A1', 'E', 'P', 'a2', 'B_1', '茶1'],
  price: ['X', 'A10', 'E', 'P', 'A1', '茶1', 'B_1', 'a2'],
  '-price': ['B_1', 'A1', '茶1', 'P', 'E', 'A10', 'X', 'a2'],
  stock: ['A10', '茶1', 'A1', 'B_1', 'E', 'P', 'X', 'a2'],
  '-stock': ['A1', '茶1', 'A10', 'B_1', 'E', 'P', 'X', 'a2'],
};

// Would see: a page that begins again, or passes over, what has the same value or none.
test.each(Object.entries(inOrder))('sorted by %s, a page at a time', async (sort, order) => {
  expect(await ids({ sort })).toEqual(order);
  for (const limit of ['1', '3']) {
    const followed: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { json } = await ask({ sort, limit, ...(cursor && { cursor }) });
      followed.push(...json.items.map((item: { item_id: string }) => item.item_id));
      cursor = json.next_cursor;
    }
    expect(followed).toEqual(order);
  }
});

// Would see: a cursor that looks at what its item has become.
test('goes on where it was although the last item has changed or is dearer now', async () => {
  const first = (await ask({ sort: 'price', limit: '2' })).json;
  expect(first.items.map((item: any) => item.item_id)).toEqual(['X', 'A10']);
  const items = [{ item_id: 'A10', price: '99' }];
  await service.ask('ingest', 'PUT', '/v1/items', { items });
  expect(await ids({ sort: 'price', limit: '2', cursor: first.next_cursor })).toEqual(['E', 'P']);
  await service.ask('ingest', 'PUT', '/v1/items', { items: [{ item_id: 'A10', price: '2' }] });
});

test('a cursor of another sort, of another list or of nobody is refused', async () => {
  const { json } = await ask({ sort: 'price', limit: '1' });
  const encode = (keys: unknown) => Buffer.from(JSON.stringify(keys)).toString('base64url');
  const strange = [
    ...['x', '12-3', 'A'.repeat(1_999), encode({}), encode([]), encode(['price', '1']), encode(['price', 1e300, 'A'])],
    ...[
      ['price', '9'.repeat(99), 'A'],
      ['price', 'NaN', 'A'],
      ['price', '1', 'A\0'],
      ['price', '1', 1],
    ].map(encode),
    ...[encode(['price', ['1'], 'A']), encode(['price', '1', '\ud800'])],
  ];
  for (const [sort, cursor] of [['title', json.next_cursor], ...strange.map((one) => ['price', one])]) {
    const answer = await ask({ sort, cursor });
    expect([cursor, answer.status, answer.json.errors[0].field]).toEqual([cursor, 409, 'cursor']);
  }
  expect(await ids({ sort: 'price', cursor: encode(['price', '3', 'A']) })).toEqual(inOrder.price.slice(2));
});

/** What a search finds, by its rules: every word somewhere, then by id, by how the id begins, by how the title does, by id. */
function searched(items: readonly { item_id: string; title: string }[], query: string): string[] {
  const words = query.toLowerCase().split(' ');
  const fitOf = ({ item_id: id, title }: { item_id: string; title: string }) => {
    if (id === query) return 0;
    if (id.toLowerCase().startsWith(query.toLowerCase())) return 1;
    return title.toLowerCase().startsWith(query.toLowerCase()) ? 2 : 3;
  };
  return items
    .filter(({ item_id: id, title }) => words.every((word) => `${id} ${title}`.toLowerCase().includes(word)))
    .map((item) => ({ id: item.item_id, fit: fitOf(item) }))
    .sort((one, other) => one.fit - other.fit || (one.id < other.id ? -1 : 1))
    .map(({ id }) => id);
}

// Would see: an item that fits in two ways on two pages, a page that ends where items begin to fit otherwise, a title cut short.
test('of many items the same are found in the same order, a page at a time', async () => {
  const other = await createTestService({ clock: () => now });
  try {
    const words = ['pan', 'Panda', 'LAMP', 'lam', 'Äpfel', 'äpfel', 'ÄPFEL', 'no', '100%', '绿茶', 'x_y'];
    const long = 'panda '.repeat(12);
    const items = Array.from({ length: 2_400 }, (_, n) => ({
      item_id: `${['pan', 'PAN', 'lam', 'I', '绿'][n % 5]}${n % 480}${'-'.repeat((n / 480) | 0)}`,
      title: `${n % 40 === 7 ? long : ''}${words[(n * 7) % 11]} ${words[(n * n) % 11]} ${n % 9}${n % 5 === 4 ? ' late' : ''}`,
    }));
    for (let at = 0; at < items.length; at += 800) {
      await other.ask('ingest', 'PUT', '/v1/items', { items: items.slice(at, at + 800) });
    }
    const headers = other.as('recommend');
    for (const query of [
      ...[
        'pan',
        'lam',
        'PAN0',
        'pan0',
        'äpfel',
        'ÄPFEL',
        '绿',
        '绿茶',
        'x_y',
        '100%',
        '5',
        'late',
        'late 8',
        'pan lam',
      ],
      ...[`${long}pan`.slice(0, 62), `${long}lam`, 'nowhere', '-', ' '].map((text) => text.trim()),
    ]) {
      const found: string[] = [];
      const sizes: number[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const parameters = new URLSearchParams({ query, limit: '70', ...(cursor && { cursor }) });
        const { json } = await call(other.url, 'listItems', { headers, query: `${parameters}` });
        found.push(...json.items.map((item: { item_id: string }) => item.item_id));
        sizes.push(json.items.length);
        cursor = json.next_cursor;
      }
      const wanted = query === '' ? items.map(({ item_id }) => item_id).sort() : searched(items, query);
      expect([query, found]).toEqual([query, wanted]);
      expect(sizes.slice(0, -1).every((size) => size === 70)).toBe(true);
    }
  } finally {
    await other.stop();
  }
});
