import { useFormat } from '../../format/index.ts';
import { Badge } from '../../kit/index.ts';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';

interface Ranked {
  item_id: string;
  title: string | null;
  position: number;
}

/**
 * A list's items in their order, beside another one: what the other has not is marked with a word, and on the side of `comes`
 * also what stood elsewhere.
 */
export function Ranks({
  list,
  other,
  mark,
  empty,
}: {
  list: readonly Ranked[];
  other: readonly Ranked[];
  mark: 'goes' | 'comes';
  /** what is said of a list without items */
  empty: string;
}) {
  const t = useTexts(goodsTexts);
  const format = useFormat();
  const places = new Map(other.map(({ item_id, position }) => [item_id, position]));
  if (list.length === 0) return <p className="muted">{empty}</p>;
  return (
    <ol className="ranks">
      {list.map((item) => {
        const elsewhere = places.get(item.item_id);
        return (
          <li key={item.item_id}>
            <span className="rank">
              <span className="rank-name truncate">{item.title ?? item.item_id}</span>
              {elsewhere === undefined && (
                <Badge tone={mark === 'goes' ? 'bad' : 'good'} icon={mark === 'goes' ? 'minus' : 'plus'}>
                  {t[mark]}
                </Badge>
              )}
              {mark === 'comes' && elsewhere !== undefined && elsewhere !== item.position && (
                <span className="muted rank-before">{t.wasAt(format.count(elsewhere))}</span>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
