import { type Handlers, listOf } from '../../http/index.ts';
import type { CustomerAttribute, StatedAttribute } from './attribute.ts';
import type { CustomerAttributes } from './customer-attributes.ts';

/** Which attributes customers have, and what the shop says of them. */
export function attributeRoutes(
  attributes: CustomerAttributes,
): Pick<Handlers, 'listCustomerAttributes' | 'stateCustomerAttribute' | 'unstateCustomerAttribute'> {
  return {
    listCustomerAttributes: async ({ parameters }) => ({
      json: listOf((await attributes.list(parameters.query)).map(toAttribute)),
    }),
    async stateCustomerAttribute({ parameters, body }) {
      const { type, personal = false, description = null } = body;
      return { json: toStated(await attributes.state({ name: parameters.name, type, personal, description })) };
    },
    unstateCustomerAttribute: async ({ parameters }) => ({ json: toStated(await attributes.unstate(parameters.name)) }),
  };
}

function toStated({ name, type, personal, description, statedAt }: StatedAttribute) {
  return { name, type, personal, description, stated_at: statedAt.toISOString() };
}

function toAttribute({ customers, seen, misfits, examples, statedAt, ...attribute }: CustomerAttribute) {
  const { name, type, personal, description } = attribute;
  const stated = { name, type, personal, description, stated_at: statedAt?.toISOString() ?? null };
  return { ...stated, customers, seen, misfits, examples };
}
