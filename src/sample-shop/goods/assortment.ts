/** A category of the sample shop and the words its items are named with. Prices are cents of the first size. */
export interface Shelf {
  readonly category: string;
  readonly nouns: readonly string[];
  readonly sizes: readonly (readonly [label: string, priceFactor: number])[];
  readonly brands: readonly string[];
  readonly prices: readonly [lowest: number, highest: number];
  /** days after which a consumable is used up and bought again */
  readonly lastsDays?: number;
  readonly season?: Season;
}

/** A yearly season; both days are inside, as MM-DD, and no season crosses New Year. */
export interface Season {
  readonly from: string;
  readonly until: string;
}

const food = ['Alba', 'Fernwood', 'Casa Lunga', 'Good Acre'];
const house = ['Klaro', 'Whitebrook', 'Simple Day'];
const living = ['Norrland', 'Hearthside', 'Atelier Vey', 'Plainware'];
const jar = [
  ['200 g', 1],
  ['350 g', 1.5],
] as const;
const pack = [
  ['250 g', 1],
  ['500 g', 1.8],
  ['1 kg', 3.3],
] as const;
const bottle = [
  ['500 ml', 1],
  ['1 l', 1.8],
] as const;
const colours = [
  ['white', 1],
  ['grey', 1],
  ['blue', 1.05],
] as const;

// biome-ignore format: a table is read by its columns
export const shelves: readonly Shelf[] = [
  { category: 'Food > Coffee', nouns: ['Ground coffee', 'Espresso beans', 'Decaf coffee', 'Filter coffee', 'Instant coffee'], sizes: pack, brands: food, prices: [349, 649], lastsDays: 21 },
  { category: 'Food > Tea', nouns: ['Green tea', 'Earl Grey tea', 'Camomile tea', 'Peppermint tea', 'Rooibos tea'], sizes: [['20 bags', 1], ['50 bags', 2.1]], brands: food, prices: [199, 449], lastsDays: 30 },
  { category: 'Food > Breakfast', nouns: ['Rolled oats', 'Crunchy muesli', 'Strawberry jam', 'Forest honey', 'Peanut butter'], sizes: pack, brands: food, prices: [149, 399], lastsDays: 21 },
  { category: 'Food > Pasta', nouns: ['Spaghetti', 'Penne', 'Fusilli', 'Tagliatelle', 'Wholemeal pasta'], sizes: [['500 g', 1], ['1 kg', 1.8]], brands: food, prices: [119, 279], lastsDays: 21 },
  { category: 'Food > Sauces', nouns: ['Tomato sauce', 'Green pesto', 'Arrabbiata sauce', 'Red pesto', 'Bolognese sauce'], sizes: jar, brands: food, prices: [169, 349], lastsDays: 21 },
  { category: 'Food > Spices', nouns: ['Black pepper', 'Sweet paprika', 'Sea salt', 'Dried oregano', 'Curry powder'], sizes: [['50 g', 1], ['100 g', 1.7]], brands: food, prices: [149, 399], lastsDays: 75 },
  { category: 'Food > Baking', nouns: ['Wheat flour', 'Cane sugar', 'Ground almonds', 'Cocoa powder', 'Baking chocolate'], sizes: pack, brands: food, prices: [99, 389], lastsDays: 35 },
  { category: 'Food > Snacks', nouns: ['Salted crisps', 'Roasted almonds', 'Olive crackers', 'Trail mix', 'Popcorn'], sizes: jar, brands: food, prices: [149, 449], lastsDays: 14 },
  { category: 'Food > Chocolate', nouns: ['Dark chocolate', 'Milk chocolate', 'Hazelnut chocolate', 'Nougat pralines', 'Mint chocolate'], sizes: [['100 g', 1], ['300 g', 2.6]], brands: food, prices: [129, 399], lastsDays: 14 },
  { category: 'Drinks > Wine', nouns: ['Riesling', 'Pinot noir', 'Rioja', 'Chardonnay', 'Prosecco'], sizes: [['0.75 l', 1], ['case of 6', 5.5]], brands: ['Weingut Senn', 'Bodega Rual', 'Domaine Orly'], prices: [599, 1699], lastsDays: 30 },
  { category: 'Drinks > Beer', nouns: ['Pale ale', 'Wheat beer', 'Stout', 'Pilsner', 'Alcohol-free lager'], sizes: [['0.5 l', 1], ['six-pack', 5.2]], brands: ['Brauhaus Tal', 'Harbour Row'], prices: [119, 249], lastsDays: 21 },
  { category: 'Drinks > Juice', nouns: ['Apple juice', 'Orange juice', 'Ginger lemonade', 'Elderflower syrup', 'Tomato juice'], sizes: bottle, brands: food, prices: [149, 349], lastsDays: 14 },
  { category: 'Household > Cleaning', nouns: ['All-purpose cleaner', 'Glass cleaner', 'Bathroom spray', 'Washing-up liquid', 'Descaler'], sizes: bottle, brands: house, prices: [149, 399], lastsDays: 40 },
  { category: 'Household > Laundry', nouns: ['Colour detergent', 'Wool detergent', 'Fabric softener', 'Stain remover', 'Laundry tabs'], sizes: [['20 washes', 1], ['50 washes', 2.2]], brands: house, prices: [349, 749], lastsDays: 40 },
  { category: 'Household > Paper', nouns: ['Kitchen towels', 'Toilet paper', 'Paper tissues', 'Paper napkins', 'Baking paper'], sizes: [['4 pack', 1], ['8 pack', 1.9]], brands: house, prices: [199, 499], lastsDays: 28 },
  { category: 'Care > Hair', nouns: ['Mild shampoo', 'Repair conditioner', 'Hair oil', 'Styling gel', 'Dry shampoo'], sizes: [['250 ml', 1], ['400 ml', 1.4]], brands: ['Maren', 'Oliveda'], prices: [249, 899], lastsDays: 45 },
  { category: 'Care > Skin', nouns: ['Day cream', 'Hand cream', 'Body lotion', 'Cleansing foam', 'Lip balm'], sizes: [['50 ml', 1], ['200 ml', 2.4]], brands: ['Maren', 'Oliveda', 'Dr. Lind'], prices: [299, 1299], lastsDays: 45 },
  { category: 'Care > Dental', nouns: ['Toothpaste', 'Mouthwash', 'Dental floss', 'Soft toothbrush', 'Interdental brushes'], sizes: [['single', 1], ['twin pack', 1.8]], brands: ['Dentia', 'Dr. Lind'], prices: [149, 549], lastsDays: 45 },
  { category: 'Home > Kitchen', nouns: ['Chef knife', 'Frying pan', 'Salad bowl', 'Storage jar', 'Chopping board'], sizes: [['small', 1], ['large', 1.5]], brands: living, prices: [899, 4999] },
  { category: 'Home > Tableware', nouns: ['Coffee mug', 'Dinner plate', 'Wine glass', 'Teapot', 'Cereal bowl'], sizes: colours, brands: living, prices: [499, 2999] },
  { category: 'Home > Bedding', nouns: ['Duvet cover', 'Pillow case', 'Fitted sheet', 'Wool blanket', 'Feather pillow'], sizes: colours, brands: living, prices: [1499, 7999] },
  { category: 'Home > Decoration', nouns: ['Scented candle', 'Picture frame', 'Flower vase', 'Cushion', 'Table lamp'], sizes: colours, brands: living, prices: [699, 4999] },
  { category: 'Garden > Tools', nouns: ['Hand trowel', 'Pruning shears', 'Watering can', 'Garden gloves', 'Hose reel'], sizes: [['light', 1], ['heavy-duty', 1.6]], brands: ['Fieldman', 'Grünzeug'], prices: [599, 3999] },
  { category: 'Garden > Plants', nouns: ['Tomato seeds', 'Wildflower seeds', 'Herb pot', 'Lavender', 'Potting soil'], sizes: [['small', 1], ['large', 1.9]], brands: ['Fieldman', 'Grünzeug'], prices: [199, 1299] },
  { category: 'Pets > Cats', nouns: ['Cat food', 'Cat litter', 'Cat treats', 'Kitten milk', 'Cat grass'], sizes: [['small', 1], ['large', 2.4]], brands: ['Whiskerby', 'Paw & Co'], prices: [199, 899], lastsDays: 18 },
  { category: 'Pets > Dogs', nouns: ['Dog food', 'Chew bones', 'Dog biscuits', 'Puppy food', 'Dental sticks'], sizes: [['small', 1], ['large', 2.4]], brands: ['Barkley', 'Paw & Co'], prices: [249, 999], lastsDays: 18 },
  { category: 'Baby > Care', nouns: ['Nappies', 'Wet wipes', 'Baby oil', 'Nappy cream', 'Baby shampoo'], sizes: [['single', 1], ['value pack', 2.6]], brands: ['Pipkin', 'Softling'], prices: [199, 899], lastsDays: 16 },
  { category: 'Baby > Food', nouns: ['Carrot purée', 'Apple purée', 'Follow-on milk', 'Rice porridge', 'Teething rusks'], sizes: [['single', 1], ['value pack', 3.4]], brands: ['Pipkin', 'Softling'], prices: [99, 799], lastsDays: 12 },
  { category: 'Seasonal > Barbecue', nouns: ['Charcoal', 'Grill tongs', 'Marinade', 'Firelighters', 'Grill tray'], sizes: [['small', 1], ['large', 1.8]], brands: ['Hearthside', 'Fieldman'], prices: [299, 1499], season: { from: '05-01', until: '08-31' } },
  { category: 'Seasonal > Christmas', nouns: ['Gingerbread', 'Advent calendar', 'Fairy lights', 'Mulled wine', 'Tree baubles'], sizes: [['small', 1], ['large', 1.7]], brands: ['Hearthside', 'Alba'], prices: [299, 1999], season: { from: '10-15', until: '12-26' } },
];

/** Tastes are disjoint, so that whose taste an item is has one answer. */
export const tastes: Readonly<Record<string, readonly string[]>> = {
  barista: ['Food > Coffee', 'Food > Breakfast', 'Home > Tableware'],
  cook: ['Food > Pasta', 'Food > Sauces', 'Food > Spices', 'Home > Kitchen'],
  'sweet tooth': ['Food > Baking', 'Food > Chocolate', 'Food > Tea'],
  host: ['Drinks > Wine', 'Drinks > Beer', 'Food > Snacks'],
  'house-proud': ['Household > Cleaning', 'Household > Laundry', 'Household > Paper'],
  'well-groomed': ['Care > Hair', 'Care > Skin', 'Care > Dental'],
  nester: ['Home > Bedding', 'Home > Decoration', 'Garden > Tools', 'Garden > Plants'],
  'pet owner': ['Pets > Cats', 'Pets > Dogs'],
  parent: ['Baby > Care', 'Baby > Food', 'Drinks > Juice'],
};

/** Categories in which a pair bought together is planted: who takes the first often takes the second with it. */
export const complements: readonly (readonly [first: string, second: string])[] = [
  ['Food > Pasta', 'Food > Sauces'],
  ['Food > Coffee', 'Food > Breakfast'],
  ['Drinks > Wine', 'Food > Snacks'],
  ['Food > Baking', 'Food > Chocolate'],
  ['Household > Laundry', 'Household > Cleaning'],
  ['Care > Hair', 'Care > Skin'],
  ['Baby > Care', 'Baby > Food'],
  ['Pets > Dogs', 'Pets > Cats'],
  ['Food > Tea', 'Drinks > Juice'],
  ['Garden > Plants', 'Garden > Tools'],
  ['Home > Bedding', 'Home > Decoration'],
  ['Household > Paper', 'Care > Dental'],
];
