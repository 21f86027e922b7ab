import { inLanguages } from './texts.ts';

/** What words mean that stand on pages, each in a sentence, as the glossary has them. */
export const wordTexts = inLanguages(
  {
    scheme: 'A scheme is one way to part all customers with orders: each is in exactly one of its segments.',
    group: 'A group is one of four by the sum of the scores for recency, frequency and money.',
    klaviyo: "Klaviyo's six go by the code of three scores, each from 1 to 3.",
    cluster: 'A cluster is customers whom K-means found alike; it is not a group.',
    cell: 'A cell is all who have the same three scores; it has no name of its own.',
    rule: 'A rule is conditions that customers meet or not: who meets it is found anew every night.',
    list: 'A list is the customers whom you name, until you name others.',
    snapshot: 'A snapshot is the members as they were found at one moment; pages, files and campaigns go by it.',
  },
  {
    scheme: '分组方案是划分全部下过单的客户的一种方式：每位客户恰好属于其中一个客群。',
    group: '分组按最近消费、消费频次和消费金额三项得分之和分为四个。',
    klaviyo: 'Klaviyo 的六组按三项各 1 到 3 分的编码划分。',
    cluster: '聚类是 K-means 找出的相似客户，并非分组。',
    cell: '单元格是三项得分都相同的客户，没有自己的名称。',
    rule: '规则是客户满足或不满足的条件：每晚重新找出满足的客户。',
    list: '名单是您指定的客户，直到您另行指定。',
    snapshot: '快照是某一时刻找出的成员；页面、文件和活动都以它为准。',
  },
);
