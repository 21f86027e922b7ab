import { inLanguages } from '../../../texts/texts.ts';

/** What moved sales, in words. */
export const movedTexts = inLanguages(
  {
    note: (from: string, to: string, beforeFrom: string, beforeTo: string) =>
      `${from} to ${to}, beside ${beforeFrom} to ${beforeTo}.`,
    about:
      'Each table takes the whole change apart: its parts and all others sum up to it. An order counts once, and so does a customer: by category and item each is shared out evenly among its lines. Groups are those that customers are in now.',
    figures: { 'net-sales': 'Net sales', orders: 'Orders placed', customers: 'Customers who ordered' },
    more: (name: string, now: string, change: string, part: string) =>
      `${name}: ${now}, ${change} more than before (${part}).`,
    less: (name: string, now: string, change: string, part: string) =>
      `${name}: ${now}, ${change} less than before (${part}).`,
    fewer: (name: string, now: string, change: string, part: string) =>
      `${name}: ${now}, ${change} fewer than before (${part}).`,
    same: (name: string, now: string) => `${name}: ${now}, as before.`,
    most: {
      segment: 'Group that brought most of it',
      category: 'Category that brought most',
      item: 'Item that brought most',
    },
    contributor: (name: string, change: string) => `${name} (${change})`,
    against: (name: string, change: string) => `most against it ${name} (${change})`,
    none: 'none of the ten that moved most',
    noGroup: 'orders of nobody known, or of no group',
    parts: 'All parts',
    dimensions: { segment: 'By group of customers', category: 'By category', item: 'By item' },
    member: 'Part',
    before: 'Before',
    now: 'Now',
    change: 'Change',
    others: (count: string) => `All others (${count})`,
    whole: 'Whole',
    partly: (day: string) =>
      `There are facts since ${day} only: the time before is not known whole, so nothing is compared with it.`,
    partlyUnknown: 'The time before is not known whole, so nothing is compared with it.',
  },
  {
    note: (from: string, to: string, beforeFrom: string, beforeTo: string) =>
      `${from} 至 ${to}，对比 ${beforeFrom} 至 ${beforeTo}。`,
    about:
      '每张表都拆解整个变化：各部分与其余之和等于总变化。每笔订单、每位客户只计一次：按类目和商品查看时平均分摊到各订单行。分组为客户当前所在分组。',
    figures: { 'net-sales': '净销售额', orders: '下单量', customers: '下单客户数' },
    more: (name: string, now: string, change: string, part: string) =>
      `${name}为 ${now}，比此前多 ${change}（${part}）。`,
    less: (name: string, now: string, change: string, part: string) =>
      `${name}为 ${now}，比此前少 ${change}（${part}）。`,
    fewer: (name: string, now: string, change: string, part: string) =>
      `${name}为 ${now}，比此前少 ${change}（${part}）。`,
    same: (name: string, now: string) => `${name}为 ${now}，与此前持平。`,
    most: { segment: '影响最大的分组', category: '影响最大的类目', item: '影响最大的商品' },
    contributor: (name: string, change: string) => `${name}（${change}）`,
    against: (name: string, change: string) => `反方向最大的是${name}（${change}）`,
    none: '变化最大的十项中没有',
    noGroup: '未具名或不在任何分组的客户',
    parts: '全部构成',
    dimensions: { segment: '按客户分组', category: '按类目', item: '按商品' },
    member: '构成',
    before: '此前',
    now: '当前',
    change: '变化',
    others: (count: string) => `其余（${count} 项）`,
    whole: '合计',
    partly: (day: string) => `数据自 ${day} 起，此前时段不完整，因此不作对比。`,
    partlyUnknown: '此前时段的数据不完整，因此不作对比。',
  },
);
