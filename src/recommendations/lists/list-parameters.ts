import type { Filter } from './filters/filter-types.ts';
import type { ListOptions } from './personal-list.ts';
import { type ListField, viewOf } from './view/list-view.ts';

/** What operations that answer a list are asked with in their address; `filter` has been read by then. */
export interface ListParameters {
  limit: number;
  category?: string | undefined;
  min_price?: string | undefined;
  max_price?: string | undefined;
  filter?: string | undefined;
  exclude?: string[] | undefined;
  fields?: ListField[] | undefined;
  market?: string | undefined;
  language?: string | undefined;
  personalized?: boolean;
}

/** @param wanted languages, the most wanted first, where the address names none */
export function optionsOfParameters(parameters: ListParameters, wanted: readonly string[]): ListOptions {
  const { limit, category, min_price, max_price, exclude, language, personalized } = parameters;
  const plain: Filter = {
    ...(category !== undefined && { category }),
    ...(min_price !== undefined && { min_price }),
    ...(max_price !== undefined && { max_price }),
  };
  // Read and checked by its `contentSchema`, where the contract's types know a text.
  const given = parameters.filter as unknown as Filter | undefined;
  const isPlain = Object.keys(plain).length > 0;
  return {
    limit,
    filter:
      given && isPlain ? { ...given, all: [...(given.all ?? []), plain] } : (given ?? (isPlain ? plain : undefined)),
    filterPath: 'filter',
    excludeIds: exclude,
    view: viewOf(parameters, language === undefined ? wanted : [language]),
    isImpersonal: personalized === false,
  };
}
