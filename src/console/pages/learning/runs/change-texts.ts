import { inLanguages } from '../../../texts/texts.ts';

/** What a run's versions changed, and on what figures of versions rest. */
export const changeTexts = inLanguages(
  {
    title: 'What changed',
    note: 'Its versions beside those that were served until then.',
    refusedNote:
      'Its versions beside those that were served until then, and still are as long as nobody publishes these.',
    of: (kind: string, version: string, before: string) => `${kind}: version ${version} after version ${before}`,
    first: (kind: string, version: string) => `${kind}: version ${version} is the first`,
    sideBySide: 'Side by side',
    gone: (version: string) => `Version ${version} is not kept any more, so that nobody can tell.`,
    lists: (changed: string, customers: string, share: string) =>
      `The list of ${changed} of ${customers} customers changed, in its items or their order (${share}).`,
    listsOverlap: (share: string, places: string) =>
      `On average ${share} of the items on either list are on both, among the first ${places}.`,
    listsBegun: (more: string, less: string) =>
      `${more} customers have a list for the first time, ${less} have none any more.`,
    rules: (stayed: string, came: string, went: string) => `${stayed} rules stayed, ${came} came and ${went} went.`,
    came: 'Came, the strongest',
    went: 'Went, the strongest',
    rule: (antecedent: string, consequent: string) => `${antecedent} → ${consequent}`,
    ruleFigures: (orders: string, lift: string) => `${orders} orders, lift ${lift}`,
    moved: (moved: string, customers: string, share: string) =>
      `${moved} of ${customers} customers known to both are in another group now (${share}).`,
    move: (from: string, to: string) => `${from} → ${to}`,
    judgedOn: (version: string, customers: string, from: string, until: string) =>
      `Version ${version} was judged by what ${customers} customers bought from ${from} to ${until}.`,
    notJudged: (version: string) => `On what version ${version} was judged is not known any more.`,
    judgedApart:
      'They were judged by different days and customers, so the figures beside each other do not say which is better.',
    judgedAlike: 'Both were judged by the same customers and days.',
    paired: (run: string, customers: string, against: string) =>
      `The gate of run ${run} compared both recipes on the same ${customers} customers: NDCG@10 of the recipe tried, less that of version ${against}’s`,
    pairedKept: (version: string) => `That was worse, so version ${version} was made by the recipe of before.`,
    notPaired:
      'The gate has not compared these two on the same customers: that it does with the version served at the time.',
    judgedApartHelp: 'Of figures of the evaluation only where both were judged by the same customers and days.',
  },
  {
    title: '有何变化',
    note: '本次产出的版本与此前线上版本的对比。',
    refusedNote: '本次产出的版本与此前线上版本的对比；在人工发布之前，线上仍为此前的版本。',
    of: (kind: string, version: string, before: string) => `${kind}：版本 ${version}，此前为版本 ${before}`,
    first: (kind: string, version: string) => `${kind}：版本 ${version} 为首个版本`,
    sideBySide: '查看对比',
    gone: (version: string) => `版本 ${version} 已不再保留，无法对比。`,
    lists: (changed: string, customers: string, share: string) =>
      `${customers} 位客户中有 ${changed} 位的推荐列表（商品或顺序）发生变化（${share}）。`,
    listsOverlap: (share: string, places: string) => `前 ${places} 位中，两个列表的商品平均有 ${share} 相同。`,
    listsBegun: (more: string, less: string) => `${more} 位客户首次拥有列表，${less} 位不再有列表。`,
    rules: (stayed: string, came: string, went: string) => `保留 ${stayed} 条规则，新增 ${came} 条，消失 ${went} 条。`,
    came: '新增（最强）',
    went: '消失（最强）',
    rule: (antecedent: string, consequent: string) => `${antecedent} → ${consequent}`,
    ruleFigures: (orders: string, lift: string) => `${orders} 笔订单，提升度 ${lift}`,
    moved: (moved: string, customers: string, share: string) =>
      `两个版本均有的 ${customers} 位客户中，${moved} 位换了分组（${share}）。`,
    move: (from: string, to: string) => `${from} → ${to}`,
    judgedOn: (version: string, customers: string, from: string, until: string) =>
      `版本 ${version} 以 ${customers} 位客户在 ${from} 至 ${until} 的购买评估。`,
    notJudged: (version: string) => `版本 ${version} 的评估依据已不可知。`,
    judgedApart: '两者评估所用的日期与客户不同，并列的指标不能说明孰优孰劣。',
    judgedAlike: '两者以相同的客户与日期评估。',
    paired: (run: string, customers: string, against: string) =>
      `训练 ${run} 的质量门槛在相同的 ${customers} 位客户上比较了两套参数：所试参数的 NDCG@10 减去版本 ${against} 参数的`,
    pairedKept: (version: string) => `所试参数较差，因此版本 ${version} 沿用原参数生成。`,
    notPaired: '质量门槛没有在相同客户上比较过这两个版本：它只与当时的线上版本比较。',
    judgedApartHelp: '评估指标仅在两者以相同的客户与日期评估时给出差值。',
  },
);
