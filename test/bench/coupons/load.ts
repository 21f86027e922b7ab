import { answerLoad } from '../serving/answer-load.ts';

/** POSTs from a process of its own: every request with a key of its own, customers in turn. Answers with what it measured. */
export interface PostLoad {
  url: string;
  path: string;
  token: string;
  customers: number;
  cart: object[];
  connections: number;
  seconds: number;
}

answerLoad(({ path, token, customers, cart }: PostLoad) => {
  const run = `${process.pid}-${Date.now()}`;
  let asked = 0;
  const setupRequest = (request: object) => {
    asked++;
    return {
      ...request,
      method: 'POST',
      path,
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': `${run}-${asked}`,
      },
      body: JSON.stringify({ customer_id: `C${(asked * 7) % customers}`, cart }),
    };
  };
  return { requests: [{ setupRequest }] };
});
