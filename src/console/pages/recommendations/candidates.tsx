import { useState } from 'react';
import { Link } from 'wouter';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, type Column, Select, Table, useUrlState } from '../../kit/index.ts';
import { ItemLink, SourceBadge } from '../../shared/goods/item-link.tsx';
import { itemPath, rulePath } from '../../shared/goods/names.ts';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';
import type { Explanation } from './answers.ts';
import { texts } from './texts.ts';

type Candidate = Explanation['candidates'][number];

const pageSize = 50;

/** Every candidate with what became of it; how many each rule dropped is in the choice above. */
export function Candidates({ explanation }: { explanation: Explanation }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [fate, setFate] = useUrlState<string>('fate', '');
  const [shown, setShown] = useState(pageSize);
  const { candidates, drops } = explanation;
  const fateOf = useFateName();
  const rows = candidates.filter((one) => !fate || one.fate === fate);
  const listed = candidates.filter((one) => one.fate === 'listed').length;
  const columns = useColumns(fateOf);
  if (candidates.length === 0) return <p className="muted">{t.noCandidates}</p>;
  return (
    <>
      <div className="candidates-fate">
        <Select
          label={t.fate}
          value={fate}
          onChange={setFate}
          choices={[
            { value: '', label: t.allFates, hint: format.count(candidates.length) },
            { value: 'listed', label: fateOf('listed'), hint: format.count(listed) },
            ...Object.entries(drops)
              .sort(([, one], [, other]) => other - one)
              .map(([value, count]) => ({ value, label: fateOf(value), hint: format.count(count) })),
          ]}
        />
      </div>
      <Table
        caption={t.candidates}
        rows={{ rows: rows.slice(0, shown), hasMore: rows.length > shown, more: () => setShown(shown + pageSize) }}
        columns={columns}
        rowKey={({ item_id, rank }) => `${rank} ${item_id}`}
        fileName="candidates"
      />
    </>
  );
}

const isFull = (fate: string) => fate === 'list_full' || fate === 'category_full';

function useFateName(): (fate: string) => string {
  const t = useTexts(texts);
  const words = useTexts(goodsTexts);
  return (fate) => ({ ...words.whyNot, ...t.fates })[fate] ?? fate;
}

function useColumns(fateOf: (fate: string) => string): Column<Candidate>[] {
  const t = useTexts(texts);
  const words = useTexts(goodsTexts);
  const format = useFormat();
  return [
    { key: 'rank', header: t.rank, align: 'end', cell: ({ rank }) => format.count(rank), value: ({ rank }) => rank },
    {
      key: 'item',
      header: words.item,
      cell: ({ item_id, title }) => <ItemLink itemId={item_id} title={title} />,
      value: ({ item_id, title }) => title ?? item_id,
    },
    {
      key: 'fate',
      header: t.fate,
      cell: ({ fate, position }) =>
        fate === 'listed' ? (
          <Badge tone="good" icon="check">
            {t.listedAt(format.count(position))}
          </Badge>
        ) : (
          // That others were better is no reason for a colour.
          <Badge {...(isFull(fate) ? {} : { tone: 'warn', icon: 'block' })}>{fateOf(fate)}</Badge>
        ),
      value: ({ fate }) => fateOf(fate),
    },
    {
      key: 'score',
      header: t.score,
      help: t.scoreHelp,
      align: 'end',
      cell: ({ score }) => format.number(score, 4),
      value: ({ score }) => score,
    },
    {
      key: 'source',
      header: t.source,
      wideOnly: true,
      cell: ({ source }) => <SourceBadge source={source} />,
      value: ({ source }) => source,
    },
    {
      key: 'because',
      header: t.because,
      wideOnly: true,
      cell: ({ because_item_id: id }) => (id ? <Link href={itemPath(id)}>{id}</Link> : nothing),
      value: ({ because_item_id: id }) => id,
    },
    {
      key: 'rules',
      header: t.rules,
      wideOnly: true,
      cell: ({ rule_ids: ids }) =>
        ids.length === 0 ? (
          nothing
        ) : (
          <span className="row">
            {ids.slice(0, 3).map((id) => (
              <Link key={id} href={rulePath(id)} className="mono">
                {id}
              </Link>
            ))}
          </span>
        ),
    },
  ];
}
