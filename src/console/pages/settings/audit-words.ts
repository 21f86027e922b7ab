import { useSession } from '../../app/session.tsx';
import { nothing, useFormat } from '../../format/index.ts';
import { inLanguages, useLanguage, useTexts } from '../../texts/texts.ts';

/** What fields of audit entries are called; one that is not here by its own words. */
const auditTexts = inLanguages(
  {
    yes: 'yes',
    no: 'no',
    none: 'none',
    fields: {
      amount_minor: 'Amount off',
      as_of: 'Facts until',
      allowed_origins: 'Pages that may use it',
      buy_count: 'Pieces to buy',
      categories: 'Categories',
      code_version: 'Version of Pannier',
      condition: 'When it',
      control_share: 'Left alone',
      coupon_budget: 'Coupons at most',
      coupon_valid_days: 'Days a coupon is good',
      currency: 'Currency',
      definition: 'Rule',
      dimension: 'By',
      discount_type: 'Discount',
      expires_at: 'Good until',
      exploration_share: 'Shown something new',
      false_alarm_rate: 'False alarms',
      get_count: 'Pieces to get',
      grain: 'Looked at each',
      indicator_id: 'Indicator',
      item_ids: 'Items',
      key_id: 'Key',
      kind: 'Kind',
      limit_per_customer: 'Coupons a customer',
      limits: 'Limits',
      maximum_discount_minor: 'Discount at most',
      member: 'Of',
      minimum_spend_minor: 'Order worth at least',
      minor_digits: 'Digits of its minor unit',
      models: 'Models',
      money_budget_minor: 'Discount in all',
      name: 'Name',
      password_changed_at: 'Password set',
      paused: 'Paused',
      percent: 'Percent off',
      priority: 'Priority',
      profiling_allowed: 'Profiling allowed',
      reason: 'Why',
      recipes: 'Recipes',
      recovery_codes_made_at: 'Recovery codes made',
      release_id: 'Release',
      revoked_at: 'Revoked',
      role: 'Role',
      scopes: 'Scopes',
      seed: 'Seed',
      share: 'Held out',
      since: 'Since',
      stacking: 'With other coupons',
      stacking_order: 'Place among stackable ones',
      target_groups: 'Groups',
      target_segments: 'Segments',
      threshold: 'Value',
      time_zone: 'Time zone',
      totp_begun_at: 'One-time codes begun',
      totp_changed_at: 'One-time codes changed',
      totp_secret: 'Asks for one-time codes',
      training_run_id: 'Training run',
      user_name: 'User',
      valid_from: 'Begins',
      valid_until: 'Ends',
      version: 'Version',
      versions: 'Versions',
      week_start: 'Week begins',
    },
  },
  {
    yes: '是',
    no: '否',
    none: '无',
    fields: {
      amount_minor: '减免金额',
      as_of: '数据截至',
      allowed_origins: '可使用的页面来源',
      buy_count: '购买件数',
      categories: '类目',
      code_version: 'Pannier 版本',
      condition: '条件',
      control_share: '对照组比例',
      coupon_budget: '优惠券数量上限',
      coupon_valid_days: '优惠券有效天数',
      currency: '币种',
      definition: '规则',
      dimension: '维度',
      discount_type: '优惠类型',
      expires_at: '有效期至',
      exploration_share: '探索比例',
      false_alarm_rate: '误报率',
      get_count: '优惠件数',
      grain: '检查周期',
      indicator_id: '指标',
      item_ids: '商品',
      key_id: '密钥',
      kind: '类型',
      limit_per_customer: '每位客户的优惠券数',
      limits: '限制',
      maximum_discount_minor: '最高优惠金额',
      member: '对象',
      minimum_spend_minor: '最低订单金额',
      minor_digits: '最小货币单位位数',
      models: '模型',
      money_budget_minor: '优惠总额',
      name: '名称',
      password_changed_at: '密码设置时间',
      paused: '已暂停',
      percent: '折扣百分比',
      priority: '优先级',
      profiling_allowed: '允许画像',
      reason: '原因',
      recipes: '模型参数',
      recovery_codes_made_at: '恢复码生成时间',
      release_id: '发布号',
      revoked_at: '吊销时间',
      role: '角色',
      scopes: '权限',
      seed: '随机种子',
      share: '对照比例',
      since: '生效时间',
      stacking: '与其他优惠券叠加',
      stacking_order: '叠加顺序',
      target_groups: '分组',
      target_segments: '客群',
      threshold: '阈值',
      time_zone: '时区',
      totp_begun_at: '一次性验证码开始设置',
      totp_changed_at: '一次性验证码变更',
      totp_secret: '使用一次性验证码',
      training_run_id: '训练',
      user_name: '用户',
      valid_from: '开始时间',
      valid_until: '结束时间',
      version: '版本',
      versions: '版本',
      week_start: '每周起始日',
    },
  },
);

/** Shares that people read in percent. */
const shares = new Set(['control_share', 'exploration_share', 'false_alarm_rate', 'share']);

/** Fields and values of an entry as people say them: times in the shop's zone, money in its currency, shares in percent. */
export function useAuditWords() {
  const t = useTexts(auditTexts);
  const language = useLanguage();
  const format = useFormat();
  const { shop } = useSession();
  const fieldOf = (field: string) => (t.fields as Record<string, string>)[field] ?? field.replaceAll('_', ' ');
  const write = (field: string, value: unknown): string => {
    if (value === null || value === undefined) return nothing;
    if (typeof value === 'boolean') return value ? t.yes : t.no;
    if (typeof value === 'number') {
      if (field.endsWith('_minor')) return format.money(String(value / 10 ** shop.minor_digits));
      return shares.has(field) ? format.plainPercent(value) : format.plain(value);
    }
    if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? format.moment(value) : value;
    if (Array.isArray(value)) {
      const between = language === 'zh' ? '、' : ', ';
      return value.length === 0 ? t.none : value.map((one) => write(field, one)).join(between);
    }
    return JSON.stringify(value);
  };
  return { fieldOf, write };
}
