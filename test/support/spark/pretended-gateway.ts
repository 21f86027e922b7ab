import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was submitted. */
export interface Submitted {
  id: string;
  args: string[];
  properties: Record<string, string>;
  environment: Record<string, string>;
}

/** whether a call may be made, by its `Authorization` */
type Guard = (authorization: string | undefined) => boolean;

/** A real HTTP server that speaks a standalone master's protocol and pretends to have a cluster behind it. */
export interface PretendedGateway {
  url: string;
  submitted: Submitted[];
  killed: string[];
  /** by submission; of others it knows nothing */
  states: Map<string, string>;
  /** how it answers what is submitted */
  answers: 'well' | 'refusing' | 'never';
  lets: Guard;
  /** called when a job is taken */
  onSubmit: (submitted: Submitted) => void;
  close(): Promise<void>;
}

/** Starts one. */
export async function startPretendedGateway(): Promise<PretendedGateway> {
  const gateway: PretendedGateway = {
    url: '',
    submitted: [],
    killed: [],
    states: new Map(),
    answers: 'well',
    lets: () => true,
    onSubmit: () => {},
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      // Closed twice, it is closed.
    },
  };
  const server: Server = createServer((request, response) => {
    void answer(gateway, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  gateway.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return gateway;
}

async function answer(gateway: PretendedGateway, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, , , action, id = ''] = request.url!.split('/');
  const say = (body: object) => response.end(JSON.stringify({ serverSparkVersion: '4.1.4', ...body }));
  if (gateway.answers === 'never') return;
  if (!gateway.lets(request.headers.authorization)) {
    response.statusCode = 403;
    response.end('<html>Forbidden</html>');
    return;
  }
  if (action === 'create') {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (gateway.answers === 'refusing') {
      response.statusCode = 400;
      say({ action: 'ErrorResponse', message: 'Malformed request' });
      return;
    }
    const { appArgs, sparkProperties, environmentVariables } = JSON.parse(text);
    const submitted = {
      id: `driver-${gateway.submitted.length}`,
      args: appArgs,
      properties: sparkProperties,
      environment: environmentVariables,
    };
    gateway.submitted.push(submitted);
    gateway.states.set(submitted.id, 'SUBMITTED');
    say({ action: 'CreateSubmissionResponse', success: true, submissionId: submitted.id });
    gateway.onSubmit(submitted);
    return;
  }
  if (action === 'kill') {
    gateway.killed.push(id);
    gateway.states.set(id, 'KILLED');
    say({ action: 'KillSubmissionResponse', success: true, submissionId: id });
    return;
  }
  const driverState = gateway.states.get(id);
  // Without a state where there is none, as a real one does.
  say({ action: 'SubmissionStatusResponse', success: driverState !== undefined, submissionId: id, driverState });
}
