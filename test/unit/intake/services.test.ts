import { describe, expect, test } from '@jest/globals';
import { meansService } from '../../../src/intake/catalogue/not-products.ts';
import { onThisMachine, timed } from '../../support/jest/machine.ts';

describe('no goods by their title', () => {
  test.each([
    [
      'en',
      'POSTAGE',
      'DOTCOM POSTAGE',
      'Next Day Carriage',
      'Bank Charges',
      'AMAZON FEE',
      'Discount',
      'SAMPLES',
      'Adjust bad debt',
    ],
    [
      'en',
      'Gift Voucher £20.00',
      'Gift card',
      'Shipping (Express)',
      'Shipping to Germany',
      'P&P',
      'Standard delivery 3-5 days',
      'Student discount 10%',
      '$50 Gift Card',
      'Free sample',
    ],
    [
      'de',
      'Versandkosten',
      'Versandkosten Österreich',
      'DHL-Versand',
      'Porto',
      'Rabatt',
      'Neukunden-Rabatt',
      'Geschenkgutschein 50 €',
      'Bearbeitungsgebühr',
      'Porto und Verpackung',
      'Warenprobe',
      'Korrekturbuchung',
    ],
    [
      'fr',
      'Frais de port',
      "Frais d'expédition Colissimo",
      'Livraison à domicile',
      'Remise',
      'Carte cadeau',
      "Bon d'achat 20 €",
      'Échantillon gratuit',
      'Ajustement',
    ],
    ['es', 'Gastos de envío', 'Envío Península', 'Descuento', 'Tarjeta regalo', 'Muestra gratis', 'Ajuste'],
    ['it', 'Spese di spedizione', 'Spedizione Corriere', 'Sconto', 'Buono regalo', 'Campione gratuito', 'Rettifica'],
    ['nl', 'Verzendkosten', 'Korting', 'Cadeaubon', 'Administratiekosten', 'Correctie'],
    ['pl', 'Koszty wysyłki', 'Przesyłka kurierska', 'Rabat', 'Karta podarunkowa', 'Próbka', 'Korekta'],
    [
      'pt',
      'Portes de envio',
      'Frete',
      'Desconto',
      'Vale-presente',
      'Cartão presente',
      'Amostra grátis',
      'Taxa de entrega',
    ],
    ['zh', '运费', '补运费专拍', '邮费', '快递费', '优惠券', '礼品卡', '补差价链接', '手续费', '样品'],
  ])('%s', (_, ...titles) => {
    expect(titles.filter((title) => !meansService('10001', title))).toEqual([]);
  });
});

test.each([
  ['POST', undefined],
  ['VERSAND', 'Standard'],
  ['SHIPPING_FEE', 'UPS Ground'],
  ['AMAZONFEE', ''],
  ['BANK CHARGES', undefined],
  ['GiftCard-50', undefined],
  ['FREE-SHIPPING', undefined],
  ['SAMPLE', undefined],
  ['frais-de-port', undefined],
])('no good by the code %s', (code, title) => {
  expect(meansService(code, title)).toBe(true);
});

test.each([
  ['85123A', 'WHITE HANGING HEART T-LIGHT HOLDER'],
  ['1', 'Carriage clock'],
  ['1', 'Baby carriage'],
  ['1', 'HORSE AND CARRIAGE ORNAMENT'],
  ['1', 'Postage stamp set'],
  ['1', 'Gift card holder'],
  ['1', 'Voucher wallet'],
  ['1', 'SPECIAL DELIVERY MUG'],
  ['1', 'Delivery van toy'],
  ['1', 'Delivery van'],
  ['1', 'Shipping container model'],
  ['1', 'Shipping labels, 100'],
  ['1', 'USB quick charge'],
  ['1', 'Toffee'],
  ['1', 'Coffee beans'],
  ['1', 'Adjustable lamp'],
  ['1', 'Sampler cross stitch'],
  ['1', 'Whisky sample set'],
  ['1', 'Noise reduction headphones'],
  ['1', 'Fromage frais'],
  ['1', 'Armoire 2 portes'],
  ['1', 'Porto Tawny 10 years'],
  ['1', 'Versandtasche C4'],
  ['1', 'Portofino shirt'],
  ['1', 'Musterbeutel'],
  ['1', 'Kleine Fee'],
  ['1', 'Poster'],
  ['1', 'BON BON'],
  ['1', 'Monster'],
  ['1', 'Table en verre'],
  ['1', 'Caja de envío de cartón plegable grande'],
  ['1', '礼品卡包装盒'],
  ['1', '运动鞋'],
  ['1', ''],
  ['POSTER', undefined],
  ['POSTCARD-12', undefined],
  ['SHIP-001', 'Model of the Victory'],
  ['SAMPLE-7', 'Silk scarf'],
  ['GIFTBOX', undefined],
  ['DCGS0003', undefined],
  ['22423', undefined],
])('%s %s is a good', (code, title) => {
  expect(meansService(code, title)).toBe(false);
});

test('a title of any length is read at once', () => {
  const { milliseconds } = timed(() => {
    for (const unit of ['postage ', 'a', '£1', 'x'.repeat(39), '运'])
      meansService(unit.repeat(64_000), unit.repeat(64_000));
  });
  expect(milliseconds).toBeLessThan(onThisMachine(500));
});
