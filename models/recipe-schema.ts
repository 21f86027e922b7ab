import { z } from 'zod';

/** A whole number from `least` to `most`. */
export const whole = (least: number, most: number) => z.int().min(least).max(most);

/** A number from `least` to `most`. */
export const within = (least: number, most: number) => z.number().min(least).max(most);

/** One of these words. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words) => z.enum(words);

/** Days after which something counts half. */
export const halfLife = within(0.01, 100_000);

/** One value, or the values among which the night's search chooses; the first is where it starts. */
export type Choice<Value> = Value | readonly Value[];

/** One value, or the list of values among which the night chooses. */
export const choice = <Value>(value: z.ZodType<Value>) => z.union([value, z.array(value).min(1)]);
