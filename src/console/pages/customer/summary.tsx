import type { Asked } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Problem, Stat } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Facts, Profile } from './types.ts';

/** The figures that one asks for first. */
export function Summary({ facts, profile }: { facts: Asked<Facts>; profile: Asked<Profile> }) {
  if (facts.error) return <Problem error={facts.error} onRetry={facts.again} />;
  return (
    <div className="stats customer-stats">
      <FromFacts facts={facts} />
      <FromProfile profile={profile} />
    </div>
  );
}

function FromFacts({ facts: { data: facts, source } }: { facts: Asked<Facts> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const about = (name: string, definition: string) => ({ name, definition, source });
  return (
    <>
      <Stat
        about={about(t.spent, t.spentAbout)}
        value={facts && format.money(facts.spent)}
        note={facts && Number(facts.given_back) > 0 && t.givenBack(format.money(facts.given_back))}
      />
      <Stat
        about={about(t.orders, t.ordersAbout)}
        value={facts && format.count(facts.orders)}
        note={facts && facts.cancelled_orders > 0 && t.cancelled(format.count(facts.cancelled_orders))}
      />
      <Stat
        about={about(t.lastOrder, t.lastOrderAbout)}
        value={facts && (facts.last_order_at ? format.ago(facts.last_order_at) : t.never)}
        note={facts?.first_order_at && t.firstOrder(format.day(facts.first_order_at, 'year'))}
      />
    </>
  );
}

function FromProfile({ profile: { data: profile, source, error } }: { profile: Asked<Profile> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const of = { ...source, dataVersion: profile?.version ?? undefined };
  const value = profile?.value;
  const days = format.days(value?.horizon_days ?? 90);
  const shown = (text: string | undefined) => (error ? nothing : profile && (text ?? nothing));
  const ofValue = { ...of, dataVersion: value?.version, asOf: value?.as_of };
  return (
    <>
      <Stat
        about={{ name: t.average, definition: t.averageAbout, source: of }}
        value={shown(format.money(profile?.average_order_value))}
        note={profile?.discount_share != null && t.discountShare(format.percent(profile.discount_share, 0))}
      />
      <Stat
        about={{ name: t.expected, definition: t.expectedAbout(days), source: ofValue }}
        value={shown(format.money(value?.expected_revenue))}
        note={value && t.within(days)}
      />
      {value?.alive_probability == null ? (
        <Stat
          about={{ name: t.likelier, definition: t.likelierAbout, source: ofValue }}
          value={shown(value ? format.percent(value.likelier_than, 0) : undefined)}
        />
      ) : (
        <Stat
          about={{ name: t.alive, definition: t.aliveAbout, source: ofValue }}
          value={shown(format.percent(value.alive_probability, 0))}
          note={`${t.likelier} ${t.likelierThan(format.percent(value.likelier_than, 0))}`}
        />
      )}
    </>
  );
}
