/** Which view is shown: `#/run/abc?by=time` is the path `['run', 'abc']` with one parameter. */
function parse() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { parts: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
}

let place = $state.raw(parse());
window.addEventListener('hashchange', () => (place = parse()));

export const router = {
  get parts() {
    return place.parts;
  },
  get query() {
    return place.query;
  },
  get page() {
    return place.parts[0] ?? 'playground';
  },
};

/** Writes the state of a view into its address without a new entry in the history, and without showing it anew. */
export function remember(path: string, query: Record<string, string | number | boolean | undefined>) {
  const text = new URLSearchParams(
    Object.entries(query)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([key, value]) => [key, String(value)]),
  ).toString();
  history.replaceState(null, '', `#/${path}${text ? '?' + text : ''}`);
}

export function go(path: string) {
  location.hash = `#/${path}`;
}
