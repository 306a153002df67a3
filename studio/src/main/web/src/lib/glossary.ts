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

export const DECKS: Record<Entry['deck'], string> = {
  loop: 'The loop',
  data: 'Data',
  rate: 'The learning rate',
  habits: 'Learning too well',
  landscape: 'The landscape',
  network: 'The network',
};
