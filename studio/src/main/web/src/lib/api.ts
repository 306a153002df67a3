/** What the server says when it refuses. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

async function answer<T>(request: Promise<Response>): Promise<T> {
  let response: Response;
  try {
    response = await request;
  } catch {
    throw new Refused(0, 'unreachable', 'The studio does not answer. Is “nudge studio” still running?');
  }
  const text = await response.text();
  let body: { error?: string; message?: string } = {};
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    throw new Refused(response.status, 'no_json', 'The studio answered with something that is no JSON.');
  }
  if (!response.ok) {
    throw new Refused(response.status, body.error ?? 'refused', body.message ?? `The studio answered ${response.status}.`);
  }
  return body as T;
}

export function get<T>(path: string, query: Record<string, string | number> = {}): Promise<T> {
  const text = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)])).toString();
  return answer<T>(fetch(text ? `${path}?${text}` : path, { credentials: 'same-origin' }));
}

/** With `late` the request is sent even if the page is being left. */
export function post<T>(path: string, body: unknown, late = false): Promise<T> {
  return answer<T>(
    fetch(path, {
      method: 'POST',
      keepalive: late,
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
}
