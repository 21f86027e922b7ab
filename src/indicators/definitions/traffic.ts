import { type Definition, ofAll, over, sum } from './definition.ts';

const since = '2026-11-28';
const common = { version: 1, class: 'traffic', since, exclusions: [] } as const;
const sessions = { ...common, exclusions: ['sessions without a page view'], needs: ['page_views'] } as const;

export const traffic: readonly Definition[] = [
  {
    ...common,
    id: 'sessions',
    name: { en: 'Sessions', zh: '会话数' },
    meaning: {
      en: 'Visits: by the session that events name, else until the visitor is silent for 30 minutes, and at the latest until midnight.',
      zh: '访问会话数：按事件所带会话标识划分；无标识时静默 30 分钟即断开；最迟在零点断开。',
    },
    unit: 'count',
    numerator: sum('traffic.sessions'),
    denominator: null,
    needs: ['events'],
  },
  {
    ...sessions,
    id: 'bounce-rate',
    name: { en: 'Bounce rate', zh: '跳出率' },
    meaning: {
      en: 'Share of the sessions with one page view and nothing else that somebody meant.',
      zh: '仅有一次页面浏览且无其他主动行为的会话占全部有浏览会话的比例。',
    },
    unit: 'share',
    numerator: sum('traffic.bounces'),
    denominator: sum('traffic.page_sessions'),
  },
  {
    ...sessions,
    id: 'pages-per-session',
    name: { en: 'Pages a session', zh: '会话平均浏览页数' },
    meaning: { en: 'Page views over the sessions with any.', zh: '页面浏览量除以有浏览的会话数。' },
    unit: 'ratio',
    numerator: sum('traffic.session_pages'),
    denominator: sum('traffic.page_sessions'),
  },
  {
    ...sessions,
    id: 'mean-dwell',
    name: { en: 'Mean dwell on a page', zh: '页面平均停留时长' },
    meaning: {
      en: 'How long pages were looked at, by pings or else until the next page of the session, at most 1,800 seconds each.',
      zh: '页面平均停留秒数：优先取采集器心跳，否则取至会话内下一页的时间，单页最多计 1800 秒。',
    },
    unit: 'seconds',
    numerator: sum('traffic.dwell_seconds'),
    denominator: sum('traffic.dwelled_pages'),
    exclusions: ['the last page of a session without pings'],
  },
  {
    ...common,
    id: 'share-of-new-visitors',
    name: { en: 'Share of new visitors', zh: '新访客占比' },
    meaning: {
      en: 'Of the visitors of the period the share who came for the first time, as far back as events are kept.',
      zh: '统计期内首次到访（以保留的行为事件为限）的访客占全部访客的比例。',
    },
    unit: 'share',
    numerator: sum('traffic.new_visitors'),
    denominator: sum('traffic.visitors'),
    needs: ['events'],
  },
  {
    ...common,
    id: 'registrations',
    name: { en: 'Registrations', zh: '注册人数' },
    meaning: { en: 'Customers who registered in the period.', zh: '统计期内注册的会员数。' },
    unit: 'count',
    numerator: sum('traffic.registrations'),
    denominator: null,
    needs: ['registrations'],
  },
  {
    ...common,
    id: 'active-members',
    name: { en: 'Active members', zh: '活跃会员数' },
    meaning: {
      en: 'Distinct customers whom an event or order of the period names.',
      zh: '统计期内有行为事件或订单的去重会员数。',
    },
    unit: 'count',
    numerator: sum('traffic.active_members'),
    denominator: null,
    needs: ['members'],
  },
  {
    ...common,
    id: 'active-member-rate',
    name: { en: 'Rate of active members', zh: '会员活跃率' },
    meaning: {
      en: "Active members over the customers who registered up to the period's end.",
      zh: '活跃会员数占截至统计期末累计注册会员数的比例。',
    },
    unit: 'share',
    numerator: sum('traffic.active_members'),
    denominator: over('until-end', ofAll(sum('traffic.registrations'))),
    grains: ['day', 'week', 'month'],
    needs: ['members', 'registrations'],
  },
  {
    ...common,
    id: 'member-repurchase-rate',
    name: { en: 'Repurchase rate of members (90 days)', zh: '会员复购率（90 天）' },
    meaning: {
      en: 'Share of the active members with an order that follows another of theirs within 90 days.',
      zh: '活跃会员中，其订单距上一单不超过 90 天者所占比例。',
    },
    unit: 'share',
    numerator: sum('customers.recent_buyers'),
    denominator: sum('traffic.active_members'),
    needs: ['members', 'customers'],
  },
  {
    ...common,
    id: 'orders-per-member',
    name: { en: 'Orders a member', zh: '会员人均订单数' },
    meaning: { en: 'Orders that name a customer over the active members.', zh: '会员订单数除以活跃会员数。' },
    unit: 'ratio',
    numerator: sum('customers.orders'),
    denominator: sum('traffic.active_members'),
    needs: ['members', 'customers'],
  },
];
