import './customer.css';
import { get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Empty, LinkButton, Loaded, Page, usePathId } from '../../kit/index.ts';
import { GroupMark } from '../../shared/people/group-mark.tsx';
import { useTexts } from '../../texts/texts.ts';
import { Attributes } from './attributes.tsx';
import { Belongs } from './belongs.tsx';
import { Predictions } from './predictions.tsx';
import { Privacy } from './privacy.tsx';
import { Summary } from './summary.tsx';
import { Tags } from './tags.tsx';
import { texts } from './texts.ts';
import { Timeline } from './timeline.tsx';
import type { Facts } from './types.ts';
import { Value } from './value.tsx';

/** All that is known of one person. */
export default function Customer() {
  const t = useTexts(texts);
  const id = usePathId();
  const path = { customer_id: id };
  const facts = useGet(get('/v1/customers/{customer_id}', { path }), { keep: false });
  const isGone = facts.error?.problem.status === 404;
  const profile = useGet(get('/v1/customers/{customer_id}/profile', { path }), { keep: false, when: !isGone });
  const parent = { label: t.customers, href: '/customers' };
  if (isGone) {
    return (
      <Page title={id} parent={parent}>
        <Empty
          icon="customers"
          title={t.goneTitle}
          text={t.goneText}
          actions={<LinkButton href="/customers">{t.toAll}</LinkButton>}
        />
      </Page>
    );
  }
  return (
    <Page
      title={id}
      parent={parent}
      purpose={facts.data && <Since facts={facts.data} />}
      mark={profile.data?.group ? <GroupMark group={profile.data.group} /> : undefined}
      actions={
        <LinkButton href={`/recommendations?customer=${encodeURIComponent(id)}`} icon="eye">
          {t.lists}
        </LinkButton>
      }
    >
      <Summary facts={facts} profile={profile} />
      <div className="customer-main span-8">
        <Timeline customerId={id} />
      </div>
      <div className="customer-side span-4">
        <Belongs asked={profile} />
        <Value asked={profile} />
        <Tags asked={profile} />
        <Predictions asked={profile} />
        <Loaded asked={facts}>
          {(known) => (
            <>
              <Attributes facts={known} source={facts.source} />
              <Privacy facts={known} />
            </>
          )}
        </Loaded>
      </div>
    </Page>
  );
}

function Since({ facts }: { facts: Facts }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { registered_at: registered, known_since: known, orders } = facts;
  return (
    <>
      {registered ? t.registered(format.day(registered, 'year')) : t.purpose(format.day(known, 'year'))}{' '}
      {orders === 0 && t.neverOrdered}
    </>
  );
}
