/**
 * Which items are no goods: postage, carriage, fees, discounts, vouchers, gift cards, adjustments and samples, told by their
 * code and title in the languages of the field's shops. Only whole words speak, and beside words of goods most of them are
 * silent: a carriage clock, a gift card holder and a postage stamp are goods.
 */

/** Means a cost by itself, whatever stands beside it: "Versandkosten Österreich". */
const certain = `
  shipping cost | shipping costs | shipping fee | shipping fees | shipping charge | shipping charges | shipping and handling
  delivery cost | delivery costs | delivery fee | delivery fees | delivery charge | delivery charges | postage and packing
  postage and packaging | post and packing | postage and handling | handling fee | handling fees | handling charge
  bank charge | bank charges | bank fee | bank fees | service fee | service fees | service charge | transaction fee
  payment fee | late fee | admin fee | administration fee | customs fee | import fee | card fee | cancellation fee | recycling fee
  eco fee | return fee | setup fee | installation fee | packing charge | packing fee | payment fee | processing fee | booking fee | restocking fee | gift wrap fee | gift wrapping fee | small order fee | cod fee
  versandkosten | versandgebuhr | versandkostenpauschale | versandpauschale | versandkostenanteil | lieferkosten | portokosten
  frachtkosten | transportkosten | bearbeitungsgebuhr | nachnahmegebuhr | mindermengenzuschlag | servicegebuhr | zahlungsgebuhr
  mahngebuhr | versand und verpackung | porto und verpackung | verpackung und versand | expresszuschlag | sperrgutzuschlag
  frais de port | frais de livraison | frais d envoi | frais d expedition | frais de transport | frais de dossier
  frais de service | frais bancaires | frais de gestion | frais postaux | port et emballage
  gastos de envio | costes de envio | coste de envio | costo de envio | costos de envio | portes de envio | gastos de manipulacion
  gastos de gestion | gastos bancarios | comision bancaria
  spese di spedizione | costi di spedizione | costo di spedizione | spese di consegna | spese postali | spese di trasporto
  spese di gestione | spese bancarie | commissioni bancarie | contributo spese
  verzendkosten | bezorgkosten | leveringskosten | portokosten | administratiekosten | behandelingskosten | transactiekosten
  verpakkings en verzendkosten
  koszt wysylki | koszty wysylki | koszt dostawy | koszty dostawy | koszt przesylki | koszty przesylki | oplata za wysylke
  oplata za dostawe | oplata manipulacyjna | oplata serwisowa
  custos de envio | custo de envio | portes de correio | despesas de envio | taxa de entrega | taxa de envio | custo do frete
  taxa de servico | valor do frete`;

/** Means one at the end of a title, where English has what a name is about: "DOTCOM POSTAGE". */
const ending = `
  postage | shipping | shipment | freight | surcharge | commission | discount | discounts | rebate | price reduction | write off
  gift card | gift cards | giftcard | gift voucher | gift vouchers | gift certificate | gift certificates | store credit
  gutschein | geschenkgutschein | geschenkkarte | einkaufsgutschein | wertgutschein | rabattgutschein | warenprobe
  mengenrabatt | treuerabatt | neukundenrabatt | sonderrabatt | mitarbeiterrabatt | staffelrabatt | rundungsdifferenz
  cadeaubon | cadeaukaart | waardebon | tegoedbon | kortingsbon`;

/** Means one at the beginning, where Romance languages and Polish have it: "Envío Península". */
const leading = `
  envio | descuento | recargo | comision | tarjeta regalo | tarjeta de regalo | cheque regalo | vale regalo | bono regalo
  affranchissement | rabais | ristourne | carte cadeau | cheque cadeau | bon d achat | bon de reduction | bon cadeau
  spedizione | sconto | abbuono | commissione | buono regalo | buono sconto | buono acquisto | carta regalo
  desconto | frete | abatimento | comissao | vale presente | vale oferta | cartao presente | cartao oferta | cheque oferta
  cheque prenda | oplata | karta podarunkowa | karta prezentowa | bon podarunkowy | bon upominkowy | voucher podarunkowy`;

/** Means one at either end. */
const either = `
  versand | versandart | expressversand | standardversand | rabatt | preisnachlass | nachlass | skonto | gebuhr | gebuhren | zuschlag
  verzending | korting | toeslag | wysylka | dostawa | przesylka | upust | znizka | doplata | prowizja`;

/** Means one where nothing but such and neutral words are there, or a sum of money beside it. */
const alone = `
  delivery | carriage | courier | post | p and p | parcel post | packing | handling | gift wrap | gift wrapping | insurance
  fee | fees | charge | charges | voucher | vouchers | e gift card | egift card | coupon | credit note | sample | samples
  adjust | adjustment | adjustments | correction | manual | manual adjustment | stock adjustment | price adjustment | rounding | tip
  donation | deposit | refund | test order
  porto | fracht | lieferung | zustellung | nachnahme | kurier | verpackung | gutscheine | muster | gratismuster | gratisprobe
  korrektur | korrekturbuchung | anpassung | ausgleich | gutschrift | pfand | trinkgeld | spende | aufschlag
  frais | remise | reduction | livraison | expedition | envoi | transport | code promo | echantillon | echantillons | ajustement
  regularisation | avoir | emballage cadeau
  entrega | transporte | vale | cupon | muestra | muestras | ajuste | ajustes | correccion | envoltorio regalo | propina | donacion
  donativo
  consegna | trasporto | corriere | buono | supplemento | arrotondamento | campione | campioni | campioncino | rettifica
  correzione | confezione regalo | donazione
  bezorging | levering | vracht | koerier | cadeau bon | cadeau kaart | kortingscode | staal | stalen | proefmonster | correctie
  aanpassing | afronding | fooi | donatie | statiegeld
  rabat | przewoz | kupon | probka | probki | korekta | wyrownanie | napiwek | darowizna | kaucja
  portes | porte | cupom | cupao | amostra | amostras | acerto | correcao | gorjeta | doacao | embrulho`;

/** Says nothing of its own: how, where and by whom. */
const neutral = `
  a an the of and or by at in on to for from with via per no non not new extra
  free standard express priority economy normal next same day days working special first second class tracked signed insured
  international national domestic local worldwide overseas world home zone eu uk us usa gb de fr es it nl pl pt at ch cn europe
  mail dotcom online web internet shop store order orders amazon ebay etsy paypal klarna stripe total item items misc other general
  digital electronic virtual printed physical e
  germany france spain italy netherlands poland portugal china ireland austria belgium switzerland scotland england britain
  small large fixed flat rate cost costs price bad debt customer customers loyalty stock
  dhl ups dpd gls fedex hermes usps tnt evri yodel colissimo chronopost mondial relay relais correos seur mrw nacex brt bartolini sda
  poste italiane postnl bpost inpost paczkomat paczkomaty poczta polska ctt sedex correios royal deutsche post ems sf parcelforce
  und fur mit nach von zum zur kostenlos kostenloser kostenlose gratis versandkostenfrei frei freier ausland inland
  deutschland osterreich schweiz kunden neukunden treue pauschale
  de du des la le les d l et en pour par avec gratuit gratuite gratuits offert offerte offerts domicile france rapide client
  el los las del y con para por gratuito gratuita estandar urgente peninsula espana domicilio
  il lo gli i della di da e con gratuita espressa domicilio italia
  het voor naar en gratis nederland belgie thuis snelle
  i do na za z darmowa darmowy gratisowa ekspresowa kurierska polska krajowa
  o os as da dos das e com gratis expressa portugal brasil domicilio`;

/** Written without blanks, so told by parts: all of a text must be made of them. */
const chinese = {
  service:
    '运费 邮费 邮资 快递费 快递 配送费 配送 物流费 物流 送货费 手续费 服务费 包装费 运费险 补运费 补邮费 差价 补差价 补差 折扣 优惠 优惠券 代金券 抵用券 现金券 购物券 礼品卡 礼品券 充值卡 购物卡 样品 小样 试用装 试用品 赠品 调整 调账 更正 退款 定金 打赏 運費 郵費 快遞費 運送費 手續費 服務費 折價券 禮品卡 禮券 樣品 補差價',
  neutral:
    '专拍 专用 链接 拍下 国际 国内 标准 普通 特快 顺丰 圆通 中通 韵达 申通 邮政 免费 免 补 元 订单 客户 新 会员 满减 免運 宅配 的 费 包邮',
};

const prepositions = new Set('to for from nach fur pour vers para per naar voor do dla'.split(' '));

type Meaning = 'certain' | 'ending' | 'leading' | 'either' | 'alone' | 'neutral';

const meanings = new Map<string, Meaning>();
let longestPhrase = 1;
function learn(phrases: readonly string[], meaning: Meaning): void {
  for (const phrase of phrases) {
    const name = phrase.trim().replace(/\s+/g, ' ');
    if (name === '' || meanings.has(name)) continue;
    meanings.set(name, meaning);
    longestPhrase = Math.max(longestPhrase, name.split(' ').length);
  }
}
learn(certain.split(/[|\n]/), 'certain');
learn(ending.split(/[|\n]/), 'ending');
learn(leading.split(/[|\n]/), 'leading');
learn(either.split(/[|\n]/), 'either');
learn(alone.split(/[|\n]/), 'alone');
learn(neutral.split(/\s+/), 'neutral');
const [chineseService, chineseNeutral] = [chinese.service, chinese.neutral].map((words) =>
  words.split(/\s+/).filter(Boolean),
);

const longestRead = 200;
/** The same items come in order after order. */
const remembered = new Map<string, boolean>();
const mostRemembered = 10_000;
/** More words that are unknown beside a telling one are a good's name. */
const mostUnknown = 2;
const money =
  /(?:[£$€¥]|\b(?:gbp|usd|eur|chf|pln|brl|cny|rmb)\b)\s*\d|\d\s*(?:[£$€¥元]|(?:gbp|usd|eur|euros?|chf|pln|zl|brl|cny|rmb)\b)/i;

/** Does an item's code or title say that it is no good? */
export function meansService(itemId: string, title: string | null | undefined): boolean {
  const asked = `${itemId}\n${title ?? ''}`;
  let answer = remembered.get(asked);
  if (answer === undefined) {
    answer = judge(itemId, title);
    if (remembered.size >= mostRemembered) remembered.clear();
    if (asked.length <= 2 * longestRead) remembered.set(asked, answer);
  }
  return answer;
}

function judge(itemId: string, title: string | null | undefined): boolean {
  const name = title?.trim() ? title.slice(0, longestRead) : undefined;
  if (name !== undefined && titleMeansService(name)) return true;
  return codeMeansService(itemId.slice(0, longestRead), name === undefined);
}

function titleMeansService(title: string): boolean {
  if (/\p{Script=Han}/u.test(title)) return chineseMeansService(title);
  const found = meaningsOf(wordsOf(title));
  if (isOnly(found)) return true;
  // What stands behind a dash, a colon or in brackets only tells more of what stands before it.
  const [head = ''] = title.split(/\s[-–—|/]\s|[:(,;[]/, 1);
  const said = meaningsOf(beforePreposition(wordsOf(head))).filter((meaning) => meaning !== 'neutral');
  if (said.filter((meaning) => meaning === undefined).length > mostUnknown) return false;
  const [first, last] = [said[0], said.at(-1)];
  if (isOneOf(last, 'certain', 'ending', 'either') || isOneOf(first, 'certain', 'leading', 'either')) return true;
  return isOneOf(last, 'alone', 'leading') && money.test(title);
}

/** A code of common words needs a title that does not say otherwise: SAMPLE-7 may be a scarf. */
function codeMeansService(code: string, isUntitled: boolean): boolean {
  if (/\p{Script=Han}/u.test(code)) return chineseMeansService(code);
  const words = wordsOf(code.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')).flatMap((word) =>
    meanings.has(word) ? [word] : (compound(word) ?? [word]),
  );
  const found = meaningsOf(words);
  if (!isOnly(found)) return false;
  return isUntitled || found.some((meaning) => meaning !== 'alone' && meaning !== 'neutral');
}

function chineseMeansService(text: string): boolean {
  let rest = text.replace(/[\p{P}\p{S}\p{N}\s]+/gu, '');
  let isService = false;
  while (rest !== '') {
    const word = longestOf(chineseService, rest);
    const other = longestOf(chineseNeutral, rest);
    if (word === '' && other === '') return false;
    isService ||= word.length >= other.length;
    rest = rest.slice(Math.max(word.length, other.length));
  }
  return isService;
}

function longestOf(words: readonly string[], text: string): string {
  return words.reduce((best, word) => (word.length > best.length && text.startsWith(word) ? word : best), '');
}

function isOneOf(meaning: Meaning | undefined, ...wanted: Meaning[]): boolean {
  return meaning !== undefined && wanted.includes(meaning);
}

function beforePreposition(words: string[]): string[] {
  const at = words.findIndex((word, index) => index > 0 && prepositions.has(word));
  return at < 0 ? words : words.slice(0, at);
}

function isOnly(found: readonly (Meaning | undefined)[]): boolean {
  return found.some((meaning) => meaning !== undefined && meaning !== 'neutral') && !found.includes(undefined);
}

/** Letters without their marks, in lower case; sums of money and other numbers say nothing. */
function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ł', 'l')
    .replaceAll('&', ' and ');
  return plain.match(/\p{L}+/gu) ?? [];
}

/** The meaning of each longest phrase; undefined for a word that is unknown. */
function meaningsOf(words: readonly string[]): (Meaning | undefined)[] {
  const found: (Meaning | undefined)[] = [];
  for (let at = 0; at < words.length; ) {
    let length = Math.min(longestPhrase, words.length - at);
    while (length > 1 && !meanings.has(words.slice(at, at + length).join(' '))) length--;
    found.push(meanings.get(words.slice(at, at + length).join(' ')));
    at += length;
  }
  return found;
}

/** A code in one piece, such as AMAZONFEE, as the known words it is wholly made of. */
function compound(word: string): string[] | undefined {
  if (word.length > 40) return undefined;
  const ways: (string[] | undefined)[] = [[]];
  for (let end = 1; end <= word.length; end++) {
    for (let start = 0; start <= end - 3 && ways[end] === undefined; start++) {
      const part = word.slice(start, end);
      if (ways[start] !== undefined && meanings.has(part)) ways[end] = [...ways[start]!, part];
    }
  }
  return ways[word.length];
}
