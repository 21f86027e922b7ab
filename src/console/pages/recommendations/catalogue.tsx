import { type Answer, get, usePages } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Change, type Column, Empty, Panel, Select, Table, TextField, useUrlState } from '../../kit/index.ts';
import { ItemLink, SaleBadge } from '../../shared/goods/item-link.tsx';
import { useSettled } from '../../shared/use-settled.ts';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Item = Answer<'/v1/items'>['items'][number];
type Sort = 'best' | 'item_id' | 'title' | 'price' | '-price' | 'stock' | '-stock';
const sorts: readonly string[] = ['item_id', 'title', 'price', '-price', 'stock', '-stock'];

/** What the shop sells, searched and filtered by the service. */
export function Catalogue() {
  const t = useTexts(texts);
  const words = useTexts(goodsTexts);
  const [typed, setTyped] = useUrlState<string>('query', '');
  const [category, setCategory] = useUrlState<string>('in', '');
  const [sale, setSale] = useUrlState<'' | 'yes' | 'no'>('sale', '');
  const [sort, setSort] = useUrlState<string>('order', '');
  const [query, inCategory] = [useSettled(typed), useSettled(category)];
  const pages = usePages(
    get('/v1/items', {
      query: {
        limit: 50,
        sort: (sorts.includes(sort) ? sort : 'best') as Sort,
        ...(query ? { query } : {}),
        ...(inCategory ? { category: inCategory } : {}),
        ...(sale ? { for_sale: sale === 'yes' } : {}),
      },
    }),
  );
  const isFiltered = Boolean(query || inCategory || sale);
  return (
    <Panel title={t.catalogue} note={t.catalogueNote} about={t.catalogueAbout} flush>
      <search className="catalogue-find">
        <TextField
          type="search"
          label={t.find}
          placeholder={t.findPlaceholder}
          value={typed}
          maxLength={200}
          onChange={setTyped}
        />
        <TextField label={words.category} placeholder={t.categoryPlaceholder} value={category} onChange={setCategory} />
        <Select
          label={t.sale}
          value={sale}
          onChange={setSale}
          choices={[
            { value: '', label: t.allItems },
            { value: 'yes', label: words.forSale },
            { value: 'no', label: t.notForSale },
          ]}
        />
      </search>
      <Table
        caption={t.catalogue}
        rows={pages}
        columns={useColumns()}
        rowKey={({ item_id }) => item_id}
        sort={[sort, (next) => setSort(next === '-title' || next === '-item_id' ? '' : next)]}
        fileName="items"
        empty={
          isFiltered ? (
            <Empty icon="search" title={t.noneTitle} text={t.noneText} />
          ) : (
            <Empty icon="stock" title={t.emptyTitle} text={t.emptyText} command="npx pannier import items items.csv" />
          )
        }
      />
    </Panel>
  );
}

function useColumns(): Column<Item>[] {
  const t = useTexts(texts);
  const words = useTexts(goodsTexts);
  const format = useFormat();
  return [
    {
      key: 'title',
      header: words.item,
      sortedByService: true,
      cell: ({ item_id, title }) => <ItemLink itemId={item_id} title={title} />,
      value: ({ item_id, title }) => title ?? item_id,
    },
    {
      key: 'sale',
      header: t.sale,
      // What is for sale is the rule: only what is not stands out.
      cell: ({ why_not_for_sale: why }) =>
        why === null ? <span className="muted">{words.forSale}</span> : <SaleBadge why={why} />,
      value: ({ why_not_for_sale: why }) => why ?? 'for_sale',
    },
    {
      key: 'price',
      header: words.price,
      align: 'end',
      sortedByService: true,
      cell: ({ price, list_price: before }) => (
        <span className="nowrap">
          {price !== null && before !== null && Number(before) > Number(price) && (
            <Change value={Number(price) / Number(before) - 1} />
          )}{' '}
          {format.money(price)}
        </span>
      ),
      value: ({ price }) => price && Number(price),
    },
    {
      key: 'stock',
      header: words.stock,
      align: 'end',
      sortedByService: true,
      cell: ({ stock }) => (stock === null ? <span className="muted">{words.unknown}</span> : format.count(stock)),
      value: ({ stock }) => stock,
    },
    {
      key: 'category',
      header: words.category,
      wideOnly: true,
      cell: ({ category }) => category ?? nothing,
      value: ({ category }) => category,
    },
    {
      key: 'brand',
      header: words.brand,
      wideOnly: true,
      cell: ({ brand }) => brand ?? nothing,
      value: ({ brand }) => brand,
    },
  ];
}
