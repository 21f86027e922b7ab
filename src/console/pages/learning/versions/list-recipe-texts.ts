import { inLanguages } from '../../../texts/texts.ts';

/** What the fields of the recipe of collaborative filtering are called: of methods, the method and the setting. */
export const listRecipeTexts = inLanguages(
  {
    methods: {
      rp3beta: 'Walks over customers (RP3beta)',
      'item-knn': 'Similar items (item-knn)',
      ials: 'Factors (iALS)',
      ease: 'Weights of items (EASE)',
      'tifu-knn': 'Fading baskets (TIFU-KNN)',
      'gf-cf': 'Graph filter (GF-CF)',
      'next-baskets': 'What is bought next',
    },
    settings: {
      weight: 'part in the blend',
      neighbours: 'neighbours kept',
      beta: 'popularity divided out',
      alpha: 'power of a step',
      shrinkage: 'shrinkage of rare items',
      unobservedWeight: 'weight of what was not bought',
      regularisation: 'regularisation',
      dimensions: 'dimensions',
      epochs: 'passes',
      frequencyExponent: 'regularisation by how much is known',
      regularisedBy: 'regularisation grows with',
      initialDeviation: 'spread at the start',
      lambda: 'regularisation',
      valuePower: 'power of the values',
      minimumCustomers: 'least customers of an item',
      maximumMegabytes: 'most memory, in megabytes',
      maximumSeconds: 'most seconds reckoned',
      groups: 'groups of baskets',
      withinDecay: 'fading within a group',
      groupDecay: 'fading from group to group',
      ownShare: 'share of the customer’s own baskets',
      maximumCustomers: 'most customers asked',
      idealWeight: 'weight of the ideal filter',
      baskets: 'baskets before',
      fading: 'fading from basket to basket',
    },
    fields: {
      'blend.collaborative': 'Orders that the strongest taste is worth',
      'blend.popularityPower': 'Power of what is selling',
      'blend.floor': 'What every item starts with',
      repurchaseHalfLifeDays: 'Days until an own purchase counts half',
      popularityHalfLifeDays: 'Days until a sale counts half',
      candidates: 'Length of a list',
      servedNeighbours: 'Neighbours of an item that are served',
      quantityEffect: 'What more pieces say',
      refundedPurchases: 'Purchases given back',
      repurchase: 'Items bought before',
      justBought: 'Items just bought',
    },
    ofMethod: (method: string, setting: string) => `${method}: ${setting}`,
  },
  {
    methods: {
      rp3beta: '客户随机游走（RP3beta）',
      'item-knn': '相似商品（item-knn）',
      ials: '隐因子（iALS）',
      ease: '商品权重（EASE）',
      'tifu-knn': '衰减购物篮（TIFU-KNN）',
      'gf-cf': '图滤波（GF-CF）',
      'next-baskets': '接续购买',
    },
    settings: {
      weight: '混合占比',
      neighbours: '保留的近邻数',
      beta: '热销程度的抵消',
      alpha: '每步的幂次',
      shrinkage: '少售商品的收缩',
      unobservedWeight: '未购买的权重',
      regularisation: '正则化',
      dimensions: '维数',
      epochs: '训练轮数',
      frequencyExponent: '正则化随已知信息的增长',
      regularisedBy: '正则化随何增长',
      initialDeviation: '初始离散程度',
      lambda: '正则化',
      valuePower: '数值的幂次',
      minimumCustomers: '商品的最少客户数',
      maximumMegabytes: '最多内存（MB）',
      maximumSeconds: '最多估算秒数',
      groups: '购物篮分组数',
      withinDecay: '组内衰减',
      groupDecay: '组间衰减',
      ownShare: '客户自身购物篮的占比',
      maximumCustomers: '最多比较的客户数',
      idealWeight: '理想滤波的权重',
      baskets: '此前的购物篮数',
      fading: '逐个购物篮的衰减',
    },
    fields: {
      'blend.collaborative': '最强偏好相当的订单数',
      'blend.popularityPower': '热销程度的幂次',
      'blend.floor': '每件商品的起点',
      repurchaseHalfLifeDays: '自身购买减半所需天数',
      popularityHalfLifeDays: '销量减半所需天数',
      candidates: '列表长度',
      servedNeighbours: '线上保留的商品近邻数',
      quantityEffect: '购买件数的作用',
      refundedPurchases: '已退货的购买',
      repurchase: '曾购买的商品',
      justBought: '刚购买的商品',
    },
    ofMethod: (method: string, setting: string) => `${method}：${setting}`,
  },
);

/** What can be said of a field. */
export interface ListRecipeWords {
  methods: Readonly<Record<string, string>>;
  settings: Readonly<Record<string, string>>;
  fields: Readonly<Record<string, string>>;
  ofMethod: (method: string, setting: string) => string;
}

/** What a field of a recipe is called, by its path; nothing where it has no words. */
export function listFieldName(
  { methods, settings, fields, ofMethod }: ListRecipeWords,
  field: string,
): string | undefined {
  const [, method, setting] = /^methods\.([^.]+)\.([^.]+)$/.exec(field) ?? [];
  if (method === undefined || setting === undefined) return Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (!Object.hasOwn(methods, method) || !Object.hasOwn(settings, setting)) return undefined;
  return ofMethod(methods[method] as string, settings[setting] as string);
}
