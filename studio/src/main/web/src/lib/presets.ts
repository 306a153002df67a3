import { get } from './api';
import type { Wanted } from './lab.svelte';

export interface Preset {
  id: string;
  title: string;
  words: string;
  page: 'step' | 'playground' | 'rates' | 'overfit';
  specification: Wanted;
  rows?: number[];
  numbers?: Record<string, number>;
}

let all: Promise<Preset[]> | null = null;

export function presets(page: Preset['page']): Promise<Preset[]> {
  all ??= get<Preset[]>('/api/presets').catch(() => ((all = null), []));
  return all.then((found) => found.filter((preset) => preset.page === page));
}
