import { useFormat } from '../../format/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { usePart } from './counts.ts';
import { texts } from './texts.ts';

/** How many customers a part finds by itself. */
export function PartCount({ id }: { id: number }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { customers } = usePart(id);
  if (customers === undefined) return <span className="builder-count" />;
  return (
    <span className={`builder-count${customers === 0 ? ' is-none' : ''}`}>
      <span aria-hidden="true">{format.count(customers)}</span>
      <span className="visually-hidden">{t.finds(format.count(customers))}</span>
    </span>
  );
}
