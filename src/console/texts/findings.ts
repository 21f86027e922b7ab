import type { SentenceKey } from './said.ts';

export type FindingKey = Extract<SentenceKey, `finding.${string}`>;

/** What a shop still misses, in Chinese. */
export const chineseFindings: Record<FindingKey, string> = {
  'finding.no-orders': '还没有任何订单：规则、推荐、客户分组和大多数指标都来自订单。',
  'finding.orders-stopped': '最近一笔订单是 {days} 天前收到的：学到的内容和指标正在过时。',
  'finding.orders-without-customer':
    '最近 {orders} 笔订单中有 {share}% 没有注明客户：个性化推荐、客户分组和优惠券都需要客户。',
  'finding.no-statuses': '没有订单注明是否已付款：所有订单都按已付款计算。',
  'finding.no-events': '最近 {days} 天没有收到任何行为数据：推荐只能依据购买，也无法统计流量。',
  'finding.no-impressions': '最近 {days} 天没有收到任何曝光：无法知道推荐被看到了多少次。',
  'finding.impressions-without-list':
    '曝光没有带上推荐编号（list_id）：最近 {impressions} 次曝光都没有说明来自哪个推荐，因此无法得知推荐带来了多少。',
  'finding.clicks-without-list': '点击没有带上推荐编号（list_id）：最近 {clicks} 次点击都没有说明来自哪个推荐。',
  'finding.no-page-views': '最近 {days} 天没有收到任何页面浏览：无法统计访问和跳出。',
  'finding.no-items': '目录中还没有商品，推荐只能给出商品编号。',
  'finding.no-titles': '{items} 件商品中有 {missing} 件没有可供展示的名称。',
  'finding.no-pictures': '{items} 件商品中有 {missing} 件没有图片或链接：展示推荐的页面只能自行查找。',
  'finding.no-prices': '{items} 件商品中有 {missing} 件没有价格。',
  'finding.no-categories': '{items} 件商品中有 {missing} 件没有类目：筛选和偏好类目会漏掉它们。',
  'finding.no-item-costs': '{items} 件商品中有 {missing} 件没有成本：无法得知优惠券带来的利润，毛利也不包含它们。',
  'finding.no-stock': '{items} 件商品中有 {missing} 件没有库存：推荐可能会展示已售罄的商品。',
  'finding.no-registrations': '没有客户注明注册时间。',
  'finding.no-costs': '没有广告费用：无法将渠道或活动带来的收益与其花费对照。',
  'finding.rows-refused': '最近 {days} 天有 {rows} 行数据被拒绝，正在隔离区等待处理。',
  'finding.no-page-key': '没有可在页面中使用的密钥：页面既不能发送行为，也不能请求推荐。',
  'finding.key-without-origin': '密钥“{name}”用于页面，但还没有任何页面可以使用它。',
  'finding.nothing-learnt': '还没有进行过学习。',
  'finding.learnt-long-ago': '当前使用的模型是 {days} 天前学到的。',
  'finding.no-lists-asked': '最近 {days} 天没有请求过推荐。',
  'finding.run-failed': '最近一次学习失败了。',
  'finding.run-refused': '最近一次学习未通过关卡，因此没有发布。',
  'finding.no-campaign': '还没有活动，因此没有人会得到优惠券。',
  'finding.no-control': '没有活动设置对照组：无法衡量优惠券带来的增量。',
  'finding.feed-failed': '商品目录源“{feed}”最近一次拉取失败：原因见 GET /v1/feeds/{feed}。',
  'finding.feed-fewer': '商品目录源“{feed}”中超过一半的商品消失了：未隐藏任何商品。',
  'finding.feed-stale': '商品目录源“{feed}”已有 {hours} 小时未被拉取。',
  'finding.no-list-holdout': '没有人被排除在个性化推荐之外：无法衡量推荐带来的增量。',
};
