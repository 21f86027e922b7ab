import { inLanguages } from './texts.ts';

/** What a decision says of a campaign, in words. */
export const decisionTexts = inLanguages(
  {
    outcomes: {
      granted: 'granted',
      'not-needed': 'no incentive needed',
      'not-active': 'not active',
      'group-not-targeted': 'not for this group',
      'nothing-in-cart-applies': 'nothing in the cart applies',
      'below-minimum-spend': 'below the minimum spend',
      'customer-limit-reached': 'limit per customer reached',
      'period-limit-reached': 'limit of the period reached',
      'coupon-budget-spent': 'no coupons left',
      'money-budget-spent': 'no money left',
      'lower-priority': 'another came first',
      'control-group': 'control group',
      holdout: 'held out',
      'not-drawn': 'not drawn',
      'not-in-target-segment': 'not in the target segment',
      'no-expected-gain': 'no gain expected',
      'gives-nothing': 'would give nothing',
    },
  },
  {
    outcomes: {
      granted: '已发放',
      'not-needed': '无需激励',
      'not-active': '未生效',
      'group-not-targeted': '不面向该分组',
      'nothing-in-cart-applies': '购物车中无适用商品',
      'below-minimum-spend': '未达最低消费',
      'customer-limit-reached': '已达每人上限',
      'period-limit-reached': '已达周期上限',
      'coupon-budget-spent': '券已发完',
      'money-budget-spent': '预算已用完',
      'lower-priority': '优先级较低',
      'control-group': '对照组',
      holdout: '留出组',
      'not-drawn': '未抽中',
      'not-in-target-segment': '不在目标客群',
      'no-expected-gain': '预期无收益',
      'gives-nothing': '优惠金额为零',
    },
  },
);
