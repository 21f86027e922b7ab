/** Names of months from January on, in the languages of exports, as far as they differ; short forms are their beginnings. */
const names: Readonly<Record<string, string>> = {
  en: 'january february march april may june july august september october november december',
  de: 'januar februar märz april mai juni juli august september oktober november dezember',
  at: 'jänner feber märz april mai juni juli august september oktober november dezember',
  fr: 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
  es: 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
  it: 'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre',
  nl: 'januari februari maart april mei juni juli augustus september oktober november december',
  pl: 'styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień',
  plGenitive: 'stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia',
  pt: 'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro',
  sv: 'januari februari mars april maj juni juli augusti september oktober november december',
  da: 'januar februar marts april maj juni juli august september oktober november december',
  hu: 'január február március április május június július augusztus szeptember október november december',
  ro: 'ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie',
  tr: 'ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık',
  ru: 'январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь',
  ruGenitive: 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря',
  csGenitive: 'ledna února března dubna května června července srpna září října listopadu prosince',
  cs: 'leden únor březen duben květen červen červenec srpen září říjen listopad prosinec',
};

/** Short forms that are no beginning of their name, or that two names begin with. */
const shortForms: Readonly<Record<string, number>> = {
  sept: 9,
  mrz: 3,
  mrt: 3,
  juil: 7,
  juill: 7,
  lip: 7,
  lis: 11,
  kwi: 4,
  ene: 1,
  dic: 12,
  giu: 6,
  lug: 7,
  gen: 1,
  set: 9,
  ott: 10,
  out: 10,
  fev: 2,
  dez: 12,
  dec: 12,
  okt: 10,
  mei: 5,
  cze: 6,
  paz: 10,
  gru: 12,
  sie: 8,
  wrz: 9,
  sty: 1,
  lut: 2,
  ago: 8,
  abr: 4,
  avr: 4,
  aou: 8,
};

const wholeLetters: Readonly<Record<string, string>> = {
  ...{ ł: 'l', Ł: 'L', ß: 'ss', ı: 'i', ø: 'o', Ø: 'O', đ: 'd', Đ: 'D', æ: 'ae', Æ: 'AE' },
};

export function withoutAccents(text: string): string {
  const apart = text.normalize('NFD').replace(/\p{M}/gu, '');
  // What a mark cannot be taken off: ł, ø, đ and the like are letters of their own.
  return apart.normalize('NFC').replace(/[łŁßıøØđĐæÆ]/g, (letter) => wholeLetters[letter]);
}

const months = new Map<string, number>();
for (const line of Object.values(names)) {
  line.split(' ').forEach((name, index) => {
    const plain = withoutAccents(name);
    months.set(plain, index + 1);
    for (const length of [3, 4]) {
      const short = plain.slice(0, length);
      // Short forms of two months are none, where shortForms does not tell.
      months.set(short, months.has(short) && months.get(short) !== index + 1 ? 0 : index + 1);
    }
  });
}
for (const [name, month] of Object.entries(shortForms)) months.set(name, month);
for (const line of Object.values(names)) {
  for (const [index, name] of line.split(' ').entries()) months.set(withoutAccents(name), index + 1);
}

/** 1 to 12 for a month's name or its short form in one of the languages. */
export function monthOf(word: string): number | undefined {
  const month = months.get(withoutAccents(word.toLowerCase()).replace(/\.$/, ''));
  return month === undefined || month === 0 ? undefined : month;
}
