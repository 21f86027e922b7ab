import type { Source } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Badge, Empty, Facts, Figure, Notice, Panel } from '../../kit/index.ts';
import { useSaid } from '../../shared/use-said.ts';
import { useTexts } from '../../texts/texts.ts';
import type { Report } from './answers.ts';
import { texts } from './texts.ts';

type PersonalLists = Report['personal_lists'];
type Effect = NonNullable<PersonalLists['added']>['orders'];

/** What personal lists added over popular ones: told only beside people who are held out of them. */
export function Added({ report, source }: { report: Report; source: Source }) {
  const t = useTexts(texts);
  const lists = report.personal_lists;
  return (
    <Panel title={t.added} note={t.addedNote} about={t.addedAbout} source={source}>
      {lists.added ? (
        <Effects lists={lists} added={lists.added} source={source} />
      ) : lists.share === null ? (
        <NobodyHeldOut />
      ) : (
        <NotTold lists={lists} />
      )}
    </Panel>
  );
}

function NobodyHeldOut() {
  const t = useTexts(texts);
  const command = `curl -s -X PUT '${location.origin}/v1/recommendation-holdouts' -H "Authorization: Bearer $PANNIER_KEY" -H 'Content-Type: application/json' -d '{"share":0.02}'`;
  return <Empty icon="recommendations" title={t.nobodyHeldOut} text={t.nobodyHeldOutText} command={command} />;
}

function NotTold({ lists }: { lists: PersonalLists }) {
  const t = useTexts(texts);
  const say = useSaid();
  const format = useFormat();
  return (
    <>
      <Notice title={t.notToldYet}>{say(lists.reason) || t.notToldText}</Notice>
      <Facts
        facts={[
          [t.heldOut, format.plainPercent(lists.share)],
          ...(lists.since ? ([[t.since, format.moment(lists.since)]] as const) : []),
        ]}
      />
    </>
  );
}

function Effects({
  lists,
  added,
  source,
}: {
  lists: PersonalLists;
  added: NonNullable<PersonalLists['added']>;
  source: Source;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const { sample_ratio: ratio } = lists;
  const rows: [string, Effect | null, (value: number) => string][] = [
    [t.revenue, added.revenue, (value) => format.money(value)],
    [t.orders, added.orders, (value) => format.number(value)],
    [t.margin, added.margin, (value) => format.money(value)],
  ];
  return (
    <div className="added">
      {rows.map(
        ([name, effect, write]) =>
          effect && (
            <div className="added-one" key={name}>
              <h3 className="stat-name">{name}</h3>
              <Figure
                className="stat-value"
                about={{
                  name: t.addedOf(name),
                  definition: t.addedAbout,
                  parts: [
                    [t.meanTreated, write(effect.treated_mean)],
                    [t.meanHeldOut, write(effect.control_mean)],
                    [t.pValue, format.number(effect.p_value, 4)],
                  ],
                  source,
                }}
              >
                {write(effect.total.value)}
              </Figure>
              <p className="stat-note">{t.interval(write(effect.total.low), write(effect.total.high))}</p>
              <p className="stat-note">{t.aCustomer(write(effect.per_customer.value))}</p>
              <Badge tone={effect.is_beyond_chance ? (effect.total.value > 0 ? 'good' : 'bad') : 'neutral'}>
                {effect.is_beyond_chance ? t.beyondChance : t.maybeChance}
              </Badge>
            </div>
          ),
      )}
      <Facts
        facts={[
          [t.heldOut, format.plainPercent(lists.share)],
          ...(ratio
            ? ([[t.people, t.peopleOf(format.count(ratio.treated), format.count(ratio.control))]] as const)
            : []),
          ...(lists.in_both_arms ? ([[t.inBothArms, format.count(lists.in_both_arms)]] as const) : []),
          ...(lists.since ? ([[t.since, format.moment(lists.since)]] as const) : []),
          ...(lists.until ? ([[t.until, format.moment(lists.until)]] as const) : []),
        ]}
      />
    </div>
  );
}
