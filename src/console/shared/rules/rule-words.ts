import { useFormat } from '../../format/index.ts';
import { peopleTexts } from '../../texts/people.ts';
import { ruleTexts } from '../../texts/rules.ts';
import { useTexts } from '../../texts/texts.ts';
import { useSegmentName, wordOf } from '../people/names.ts';
import { everDays, moneyFields } from './fields.ts';
import { type Condition, kindOf } from './rule.ts';

/** A condition as a sentence: "Ordered at least 2 times within 90 days in Food > Coffee". */
export function useConditionWords(): (condition: Condition, isNot?: boolean) => string {
  const t = useTexts(ruleTexts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const nameOf = useSegmentName();
  const text = (value: unknown) => (value === undefined ? '' : String(value));

  const bounds = (condition: Condition, write: (value: unknown) => string) => {
    const [least, most] = [condition['at_least'], condition['at_most']];
    if (least !== undefined && most !== undefined) return t.between(write(least), write(most));
    if (least !== undefined) return t.atLeast(write(least));
    return most === undefined ? '' : t.atMost(write(most));
  };
  const yesOrNo = (value: unknown) => (typeof value === 'boolean' ? (value ? t.yes : t.no) : text(value));
  const number = (value: unknown) => format.plain(value as number);
  const days = ({ within_days: within }: Condition) =>
    within === everDays ? t.ever : t.within(format.days(within as number));
  const when = (condition: Condition) => {
    const { during, since, before } = condition;
    if (during !== undefined) return wordOf(t.periods, text(during));
    if (since === undefined) return condition['within_days'] === undefined ? '' : days(condition);
    return [t.since(text(since)), before === undefined ? '' : t.before(text(before))].filter(Boolean).join(' ');
  };
  const ofWhat = ({ category, brand, item_id: item, channel, store, language }: Condition) => [
    category === undefined ? '' : t.ofCategory(text(category)),
    brand === undefined ? '' : t.ofBrand(text(brand)),
    item === undefined ? '' : t.ofItem(text(item)),
    channel === undefined ? '' : t.ofChannel(text(channel)),
    store === undefined ? '' : t.ofStore(text(store)),
    language === undefined ? '' : t.ofLanguage(text(language)),
  ];

  const say: Record<ReturnType<typeof kindOf>, (condition: Condition) => string[]> = {
    behaviour: (condition) => {
      const { behaviour, not_bought: notBought, same, same_property: property } = condition;
      const count = bounds(condition, number);
      return [
        wordOf(t.behaviours, text(behaviour)),
        t.times(count || t.atLeast(format.count(1))),
        when(condition),
        ...ofWhat(condition),
        same === undefined ? '' : t.withinOne(wordOf(t.sames, text(same))),
        property === undefined ? '' : t.withinOne(text(property)),
        notBought ? t.notBought : '',
      ];
    },
    tag: (condition) => {
      const values = (condition['is'] as string[] | undefined)?.map((value) => wordOf(words.tagValues, value));
      return [
        wordOf(words.tags, text(condition['tag'])),
        values ? t.is(values.join(t.or)) : '',
        bounds(condition, number),
        condition['within_days'] === undefined ? '' : days(condition),
      ];
    },
    rfm: (condition) => [wordOf(t.rfm, text(condition['rfm'])), figure(condition, text(condition['rfm']))],
    value: (condition) => [wordOf(t.value, text(condition['value'])), figure(condition, text(condition['value']))],
    spend: (condition) => [
      t.spend,
      figure(condition, 'net'),
      when(condition),
      ...ofWhat(condition),
      condition['same'] === undefined ? '' : t.withinOne(wordOf(t.sames, text(condition['same']))),
    ],
    coupons: (condition) => {
      const campaign = condition['campaign_id'];
      return [
        wordOf(t.coupons, text(condition['coupons'])),
        t.times(bounds(condition, number) || t.atLeast(format.count(1))),
        when(condition),
        campaign === undefined ? '' : t.ofCampaign(text(campaign)),
      ];
    },
    last: ({ last, within_days: within, not_within_days: notWithin, or_never: orNever }) => {
      const said = [
        notWithin === undefined ? '' : t.longerAgo(format.days(notWithin as number)),
        within === undefined ? '' : t.atMostAgo(format.days(within as number)),
      ].filter(Boolean);
      return [wordOf(t.last, text(last)), said.join(t.and), orNever ? t.orNever : ''];
    },
    random: ({ random, from = 0, below }) => [
      t.drawn(format.percent((below as number) - (from as number)), text(random)),
    ],
    attribute: (condition) => {
      const { attribute, is, since, before, anniversary_within_days: within, anniversary_past_days: past } = condition;
      const said = [
        is === undefined ? '' : t.is((is as unknown[]).map(yesOrNo).join(t.or)),
        bounds(condition, number),
        since === undefined ? '' : t.since(text(since)),
        before === undefined ? '' : t.before(text(before)),
        within === undefined ? '' : t.anniversary(format.days(within as number)),
        past === undefined ? '' : t.anniversaryPast(format.days(past as number)),
      ].filter(Boolean);
      return [wordOf(words.attributes, text(attribute)), ...(said.length > 0 ? said : [t.known])];
    },
    prediction: ({ prediction, is, at_least: least }) => [
      t.predicted(wordOf(words.attributes, text(prediction))),
      t.is(((is as unknown[] | undefined) ?? []).map(text).join(t.or)),
      t.likely(format.percent(least as number, 0)),
    ],
    segment: (condition) => {
      const ids = (condition['segment'] as string[] | undefined) ?? [];
      return [t.isIn(ids.map((id) => nameOf(id)).join(t.or))];
    },
  };
  const figure = (condition: Condition, field: string) =>
    bounds(condition, (value) => (moneyFields.includes(field) ? format.money(text(value)) : number(value)));

  return (condition, isNot = false) => {
    const sentence = say[kindOf(condition)](condition).filter(Boolean).join(' ');
    return isNot ? t.not(sentence) : sentence;
  };
}
