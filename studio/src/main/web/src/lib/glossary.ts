import words from './glossary.json';

/** A word of the trade. `deck` says which matching game it belongs to, `see` where it can be seen at work. */
export interface Entry {
  term: string;
  also?: string[];
  text: string;
  deck: 'loop' | 'data' | 'rate' | 'habits' | 'landscape' | 'network';
  see?: [string, string];
}

export const GLOSSARY = words as Entry[];


const BY_NAME = new Map(GLOSSARY.flatMap((entry) => [entry.term, ...(entry.also ?? [])].map((name) => [name, entry] as const)));

export function lookUp(name: string): Entry | undefined {
  return BY_NAME.get(name) ?? BY_NAME.get(name.toLowerCase());
}

const ANY = new RegExp(
  `\\b(${[...BY_NAME.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('|')})\\b`,
  'gi',
);

/** A text in parts: at most so many of them are words of the glossary, each once. */
export function termsIn(text: string, most: number): { text: string; term?: string }[] {
  const parts: { text: string; term?: string }[] = [];
  const found = new Set<Entry>();
  let end = 0;
  for (const match of text.matchAll(ANY)) {
    const entry = lookUp(match[0]);
    if (!entry || found.has(entry) || found.size === most) continue;
    found.add(entry);
    parts.push({ text: text.slice(end, match.index) }, { text: match[0], term: match[0] });
    end = match.index + match[0].length;
  }
  return [...parts, { text: text.slice(end) }];
}

export const DECKS: Record<Entry['deck'], string> = {
  loop: 'The loop',
  data: 'Data',
  rate: 'The learning rate',
  habits: 'Learning too well',
  landscape: 'The landscape',
  network: 'The network',
};
