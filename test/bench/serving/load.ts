import { answerLoad } from './answer-load.ts';

/** One round of load from a process of its own: paths in turn over equal connections. Answers with what it measured. */
export interface Load {
  url: string;
  paths: string[];
  headers: Record<string, string>;
  connections: number;
  seconds: number;
}

answerLoad(({ paths, headers, connections }: Load) => {
  // Each connection has paths of its own: all of them for each would keep the client busy for seconds before it begins.
  let connection = 0;
  const setupClient = (client: { setRequests(requests: object[]): void }) => {
    const own = paths.filter((_, index) => index % connections === connection);
    client.setRequests(own.map((path) => ({ method: 'GET', path, headers })));
    connection++;
  };
  return { setupClient };
});
