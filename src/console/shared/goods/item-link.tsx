import { Link } from 'wouter';
import { Badge } from '../../kit/index.ts';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';
import { wordOf } from '../people/names.ts';
import { itemPath } from './names.ts';

/** An item by its title, with its id beside it; leads to its page. */
export function ItemLink({ itemId, title }: { itemId: string; title?: string | null | undefined }) {
  return (
    <span className="item-link">
      <Link href={itemPath(itemId)} title={title ?? itemId}>
        {title || itemId}
      </Link>
      {title && <span className="muted mono item-link-id">{itemId}</span>}
    </span>
  );
}

/** Whether lists may show it now, and if not, why. */
export function SaleBadge({ why }: { why: string | null }) {
  const t = useTexts(goodsTexts);
  if (why === null) {
    return (
      <Badge tone="good" icon="check">
        {t.forSale}
      </Badge>
    );
  }
  return (
    <Badge tone={why === 'sold_out' ? 'bad' : 'warn'} icon="block">
      {wordOf(t.whyNot, why)}
    </Badge>
  );
}

export function SourceBadge({ source }: { source: string }) {
  const t = useTexts(goodsTexts);
  return <Badge>{wordOf(t.sources, source)}</Badge>;
}
