import {
  cents,
  inProportion,
  lineAmount,
  millionths,
  roundedQuotient,
  sum,
  thousandths,
} from '../../support/books/book-of-money.ts';
import { periodsOf } from './calendar.ts';

/**
 * What every campaign has given out, what came back, and what is left: kept by the words of the contract (beside each rule),
 * and by nothing of the service's code.
 */

export interface Discount {
  type: 'percent' | 'amount' | 'free-shipping' | 'buy-x-get-y';
  percent?: number;
  amount?: string;
  maximum_discount?: string;
  buy?: number;
  get?: number;
}

export interface Campaign {
  campaign_id: string;
  name: string;
  discount: Discount;
  valid_from: string;
  valid_until: string;
  coupon_valid_days: number;
  budget: { coupons?: number; money?: string };
  limit_per_customer: number;
  minimum_spend?: string;
  target_groups: string[];
  applies_to: { item_ids?: string[]; categories?: string[]; bundle?: string[] };
  priority: number;
  limits: { per: 'campaign' | 'customer' | 'code'; period: 'total' | 'day' | 'week' | 'month'; units: number }[];
  time_zone: string;
  week_start: 'monday' | 'sunday';
  stacking: 'exclusive' | 'stackable';
  stacking_order: number;
}

export interface CartLine {
  item_id: string;
  quantity: number;
  unit_price: string;
}

export interface Code {
  code: string;
  /** with the terms that hold now */
  campaign: Campaign;
  /** "Coupons that were issued keep the terms of their issue"; null: "a code that nobody was given follows the newest" */
  terms: Campaign | null;
  kind: 'issued' | 'single' | 'shared';
  usageLimit: number | null;
  /** null: good for anybody */
  customer: string | null;
  /** its customer was erased */
  isOfTheErased: boolean;
  /** null: "the end of the campaign …, also when that changes" */
  validUntil: number | null;
}

/** "A unit of a campaign is a *use* with one life: reserved → redeemed → partly reversed → reversed, or expired, or released." */
export interface Use {
  code: Code;
  /** "redemptions [keep] those that they were redeemed by" */
  terms: Campaign;
  customer: string | null;
  takenAt: number;
  expiresAt: number;
  state: 'reserved' | 'redeemed' | 'reversed' | 'expired' | 'released';
  reserved: number;
  discount: number;
  reversed: number;
  order: string | null;
  redemptionId: string | null;
  /** other codes of its order left it nothing to give */
  isUndone?: true;
}

export interface Person {
  /** profiled, may be profiled, and neither; null: nobody knows of them */
  profile: { group: string } | null;
  allowed: boolean;
}

const dayMs = 86_400_000;
const compareIds = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const isHeld = ({ state }: Use) => state === 'reserved' || state === 'redeemed';
const isFree = ({ discount }: Campaign) => discount.type === 'free-shipping';
const termsOf = ({ terms, campaign }: Code) => terms ?? campaign;
const isUnbounded = ({ discount }: Campaign) =>
  discount.percent !== undefined && discount.maximum_discount === undefined;
const leftOf = (use: Use) => use.discount - use.reversed;

export class BookOfCoupons {
  readonly campaigns: Campaign[] = [];
  readonly codes: Code[] = [];
  readonly uses: Use[] = [];
  private readonly paused = new Set<Campaign>();
  private readonly reversals = new Map<string, { content: string; answer: Reversal[] }>();
  private readonly categoryOf: (itemId: string) => string | null;

  constructor(categoryOf: (itemId: string) => string | null) {
    this.categoryOf = categoryOf;
  }

  pause(campaign: Campaign, isPaused: boolean): void {
    if (isPaused) this.paused.add(campaign);
    else this.paused.delete(campaign);
  }

  /**
   * "The body is the whole terms, as they are from now on." "A budget cannot be less than what is held." Nor can one of money begin
   * where what is held has no bound. @returns the fields that stand against it; none: the campaign has these terms now
   */
  change(campaign: Campaign, terms: Campaign): string[] {
    const { issued, money_reserved, money_redeemed, money_reversed } = this.countersOf(campaign);
    const { coupons, money } = terms.budget;
    const fields: string[] = [];
    if (coupons !== undefined && coupons < issued) fields.push('/budget/coupons');
    if (money !== undefined) {
      const isLess = cents(money) < money_reserved + money_redeemed - money_reversed;
      const open = this.usesOf(campaign).filter(({ state }) => state === 'reserved');
      const isBegun = campaign.budget.money === undefined && open.some((use) => isUnbounded(use.terms));
      if (isLess || isBegun) fields.push('/budget/money');
    }
    if (fields.length === 0) Object.assign(campaign, { minimum_spend: undefined }, terms);
    return fields;
  }

  statusOf(campaign: Campaign, now: number): string {
    if (now >= Date.parse(campaign.valid_until)) return 'ended';
    if (this.paused.has(campaign)) return 'paused';
    return now < Date.parse(campaign.valid_from) ? 'scheduled' : 'active';
  }

  private usesOf(campaign: Campaign): Use[] {
    return this.uses.filter(({ code }) => code.campaign === campaign);
  }

  countersOf(campaign: Campaign) {
    const uses = this.usesOf(campaign);
    const count = (...states: Use['state'][]) => uses.filter(({ state }) => states.includes(state)).length;
    return {
      // "Units held: reserved, and redeemed without those reversed."
      issued: uses.filter(isHeld).length,
      // "Ever, like expired, released and reversed."
      redeemed: count('redeemed', 'reversed'),
      expired: count('expired'),
      released: count('released'),
      // "Redemptions reversed as a whole."
      reversed: count('reversed'),
      // "Maximum discount of the coupons issued and open."
      money_reserved: sum(uses.filter(({ state }) => state === 'reserved').map(({ reserved }) => reserved)),
      // "Discount actually given", "Of it given back."
      money_redeemed: sum(uses.map(({ discount }) => discount)),
      money_reversed: sum(uses.map(({ reversed }) => reversed)),
    };
  }

  /** null: that budget has no bound */
  budgetLeft(campaign: Campaign): { coupons: number | null; money: number | null } {
    const { issued, money_reserved, money_redeemed, money_reversed } = this.countersOf(campaign);
    const { coupons, money } = campaign.budget;
    return {
      coupons: coupons === undefined ? null : coupons - issued,
      money: money === undefined ? null : cents(money) - money_reserved - money_redeemed + money_reversed,
    };
  }

  reportOf(campaign: Campaign) {
    const { redeemed, reversed, money_redeemed, money_reversed } = this.countersOf(campaign);
    // "Units ever given out", "Discounts given, less what was reversed."
    return { issued: this.usesOf(campaign).length, redeemed, reversed, cost: money_redeemed - money_reversed };
  }

  /**
   * "Attributed are the orders that used a coupon." null: some redemption was reversed as a whole, and whether its order still
   * used a coupon the contract does not say.
   */
  ordersOf(campaign: Campaign): string[] | null {
    const uses = this.usesOf(campaign);
    if (uses.some(({ state }) => state === 'reversed')) return null;
    return uses.flatMap(({ order }) => order ?? []);
  }

  /** "A code expires so many days after its issue, at the latest with the campaign"; "expiry gives both back". */
  expire(now: number): void {
    for (const use of this.uses) if (use.state === 'reserved' && use.expiresAt <= now) use.state = 'expired';
  }

  /** "orders and the coupon ledger stay without the person"; a code for one customer "is over when they are erased". */
  erase(customer: string): void {
    for (const code of this.codes) if (code.customer === customer) code.isOfTheErased = true;
    for (const use of this.uses) if (use.customer === customer) use.customer = null;
  }

  /**
   * Which limits have no room for one more unit. "Limits bind whoever is named, known before or not." "Units in a period, by
   * campaign, customer or code"; "Local dates of the campaign's time zone; a unit counts in the period in which it was taken."
   */
  private fullLimits(campaign: Campaign, customer: string | null, code: Code | null, now: number) {
    const today = periodsOf(now, campaign.time_zone, campaign.week_start);
    const held = this.usesOf(campaign).filter(isHeld);
    const own = held.filter((use) => use.customer === customer);
    const full = new Set<'total' | 'period'>();
    if (customer !== null && own.length >= campaign.limit_per_customer) full.add('total');
    for (const { per, period, units } of campaign.limits) {
      if (per === 'customer' && customer === null) continue;
      if (per === 'code' && code === null) continue;
      const among = per === 'campaign' ? held : per === 'customer' ? own : held.filter((use) => use.code === code);
      const taken = among.filter(
        ({ takenAt }) =>
          period === 'total' || periodsOf(takenAt, campaign.time_zone, campaign.week_start)[period] === today[period],
      );
      if (taken.length >= units) full.add('period');
    }
    return full;
  }

  /** The lines a campaign is for: those of its items, and of items in or below one of its categories; "empty or absent is the whole cart". */
  private inScope<L extends PricedLine>(
    { applies_to: { item_ids = [], categories = [], bundle = [] } }: Campaign,
    lines: L[],
  ): L[] {
    if (bundle.length > 0) return wholeSets(bundle, lines);
    if (item_ids.length + categories.length === 0) return lines;
    const isBelow = (category: string | null) =>
      category !== null && categories.some((path) => category === path || category.startsWith(`${path} > `));
    return lines.filter(({ item }) => item_ids.includes(item) || isBelow(this.categoryOf(item)));
  }

  private obstaclesOfCart(campaign: Campaign, cart: readonly CartLine[]): string[] {
    const scoped = this.inScope(campaign, priced(cart));
    if (scoped.length === 0) return [campaign.applies_to.bundle ? 'bundle-incomplete' : 'nothing-in-cart-applies'];
    const total = sum(scoped.map(({ amount }) => amount));
    return total < cents(campaign.minimum_spend ?? '0') ? ['below-minimum-spend'] : [];
  }

  /** All that stands against a decision for this campaign; null: no cart to judge by. */
  obstaclesOf(
    campaign: Campaign,
    customer: string,
    group: string,
    cart: readonly CartLine[] | null,
    now: number,
  ): Set<string> {
    const obstacles = new Set<string>(cart ? this.obstaclesOfCart(campaign, cart) : []);
    if (this.statusOf(campaign, now) !== 'active') obstacles.add('not-active');
    if (campaign.target_groups.length > 0 && !campaign.target_groups.includes(group))
      obstacles.add('group-not-targeted');
    const full = this.fullLimits(campaign, customer, null, now);
    if (full.has('total')) obstacles.add('customer-limit-reached');
    if (full.has('period')) obstacles.add('period-limit-reached').add('customer-limit-reached');
    const left = this.budgetLeft(campaign);
    if (left.coupons !== null && left.coupons < 1) obstacles.add('coupon-budget-spent');
    if (left.money !== null && left.money < this.mostOf(campaign)) obstacles.add('money-budget-spent');
    // "On this cart its discount would be 0.00, which a redemption refuses."
    if (cart && this.stack([campaign], cart).given.size === 0) obstacles.add('gives-nothing');
    return obstacles;
  }

  /** "Issuing reserves one coupon and the maximum discount." Where that has no bound there is nothing to set aside. */
  private mostOf({ discount }: Campaign): number {
    return cents(discount.amount ?? discount.maximum_discount ?? '0');
  }

  /** A decision has granted this campaign. */
  issue(campaign: Campaign, code: string, customer: string, reserveSeconds: number | null, now: number): Code {
    const validUntil = Math.min(
      now + (reserveSeconds === null ? campaign.coupon_valid_days * dayMs : reserveSeconds * 1_000),
      Date.parse(campaign.valid_until),
    );
    const issued: Code = {
      code,
      campaign,
      terms: { ...campaign },
      kind: 'issued',
      usageLimit: null,
      customer,
      isOfTheErased: false,
      validUntil,
    };
    this.codes.push(issued);
    const of = { code: issued, terms: termsOf(issued), customer };
    const use = { ...of, takenAt: now, expiresAt: validUntil, state: 'reserved' as const };
    const nothing = { discount: 0, reversed: 0, order: null, redemptionId: null };
    this.uses.push({ ...use, ...nothing, reserved: this.mostOf(campaign) });
    return issued;
  }

  /** All that stands against this code for somebody, whatever the cart; null: nobody is named. */
  obstaclesToCode(code: Code, customer: string | null, now: number): Set<string> {
    const { campaign } = code;
    const obstacles = new Set<string>();
    const own = this.uses.filter((use) => use.code === code);
    if (code.kind === 'issued') {
      const { state } = own[0];
      if (state === 'expired' || state === 'released') obstacles.add(state);
      if (state === 'redeemed' || state === 'reversed') obstacles.add('already-redeemed');
    } else {
      // "single: good once; shared: good for many, up to its own limit"; a unit given back "others may have then"
      const limit = code.kind === 'single' ? 1 : (code.usageLimit ?? Number.POSITIVE_INFINITY);
      if (own.filter(isHeld).length >= limit) obstacles.add('already-redeemed').add('limit-reached');
      const left = this.budgetLeft(campaign);
      if (left.coupons === 0 || (left.money === 0 && !isFree(termsOf(code)))) obstacles.add('budget-spent');
      if (this.fullLimits(campaign, customer, code, now).size > 0) obstacles.add('limit-reached');
    }
    if (now >= endOf(code)) obstacles.add('expired');
    if (now < Date.parse(termsOf(code).valid_from)) obstacles.add('not-valid-yet');
    // "Good for this customer only", "and is over when they are erased"
    if (code.customer !== null) {
      if (code.isOfTheErased) obstacles.add('expired');
      if (customer !== code.customer || code.isOfTheErased) obstacles.add('not-this-customer');
    }
    return obstacles;
  }

  /**
   * "An exclusive coupon applies alone; stackable ones apply together in ascending `stacking_order` (then higher priority, then
   * campaign id), each on what those before it left; of all that is possible the largest total is given." "A discount of 0.00 uses nothing up …; free shipping excepted."
   */
  stack(campaigns: readonly Campaign[], cart: readonly CartLine[]): Stack {
    const alone = campaigns.filter(({ stacking }) => stacking === 'exclusive').map((one) => this.inTurn([one], cart));
    const stackable = campaigns
      .filter(({ stacking }) => stacking === 'stackable')
      .sort(
        (a, b) =>
          a.stacking_order - b.stacking_order || b.priority - a.priority || compareIds(a.campaign_id, b.campaign_id),
      );
    const possible = [this.inTurn(stackable, cart), ...alone].filter((given) => given.size > 0);
    const totals = possible.map((given) => sum([...given.values()]));
    const best = Math.max(0, ...totals);
    const winners = possible.filter((_, place) => totals[place] === best);
    return { total: best, given: winners[0] ?? new Map(), isOnlyOne: winners.length < 2 };
  }

  private inTurn(campaigns: readonly Campaign[], cart: readonly CartLine[]): Map<Campaign, number> {
    // "The sequence of … lines does not matter": where two are alike, the first by item id is meant, then by amount.
    const lines = priced(cart)
      .sort((a, b) => compareIds(a.item, b.item) || a.amount - b.amount || a.pieces - b.pieces)
      .map((line, place) => ({ ...line, place }));
    const given = new Map<Campaign, number>();
    for (const campaign of campaigns) {
      const scoped = this.inScope(campaign, lines);
      const parts = discountOf(campaign.discount, scoped);
      scoped.forEach((line, place) => {
        lines[line.place].amount -= parts[place];
      });
      if (sum(parts) > 0 || isFree(campaign)) given.set(campaign, sum(parts));
    }
    return given;
  }

  /** What is said of codes that are asked about together. Outcomes that the contract's words leave open are all named. */
  qualify(asked: readonly Code[], customer: string | null, cart: readonly CartLine[] | null, now: number) {
    const outcomes = new Map<Code, { outcomes: Set<string>; discount: number | null }>();
    const sound: Code[] = [];
    for (const code of asked) {
      const obstacles = this.obstaclesToCode(code, customer, now);
      outcomes.set(code, { outcomes: obstacles.size > 0 ? obstacles : new Set(['qualifies']), discount: null });
      if (obstacles.size === 0) sound.push(code);
    }
    if (!cart) return { outcomes, together: null };
    const candidates: Code[] = [];
    for (const code of sound) {
      const obstacles = this.obstaclesOfCart(termsOf(code), cart);
      if (sound.find((other) => other.campaign === code.campaign) !== code) obstacles.push('same-campaign');
      if (obstacles.length > 0) outcomes.set(code, { outcomes: new Set(obstacles), discount: null });
      else candidates.push(code);
    }
    for (;;) {
      const stacked = this.stack(candidates.map(termsOf), cart);
      // what a campaign has not left it cannot give
      const short = candidates.findIndex((code) => this.isShort(code, stacked.given.get(termsOf(code)) ?? 0));
      if (short >= 0) {
        outcomes.set(candidates[short], { outcomes: new Set(['budget-spent']), discount: null });
        candidates.splice(short, 1);
        continue;
      }
      for (const code of candidates) {
        const discount = stacked.given.get(termsOf(code));
        const isGiven = discount !== undefined;
        const without = new Set(['not-combinable', 'gives-nothing']);
        outcomes.set(code, { outcomes: isGiven ? new Set(['applied']) : without, discount: discount ?? null });
      }
      const isFreeShipping = [...stacked.given.keys()].some(isFree);
      return { outcomes, together: { total: stacked.total, isFreeShipping, isOnlyOne: stacked.isOnlyOne } };
    }
  }

  /** An issued code has its money set aside. */
  private isShort(code: Code, discount: number): boolean {
    const { money } = this.budgetLeft(code.campaign);
    return code.kind !== 'issued' && money !== null && discount > money;
  }

  /** Redemptions of an order that are not wholly reversed. */
  private usesOfOrder(orderId: string): Use[] {
    return this.uses.filter(({ order, state }) => order === orderId && state === 'redeemed');
  }

  /** Whom the codes of an order named; undefined: nobody, or somebody who is erased. */
  customerOf(orderId: string): string | undefined {
    return this.usesOfOrder(orderId).flatMap((use) => use.customer ?? [])[0];
  }

  private isReversedInPart(orderId: string): boolean {
    return this.usesOfOrder(orderId).some(({ reversed }) => reversed > 0);
  }

  /** Some redemption of it was reversed as a whole, others stand: whether it is then reversed in part, the words leave open. */
  hasBoth(orderId: string): boolean {
    const uses = this.uses.filter(({ order, isUndone }) => order === orderId && !isUndone);
    return uses.some(({ state }) => state === 'redeemed') && uses.some(({ state }) => state === 'reversed');
  }

  /**
   * "Redeeming gives what qualifying promised, in whichever sequence codes arrive": an order gives what the rules of stacking
   * give for all of its codes together. @returns what stands against it, or what the codes give
   */
  redeem(
    codes: readonly Code[],
    orderId: string,
    customer: string | null,
    cart: readonly CartLine[],
    now: number,
  ): { obstacles: Set<string> } | { uses: Use[]; standing: Standing[]; total: number } {
    const obstacles = new Set<string>();
    const earlier = this.usesOfOrder(orderId);
    const campaigns = [...earlier.map(({ terms }) => terms), ...codes.map(termsOf)];
    const ids = [...earlier.map(({ code }) => code), ...codes].map(({ campaign }) => campaign.campaign_id);
    for (const code of codes) {
      for (const obstacle of this.obstaclesToCode(code, customer, now)) obstacles.add(obstacle);
      for (const obstacle of this.obstaclesOfCart(termsOf(code), cart)) obstacles.add(obstacle);
    }
    // "a code for an order that was reversed in part"
    if (this.isReversedInPart(orderId)) obstacles.add('order-reversed');
    // "or for another customer than they named"
    const named = this.customerOf(orderId);
    if (customer !== null && named && named !== customer) obstacles.add('another-customer');
    if (new Set(codes).size < codes.length) obstacles.add('given-twice');
    if (new Set(ids).size < ids.length) obstacles.add('same-campaign');
    if (campaigns.length > 1 && campaigns.some(({ stacking }) => stacking === 'exclusive'))
      obstacles.add('not-combinable');
    if (obstacles.size > 0) return { obstacles };
    const { given } = this.stack(campaigns, cart);
    for (const code of codes) {
      const discount = given.get(termsOf(code));
      if (discount === undefined) obstacles.add('gives-nothing');
      else if (this.isShort(code, discount)) obstacles.add('budget-spent');
    }
    if (obstacles.size > 0) return { obstacles };
    // "Then that redemption is stated anew … Where nothing is left for it, its unit and money go back and its code is good again."
    const standing = earlier.map((use) => {
      const discount = given.get(use.terms);
      const before = use.discount;
      if (discount !== undefined) use.discount = discount;
      else {
        use.reversed = use.discount;
        use.state = 'reversed';
        use.isUndone = true;
        // It has had its reservation, so that from now on it takes its unit when it is redeemed.
        if (use.code.kind === 'issued') use.code.kind = 'single';
      }
      return { use, discount: discount ?? 0, isChanged: discount !== before };
    });
    const taken = codes.map((code) => {
      const discount = given.get(termsOf(code))!;
      const reserved = this.uses.find((use) => use.code === code && use.state === 'reserved');
      const use: Use = reserved ?? {
        code,
        terms: { ...termsOf(code) },
        customer: customer ?? code.customer,
        takenAt: now,
        expiresAt: 0,
        reserved: 0,
        reversed: 0,
        discount,
        state: 'redeemed',
        order: orderId,
        redemptionId: null,
      };
      // "Redeeming settles the actual discount and frees the rest."
      Object.assign(use, { discount, state: 'redeemed', order: orderId });
      if (!reserved) this.uses.push(use);
      return use;
    });
    return { uses: taken, standing, total: sum([...given.values()]) };
  }

  /** "Give back what an issued code has reserved; the code is worth nothing from then on." @returns what had been reserved */
  release(code: Code): number | null {
    const use = this.uses.find((one) => one.code === code && one.state === 'reserved');
    if (!use) return null;
    use.state = 'released';
    return use.reserved;
  }

  /**
   * "Once by `reversal_id` … Without an amount all that is left is given back." "A reversal takes in proportion to each
   * redemption of the order (largest remainder, in order of redemption); a unit is given back when its redemption is wholly
   * reversed, not before."
   */
  reverse(reversal: { reversal_id: string; order_id?: string; redemption_id?: string; amount?: string }): {
    status: number;
    answer: Reversal[];
  } {
    const content = JSON.stringify([reversal.order_id, reversal.redemption_id, reversal.amount]);
    const known = this.reversals.get(reversal.reversal_id);
    if (known) return known.content === content ? { status: 200, answer: known.answer } : { status: 409, answer: [] };
    const { order_id, redemption_id } = reversal;
    const all = this.uses.filter(
      (use) => use.redemptionId !== null && (use.order === order_id || use.redemptionId === redemption_id),
    );
    if (all.length === 0) return { status: 404, answer: [] };
    const open = all.filter(({ state }) => state === 'redeemed');
    const left = sum(open.map(leftOf));
    const amount = reversal.amount === undefined ? left : cents(reversal.amount);
    if (open.length === 0 || amount > left) return { status: 409, answer: [] };
    const parts = inProportion(amount, open.map(leftOf));
    const answer = open.map((use, place): Reversal => {
      const part = parts[place];
      const isWhole = part === leftOf(use) && (part > 0 || amount === left);
      use.reversed += part;
      if (isWhole) use.state = 'reversed';
      return { redemption_id: use.redemptionId!, amount: part, unit_given_back: isWhole };
    });
    this.reversals.set(reversal.reversal_id, { content, answer });
    return { status: 200, answer };
  }
}

/** What a customer was given ends as they were told; other codes at the latest with their campaign. */
function endOf({ terms, campaign, validUntil }: Code): number {
  const campaignEnds = terms ? Number.POSITIVE_INFINITY : Date.parse(campaign.valid_until);
  return Math.min(validUntil ?? campaignEnds, campaignEnds);
}

/** What an earlier redemption of the order gives now. */
export interface Standing {
  use: Use;
  discount: number;
  isChanged: boolean;
}

export interface Reversal {
  redemption_id: string;
  amount: number;
  unit_given_back: boolean;
}

export interface Stack {
  total: number;
  given: Map<Campaign, number>;
  /** no other choice would have given as much */
  isOnlyOne: boolean;
}

interface PricedLine {
  item: string;
  pieces: number;
  amount: number;
}

const priced = (cart: readonly CartLine[]): PricedLine[] =>
  cart.map(({ item_id, quantity, unit_price }) => {
    const pieces = thousandths(quantity);
    return { item: item_id, pieces, amount: lineAmount(unit_price, pieces) };
  });

/**
 * "The discount is on as many whole sets of them as it holds, of several lines of one item the cheaper pieces first": piece by piece,
 * each set laid aside as it is found.
 */
function wholeSets<L extends PricedLine>(bundle: readonly string[], lines: readonly L[]): L[] {
  const cheapestFirst = (item: string) =>
    lines
      .filter((line) => line.item === item)
      .sort((a, b) => a.amount * b.pieces - b.amount * a.pieces || a.amount - b.amount || a.pieces - b.pieces)
      .flatMap((line) => Array.from({ length: Math.floor(line.pieces / 1_000) }, () => line));
  const heaps = bundle.map(cheapestFirst);
  const taken = new Map<L, number>();
  while (heaps.every((heap) => heap.length > 0)) {
    for (const heap of heaps) {
      const line = heap.shift()!;
      taken.set(line, (taken.get(line) ?? 0) + 1_000);
    }
  }
  return lines
    .filter((line) => taken.has(line))
    .map((line) => {
      const pieces = taken.get(line)!;
      return { ...line, pieces, amount: roundedQuotient(BigInt(line.amount) * BigInt(pieces), BigInt(line.pieces)) };
    });
}

/** The discount of each line. */
function discountOf(discount: Discount, lines: readonly PricedLine[]): number[] {
  const amounts = lines.map(({ amount }) => amount);
  const total = sum(amounts);
  const most = discount.maximum_discount === undefined ? Number.POSITIVE_INFINITY : cents(discount.maximum_discount);
  switch (discount.type) {
    // "a marker for the shop and costs the campaign no money"
    case 'free-shipping':
      return amounts.map(() => 0);
    case 'amount':
      return inProportion(Math.min(cents(discount.amount!), total), amounts);
    case 'percent':
      return inProportion(Math.min(most, percentOf(BigInt(total), 1n, discount.percent!)), amounts);
    case 'buy-x-get-y': {
      const parts = cheapestPieces(discount, lines);
      return sum(parts) > most ? inProportion(most, parts) : parts;
    }
  }
}

/** `percent` of a quotient, rounded once. */
function percentOf(dividend: bigint, divisor: bigint, percent: number): number {
  return roundedQuotient(dividend * millionths(String(percent)), divisor * 100_000_000n);
}

/** "of each `buy` + `get` pieces in scope the `get` cheapest at `percent` off"; what is cut off or weighed is no piece. */
function cheapestPieces({ buy = 0, get = 0, percent = 0 }: Discount, lines: readonly PricedLine[]): number[] {
  const whole = lines.map(({ pieces }) => Math.floor(pieces / 1_000));
  let free = Math.floor(sum(whole) / (buy + get)) * get;
  const cheapestFirst = lines
    .map((_, place) => place)
    .sort((a, b) => lines[a].amount * lines[b].pieces - lines[b].amount * lines[a].pieces || a - b);
  const parts = lines.map(() => 0);
  for (const place of cheapestFirst) {
    const pieces = Math.min(free, whole[place]);
    free -= pieces;
    const { amount } = lines[place];
    parts[place] = percentOf(BigInt(amount) * BigInt(pieces) * 1_000n, BigInt(lines[place].pieces), percent);
  }
  return parts;
}
