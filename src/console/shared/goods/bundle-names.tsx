import { Fragment } from 'react';
import { get, useGet } from '../../api/index.ts';
import { ItemLink } from './item-link.tsx';

/** The goods of a bundle by their titles, each with a link to its page. */
export function BundleNames({ itemIds }: { itemIds: readonly string[] }) {
  return (
    <>
      {itemIds.map((id, place) => (
        <Fragment key={id}>
          {place > 0 && ' + '}
          <NamedItem itemId={id} />
        </Fragment>
      ))}
    </>
  );
}

function NamedItem({ itemId }: { itemId: string }) {
  const { data } = useGet(get('/v1/items/{item_id}', { path: { item_id: itemId } }));
  return <ItemLink itemId={itemId} title={data?.title} />;
}
