import type { PageName } from '../../texts/shell.ts';

/** A part of a page that has a tab of its own, to be found by the command bar. */
export interface Part {
  page: PageName;
  /** as in the address of the page */
  query: string;
  en: string;
  zh: string;
  /** scopes of which one is enough; without: whoever sees the page */
  scopes?: readonly string[];
}

const admin = { scopes: ['admin'] };

/** Called as the tabs are (test/unit/console/parts.test.ts). */
export const parts: readonly Part[] = [
  { page: 'today', query: 'span=week', en: 'Last week', zh: '上周' },
  { page: 'today', query: 'span=days', en: 'Last 28 days', zh: '最近 28 天' },
  { page: 'today', query: 'span=month', en: 'Last month', zh: '上月' },
  { page: 'indicators', query: 'view=funnel', en: 'Funnel', zh: '转化漏斗' },
  { page: 'indicators', query: 'view=cohorts', en: 'Cohorts', zh: '同期群' },
  { page: 'indicators', query: 'view=alarms', en: 'Alarms', zh: '告警' },
  { page: 'recommendations', query: 'tab=results', en: 'Results', zh: '效果' },
  { page: 'recommendations', query: 'tab=placements', en: 'Placements', zh: '推荐位' },
  { page: 'recommendations', query: 'tab=shopper', en: 'What a shopper sees', zh: '客户所见' },
  { page: 'recommendations', query: 'tab=catalogue', en: 'Catalogue', zh: '商品目录' },
  { page: 'campaigns', query: 'view=groups', en: 'By group', zh: '按分组' },
  { page: 'campaigns', query: 'view=ledger', en: 'Ledger', zh: '账本', ...admin },
  { page: 'segments', query: 'view=groups', en: 'Groups', zh: '分组' },
  { page: 'segments', query: 'view=grid', en: 'RFM grid', zh: 'RFM 矩阵' },
  { page: 'segments', query: 'view=clusters', en: 'Clusters', zh: '聚类' },
  { page: 'segments', query: 'view=own', en: 'Your segments', zh: '自定义客群' },
  { page: 'learning', query: 'view=runs', en: 'Runs', zh: '训练记录' },
  { page: 'learning', query: 'view=versions', en: 'Versions', zh: '模型版本' },
  { page: 'learning', query: 'view=responses', en: 'Coupon response', zh: '优惠券响应', scopes: ['view', 'coupons'] },
  { page: 'learning', query: 'view=explore', en: 'Explore clusters', zh: '聚类探索', scopes: ['train'] },
  { page: 'stock', query: 'view=forecasts', en: 'Forecasts', zh: '需求预测' },
  { page: 'stock', query: 'view=trends', en: 'Trends', zh: '趋势' },
  { page: 'stock', query: 'view=searches', en: 'Search words', zh: '搜索词' },
  { page: 'data', query: 'view=imports', en: 'Imports', zh: '导入记录' },
  { page: 'data', query: 'view=quarantine', en: 'Quarantine', zh: '隔离区' },
  { page: 'data', query: 'view=bring', en: 'Bring a file', zh: '导入文件' },
  { page: 'settings', query: 'view=account', en: 'Your account', zh: '我的账号' },
  { page: 'settings', query: 'view=users', en: 'Users', zh: '用户', ...admin },
  { page: 'settings', query: 'view=keys', en: 'Keys', zh: '密钥', ...admin },
  { page: 'settings', query: 'view=sessions', en: 'Sessions', zh: '登录会话' },
  { page: 'settings', query: 'view=holdouts', en: 'Holdouts', zh: '全局对照组' },
  { page: 'settings', query: 'view=audit', en: 'Audit', zh: '审计日志', ...admin },
];
