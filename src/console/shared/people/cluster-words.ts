import { useLanguage } from '../../texts/texts.ts';

/** A phrase of the service, and how it is put in Chinese; `$1` and `$2` are its figures. */
type Phrase = readonly [RegExp, string];

const names: readonly Phrase[] = [
  [/^bought lately$/, '近期购买'],
  [/^bought some time ago$/, '一段时间前购买'],
  [/^bought long ago$/, '很久前购买'],
  [/^seldom$/, '很少下单'],
  [/^now and then$/, '偶尔下单'],
  [/^often$/, '经常下单'],
  [/^spends little$/, '消费低'],
  [/^spends a middling sum$/, '消费中等'],
  [/^spends much$/, '消费高'],
];

const days = String.raw`(\d+) days? ago`;
const ranges: readonly Phrase[] = [
  [new RegExp(`^last order at most ${days}$`), '最近下单不超过 $1 天前'],
  [new RegExp(`^last order ${days} or longer$`), '最近下单在 $1 天前或更早'],
  [new RegExp(`^last order (\\d+) to ${days}$`), '最近下单在 $1 至 $2 天前'],
  [new RegExp(`^last order ${days}$`), '最近下单在 $1 天前'],
  [/^only 1 order$/, '仅 1 笔订单'],
  [/^at most (\d+) orders?$/, '至多 $1 笔订单'],
  [/^(\d+) orders? or more$/, '至少 $1 笔订单'],
  [/^(\d+) to (\d+) orders?$/, '$1 至 $2 笔订单'],
  [/^(\d+) orders?$/, '$1 笔订单'],
  [/^spent less than ([\d.]+)$/, '消费不足 $1'],
  [/^spent ([\d.]+) or more$/, '消费 $1 以上'],
  [/^spent ([\d.]+) to less than ([\d.]+)$/, '消费 $1 至 $2'],
  [/^less than ([\d.]+) lines an order$/, '每单不足 $1 行'],
  [/^([\d.]+) or more lines an order$/, '每单 $1 行以上'],
  [/^([\d.]+) to less than ([\d.]+) lines an order$/, '每单 $1 至 $2 行'],
  [/^only 1 category$/, '仅 1 个类目'],
  [/^at most (\d+) categor(?:y|ies)$/, '至多 $1 个类目'],
  [/^(\d+) categor(?:y|ies) or more$/, '至少 $1 个类目'],
  [/^(\d+) to (\d+) categor(?:y|ies)$/, '$1 至 $2 个类目'],
  [/^(\d+) categor(?:y|ies)$/, '$1 个类目'],
  ...(
    [
      ['the lines below list price', '折扣购买占比'],
      ['the orders in the evening', '晚间下单占比'],
      ['the orders at the weekend', '周末下单占比'],
    ] as const
  ).flatMap(([of, share]): Phrase[] => [
    [new RegExp(`^less than (\\d+ %) of ${of}$`), `${share}不足 $1`],
    [new RegExp(`^(\\d+ %) or more of ${of}$`), `${share} $1 以上`],
    [new RegExp(`^(\\d+ %) to less than (\\d+ %) of ${of}$`), `${share} $1 至 $2`],
  ]),
  [/^no rule of three questions finds them$/, '三个问题以内的规则无法描述该聚类'],
  [/^every customer$/, '全体客户'],
];

const values: readonly Phrase[] = [
  [new RegExp(`^${days}$`), '$1 天前'],
  [/^([\d.]+) orders?$/, '$1 笔订单'],
  [/^([\d.]+) lines? an order$/, '每单 $1 行'],
  [/^([\d.]+) categor(?:y|ies)$/, '$1 个类目'],
  [/^(\d+ %) of the .*$/, '$1'],
];

const put = (phrase: string, phrases: readonly Phrase[]): string => {
  const known = phrases.find(([pattern]) => pattern.test(phrase));
  return known ? phrase.replace(known[0], known[1]) : phrase;
};

/** What the service says of clusters, in the language of the page; a phrase that is not known stays as it was said. */
export function useClusterWords(): Record<'name' | 'rule' | 'difference', (words: string) => string> {
  if (useLanguage() === 'en') return { name: asIs, rule: asIs, difference: inBrackets };
  return {
    name: (words) =>
      words
        .split(', ')
        .map((phrase) => put(phrase, names))
        .join('、'),
    rule: (words) =>
      words
        .split(', or ')
        .map((side) =>
          side
            .split(' and ')
            .map((phrase) => put(phrase, ranges))
            .join('且'),
        )
        .join('；或'),
    difference: (words) => {
      const [, typical = '', all = ''] = /\(typically (.+), all customers (.+)\)$/.exec(words) ?? [];
      return typical ? `典型值 ${put(typical, values)}，全体 ${put(all, values)}` : words;
    },
  };
}

const asIs = (words: string) => words;
/** The feature is named beside it already. */
const inBrackets = (words: string) => /\((.+)\)$/.exec(words)?.[1] ?? words;
