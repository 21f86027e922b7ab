import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { useFormat } from '../../format/index.ts';
import { Badge, Button, Icon, type IconName } from '../../kit/index.ts';
import { campaignPath } from '../../shared/campaigns/types.ts';
import { useCampaignName } from '../../shared/campaigns/use-campaign-name.ts';
import { useSegmentNames } from '../../shared/campaigns/use-segment-names.ts';
import { Decision } from '../../shared/decisions/decision.tsx';
import { useDecisionWords } from '../../shared/decisions/words.ts';
import { segmentPath, useSegmentName, wordOf } from '../../shared/people/names.ts';
import { useSaid } from '../../shared/use-said.ts';
import { decisionTexts } from '../../texts/decisions.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { TimelineEntry } from './types.ts';

type Of<Kind extends TimelineEntry['kind']> = Extract<TimelineEntry, { kind: Kind }>;

/** One thing that happened. */
export function Entry({ entry }: { entry: TimelineEntry }) {
  switch (entry.kind) {
    case 'order':
      return <OrderEntry entry={entry} />;
    case 'refund':
      return <RefundEntry entry={entry} />;
    case 'coupon_redemption':
      return <RedemptionEntry entry={entry} />;
    case 'coupon_decision':
      return <DecisionEntry entry={entry} />;
    case 'segment_change':
      return <SegmentEntry entry={entry} />;
    case 'list':
      return <ListEntry entry={entry} />;
    default:
      return <EventEntry entry={entry} />;
  }
}

function Line({
  at,
  icon,
  tone = '',
  value,
  children,
}: {
  at: string;
  icon: IconName;
  tone?: 'is-money' | 'is-offer' | '';
  value?: ReactNode;
  children: ReactNode;
}) {
  const format = useFormat();
  return (
    <li className={`entry ${tone}`}>
      <time dateTime={at}>{format.time(at)}</time>
      <span className="entry-icon">
        <Icon name={icon} size={14} />
      </span>
      <div className="entry-words">{children}</div>
      {value && <span className="entry-value">{value}</span>}
    </li>
  );
}

function ItemLink({ id, title }: { id: string; title: string | null }) {
  return <Link href={`/items/${encodeURIComponent(id)}`}>{title ?? id}</Link>;
}

function OrderEntry({ entry }: { entry: Of<'order'> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { order_id: id, status, total, given_back: back, items, lines, channel } = entry;
  const isCancelled = status === 'cancelled';
  return (
    <Line
      at={entry.at}
      icon="stock"
      tone="is-money"
      value={isCancelled ? <s>{format.money(total)}</s> : format.money(total)}
    >
      <p>
        <strong>{t.orderOf(id)}</strong>{' '}
        {status && <Badge tone={isCancelled ? 'bad' : 'neutral'}>{wordOf(t.status, status)}</Badge>}{' '}
        {channel && <span className="muted">{channel}</span>}
      </p>
      <p className="entry-more">
        {items.map(({ item_id, title, quantity }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an item may be in two lines of an order
          <span key={place} className="entry-item">
            {Number(quantity) !== 1 && `${format.plain(quantity)} × `}
            <ItemLink id={item_id} title={title} />
          </span>
        ))}
        {lines > items.length && <span>{t.moreLines(format.count(lines - items.length))}</span>}
      </p>
      {Number(back) > 0 && <p className="entry-more">{t.cameBack(format.money(back))}</p>}
    </Line>
  );
}

function RefundEntry({ entry }: { entry: Of<'refund'> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { amount, shipping, fees } = entry;
  return (
    <Line
      at={entry.at}
      icon="undo"
      tone="is-money"
      value={`−${format.money(Number(amount) + Number(shipping) + Number(fees))}`}
    >
      <p>
        <strong>{t.refundOf(entry.refund_id)}</strong>{' '}
        <span className="muted">{t.ofOrders(entry.order_ids.join(', '))}</span>
      </p>
    </Line>
  );
}

function RedemptionEntry({ entry }: { entry: Of<'coupon_redemption'> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { code, campaign_id: campaign, order_id: order, discount, reversed } = entry;
  return (
    <Line at={entry.at} icon="campaigns" tone="is-offer" value={`−${format.money(discount)}`}>
      <p>
        <strong>{t.couponUsed(code)}</strong> {order && <span className="muted">{t.withOrder(order)}</span>}
      </p>
      <p className="entry-more">
        <span>
          {t.ofCampaign} <CampaignLink id={campaign} />
        </span>
        {Number(reversed) > 0 && <span>{t.takenBack(format.money(reversed))}</span>}
      </p>
    </Line>
  );
}

function CampaignLink({ id }: { id: string }) {
  const nameOf = useCampaignName();
  return <Link href={campaignPath(id)}>{nameOf(id)}</Link>;
}

function DecisionEntry({ entry }: { entry: Of<'coupon_decision'> }) {
  const t = useTexts(texts);
  const words = useTexts(decisionTexts);
  const say = useSaid();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const sentences = useDecisionWords();
  const { decision_id: id, action, reason, code } = entry;
  const deciding = sentences.deciding(entry);
  const [campaign, ...others] = whichMeant(entry, deciding?.campaignId);
  return (
    <Line
      at={entry.at}
      icon="campaigns"
      tone={action === 'coupon' ? 'is-offer' : ''}
      value={
        <Button small aria-haspopup="dialog" onClick={() => setOpen(true)}>
          {t.why}
        </Button>
      }
    >
      <p>
        <strong>{wordOf(words.decided, action)}</strong> {code && <code>{code}</code>}
      </p>
      <p className="entry-more">
        {campaign && (
          <span>
            {t.ofCampaign} <CampaignLink id={campaign} />
            {others.length > 0 && <span className="muted"> {t.andOthers(format.count(others.length))}</span>}
          </span>
        )}
        <span>{sentences.sentence(entry)}</span>
        {!deciding && <span>{say(reason)}</span>}
      </p>
      {isOpen && <Decision decisionId={id} onClose={() => setOpen(false)} />}
    </Line>
  );
}

/** The campaign of the coupon, or the one that kept it back; else those that were looked at. */
function whichMeant({ campaign_id: given, campaigns }: Of<'coupon_decision'>, deciding: string | undefined): string[] {
  const one = given ?? deciding;
  return one ? [one] : campaigns.map(({ campaign_id }) => campaign_id);
}

function SegmentEntry({ entry }: { entry: Of<'segment_change'> }) {
  const t = useTexts(texts);
  const { segment_id: id, change } = entry;
  const own = useSegmentNames();
  const name = useSegmentName()(id, own.get(id));
  return (
    <Line at={entry.at} icon="segments">
      <p>
        <Link href={segmentPath(id)}>{change === 'entered' ? t.entered(name) : t.left(name)}</Link>
      </p>
    </Line>
  );
}

function ListEntry({ entry }: { entry: Of<'list'> }) {
  const t = useTexts(texts);
  const { items, placement, arm } = entry;
  const first = items.slice(0, 5);
  const format = useFormat();
  return (
    <Line at={entry.at} icon="recommendations">
      <p>
        <strong>{t.listServed}</strong> {placement && <span className="muted">{t.at(placement)}</span>}{' '}
        {arm === 'holdout' && <Badge tone="warn">{t.heldOut}</Badge>}
      </p>
      <p className="entry-more">
        {first.map(({ item_id, title }) => (
          <span key={item_id} className="entry-item">
            <ItemLink id={item_id} title={title} />
          </span>
        ))}
        {items.length > first.length && <span>{t.moreLines(format.count(items.length - first.length))}</span>}
      </p>
    </Line>
  );
}

const eventIcons: Record<string, IconName> = {
  view: 'eye',
  page_view: 'eye',
  page_ping: 'clock',
  search: 'search',
  favourite: 'pin',
  cart_add: 'plus',
  cart_remove: 'minus',
  review: 'edit',
  complaint: 'warn',
  checkout_start: 'right',
};

function EventEntry({ entry }: { entry: Of<'event' | 'exposure'> }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const { type, item_id: item, title, query, name, path, device, rating, topic, list_id: list } = entry;
  return (
    <Line at={entry.at} icon={eventIcons[type] ?? 'right'} value={device && <span className="muted">{device}</span>}>
      <p>
        {wordOf(words.events, type)} {item && <ItemLink id={item} title={title} />}
        {query && <q>{query}</q>} {name && <code>{name}</code>}
        {!item && !query && path && <code>{path}</code>} {rating !== null && <Badge>{t.stars(String(rating))}</Badge>}
        {topic && <span>{topic}</span>} {list && <span className="muted">{t.fromList}</span>}
      </p>
    </Line>
  );
}
