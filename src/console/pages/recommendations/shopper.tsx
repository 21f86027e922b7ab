import { useRef } from 'react';
import { Link } from 'wouter';
import { type Asked, ask, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { Badge, Button, Empty, Facts, Loaded, Notice, Panel, Preview, useUrlState } from '../../kit/index.ts';
import { ItemLink, SourceBadge } from '../../shared/goods/item-link.tsx';
import { Ranks } from '../../shared/goods/ranks.tsx';
import { customerPath, wordOf } from '../../shared/people/names.ts';
import { useSaid } from '../../shared/use-said.ts';
import { useSettled } from '../../shared/use-settled.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import type { Explanation } from './answers.ts';
import { Candidates } from './candidates.tsx';
import { texts } from './texts.ts';
import { AsIfForm, readIds, useMaySeePersons, useWho, WhoForm } from './who.tsx';
import { AsIfWithout, WithoutRule } from './without-rule.tsx';

/** What somebody sees, and how it comes about; also as if something were otherwise. Nothing is logged as shown. */
export function Shopper() {
  const t = useTexts(texts);
  const may = useMay();
  const maySeePersons = useMaySeePersons();
  if (!maySeePersons && !may('merchandise')) {
    return <Notice title={t.mayNotExplain}>{t.mayNotExplainText}</Notice>;
  }
  return (
    <div className="grid">
      {!maySeePersons && <Notice>{t.cartsOnly}</Notice>}
      <Panel title={t.shopperTitle} note={t.shopperNote}>
        <WhoForm />
      </Panel>
      <Panel title={t.asIf} note={t.asIfNote}>
        <AsIfForm />
      </Panel>
      <Seen />
    </div>
  );
}

function useWanted() {
  const who = useWho()[0];
  const [customer] = useUrlState('customer', '');
  const [visitor] = useUrlState('visitor', '');
  const [cart] = useUrlState('cart', '');
  const [arm] = useUrlState<'' | 'treatment' | 'holdout'>('arm', '');
  const [version] = useUrlState('version', '');
  const [category] = useUrlState('category', '');
  const [lowest] = useUrlState('min', '');
  const [highest] = useUrlState('max', '');
  const [without] = useUrlState('without', '');
  const cartIds = readIds(cart);
  const body = {
    limit: 10,
    ...(who === 'customer' && customer ? { customer_id: customer } : {}),
    ...(who === 'visitor' && visitor ? { visitor_id: visitor } : {}),
    ...(cartIds.length > 0 ? { cart_item_ids: cartIds } : {}),
  };
  const filter = {
    ...(category ? { category } : {}),
    ...(lowest ? { min_price: lowest } : {}),
    ...(highest ? { max_price: highest } : {}),
  };
  const asIf = {
    ...(arm ? { arm } : {}),
    ...(version ? { collaborative_version: Number(version) } : {}),
    ...(without ? { blocked_rule_ids: [without] } : {}),
  };
  const isAsIf = Object.keys(filter).length + Object.keys(asIf).length > 0;
  const isSomebody = Object.keys(body).length > 1;
  return { body, otherwise: { ...body, filter, as_if: asIf }, isAsIf, isSomebody };
}

function Seen() {
  const t = useTexts(texts);
  // What is typed is asked for once it stands: as one text, so that nothing of it is asked for too early.
  const wanted = JSON.parse(useSettled(JSON.stringify(useWanted()), 300)) as ReturnType<typeof useWanted>;
  const { body, otherwise, isAsIf, isSomebody } = wanted;
  // Who came to the page by its address begins at the top; who pressed the button goes on where its answer stands.
  const maySeePersons = useMaySeePersons();
  const [without] = useUrlState('without', '');
  const opened = useRef(without);
  const now = useGet(ask('/v1/recommendations/explanation', { body }), { when: isSomebody });
  const asIf = useGet(ask('/v1/recommendations/explanation', { body: otherwise }), { when: isSomebody && isAsIf });
  if (!isSomebody)
    return <Empty icon="eye" title={t.nobodyChosen} text={maySeePersons ? t.nobodyChosenText : t.nothingInCart} />;
  const shown = isAsIf ? asIf : now;
  return (
    <>
      {isAsIf ? <Compared now={now} asIf={asIf} takesFocus={without !== opened.current} /> : <TheList asked={now} />}
      <About asked={shown} />
      <Panel title={t.candidates} note={t.candidatesNote} about={t.candidatesAbout} source={shown.source} flush>
        <Loaded asked={shown} height={320}>
          {(explanation) => <Candidates explanation={explanation} />}
        </Loaded>
      </Panel>
    </>
  );
}

function TheList({ asked }: { asked: Asked<Explanation> }) {
  const say = useSaid();
  const t = useTexts(texts);
  return (
    <Panel title={t.list} note={t.listNote} source={asked.source} span={7}>
      <Loaded asked={asked} height={360}>
        {({ items, candidates }) =>
          items.length === 0 ? (
            <Empty title={t.emptyList} />
          ) : (
            <ol className="shown-list">
              {items.map((item) => (
                <li key={item.item_id}>
                  <span className="shown-place">{item.position}</span>
                  <div className="shown-words">
                    <ItemLink itemId={item.item_id} title={item.title} />
                    <p className="muted">{say(item.reason.text)}</p>
                    <AsIfWithout
                      item={item.title ?? item.item_id}
                      ruleIds={candidates.find((one) => one.position === item.position)?.rule_ids ?? []}
                    />
                  </div>
                  <span className="shown-marks">
                    <SourceBadge source={item.source} />
                    {item.is_topped_up && <Badge>{t.toppedUp}</Badge>}
                  </span>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Compared({
  now,
  asIf,
  takesFocus,
}: {
  now: Asked<Explanation>;
  asIf: Asked<Explanation>;
  takesFocus: boolean;
}) {
  const t = useTexts(texts);
  const [without, , setAll] = useUrlState('without', '');
  return (
    <Panel
      title={t.compared}
      note={t.comparedNote}
      source={asIf.source}
      span={7}
      actions={
        <Button
          small
          icon="undo"
          onClick={() => setAll({ arm: '', version: '', category: '', min: '', max: '', without: '' })}
        >
          {t.asItIs}
        </Button>
      }
    >
      {without && <WithoutRule key={without} ruleId={without} takesFocus={takesFocus} />}
      <Loaded asked={asIf} height={360}>
        {(other) => (
          <Loaded asked={now} height={360}>
            {(one) => (
              <Preview
                titles={[t.actual, t.asIf]}
                before={<Ranks list={one.items} other={other.items} mark="goes" empty={t.emptyList} />}
                after={<Ranks list={other.items} other={one.items} mark="comes" empty={t.emptyList} />}
              />
            )}
          </Loaded>
        )}
      </Loaded>
    </Panel>
  );
}

/** Who it is for the service, and what they did last. */
function About({ asked }: { asked: Asked<Explanation> }) {
  const t = useTexts(texts);
  return (
    <Panel title={t.whoIs} source={asked.source} span={5}>
      <Loaded asked={asked}>{(explanation) => <AboutFacts explanation={explanation} />}</Loaded>
    </Panel>
  );
}

function AboutFacts({ explanation }: { explanation: Explanation }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const { customer_id, is_known, degraded, profiling_allowed, arm, release_id, behaviours } = explanation;
  return (
    <>
      <Facts
        facts={[
          [t.customer, customer_id ? <CustomerName key="id" id={customer_id} isKnown={is_known} /> : t.nobodyKnown],
          [t.isKnown, is_known ? t.yes : degraded ? t.notRead : t.no],
          [t.profiling, profiling_allowed ? t.yes : t.objected],
          [t.arm, arm === null ? t.noArm : t.arms[arm]],
          [t.release, release_id === null ? t.noRelease : format.count(release_id)],
        ]}
      />
      <h3 className="shown-heading">{t.behaviours}</h3>
      {behaviours.length === 0 ? (
        <p className="muted">{t.noBehaviours}</p>
      ) : (
        <ul className="shown-behaviours">
          {behaviours.slice(0, 8).map(({ type, item_id, occurred_at }) => (
            <li key={`${type} ${item_id} ${occurred_at}`}>
              <span>{type === 'returned' ? t.returned : wordOf(words.events, type)}</span>
              <ItemLink itemId={item_id} />
              <span className="muted">{format.ago(occurred_at)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function CustomerName({ id, isKnown }: { id: string; isKnown: boolean }) {
  return isKnown ? (
    <Link className="mono" href={customerPath(id)}>
      {id}
    </Link>
  ) : (
    <span className="mono">{id}</span>
  );
}
