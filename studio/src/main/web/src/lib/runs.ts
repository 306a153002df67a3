import { get, post } from './api';

/** What the server says of a run. */
export interface Run {
  id: string;
  status: string;
  record: Record<string, unknown> | null;
  series?: string[];
  begun?: number;
  started?: Record<string, number>;
  step?: number;
  loss?: number | null;
  validationLoss?: number | null;
  bestValidationLoss?: number | null;
  problem?: string;
  message?: string;
}

/** A part of a curve: for every interval the last step, the lowest, mean and highest value; null is no number. */
export interface Curve {
  points: number;
  steps: number[];
  low: (number | null)[];
  mean: (number | null)[];
  high: (number | null)[];
}

export interface RunEvent {
  id: number;
  time: number;
  step: number;
  kind: string;
  detail: Record<string, unknown>;
}

/** Where a view gets a run from: a server that goes on telling, or a file. */
export interface RunSource {
  run: Run | null;
  curves: Record<string, Curve>;
  events: RunEvent[];
  state: 'connecting' | 'live' | 'broken' | 'closed';
  problem: string;
}

/** A run as one document, as it is exported. */
export interface RunDocument {
  schema: number;
  run: Run;
  events: RunEvent[];
  curves: Record<string, Curve>;
}

export function sourceOf(document: RunDocument): RunSource {
  if (document.schema !== 1) throw new Error(`This studio reads exported runs of schema 1; this one has schema ${document.schema}. A newer Nudge wrote it.`);
  return { run: document.run, curves: document.curves, events: document.events, state: 'closed', problem: '' };
}

export const NO_CURVE: Curve = { points: 0, steps: [], low: [], mean: [], high: [] };

const at = (id: string) => `/api/runs/${encodeURIComponent(id)}`;

export const listRuns = () => get<Run[]>('/api/runs');
export const oneRun = (id: string) => get<Run>(at(id));
export const curve = (id: string, series: string, width: number, from = 0) =>
  get<Curve>(`${at(id)}/curve`, { series, width, from });
export const wish = (id: string, kind: string, value = '') => post<{ asked: boolean }>(`${at(id)}/wish`, { kind, value });
export const exportOf = (id: string, format: 'html' | 'zip' | 'json') => `${at(id)}/export?format=${format}`;
export const streamOf = (id: string) => `${at(id)}/stream`;

/** The status to be shown: what was kept of the playground has ended there, whatever its record says of it. */
export const statusOf = (run: Run) => (run.record?.kind === 'playground' && run.status === 'signal' ? 'playground' : run.status);

/** How a run stands, in words and in one of four colours. */
export function standing(status: string): { words: string; tone: 'good' | 'plain' | 'warm' | 'bad' } {
  switch (status) {
    case 'running':
      return { words: 'running', tone: 'good' };
    case 'paused':
      return { words: 'paused', tone: 'warm' };
    case 'lost':
      return { words: 'lost: ended without a word', tone: 'bad' };
    case 'unreadable':
      return { words: 'unreadable', tone: 'bad' };
    case 'unrecorded':
      return { words: 'not recorded', tone: 'plain' };
    case 'budget':
      return { words: 'done', tone: 'plain' };
    case 'early_stopping':
      return { words: 'stopped early: no longer better', tone: 'plain' };
    case 'target_loss':
      return { words: 'done: target reached', tone: 'plain' };
    case 'playground':
      return { words: 'kept from the playground', tone: 'plain' };
    case 'signal':
      return { words: 'stopped by hand', tone: 'plain' };
    default:
      return {
        words: status.replaceAll('_', ' '),
        tone: /nan|finite|fail|error|diverg/.test(status) ? 'bad' : 'plain',
      };
  }
}

/** Names of the common curves for people; a curve of a parameter is named by its path. */
export const NAMES: Record<string, string> = {
  loss: 'loss of each batch',
  trainingLoss: 'training loss per epoch',
  validationLoss: 'validation loss',
  learningRate: 'learning rate',
  gradientNorm: 'gradient norm',
  examplesPerSecond: 'examples per second',
  seconds: 'seconds',
};

/** A tree of settings as one list of paths and values. */
export function flat(tree: unknown, path = ''): [string, string][] {
  if (Array.isArray(tree) && tree.every((each) => typeof each !== 'object')) return [[path, tree.join(', ')]];
  if (tree !== null && typeof tree === 'object') {
    return Object.entries(tree).flatMap(([key, value]) => flat(value, path ? `${path}.${key}` : key));
  }
  return [[path, String(tree)]];
}

/** All events behind one; the server tells a thousand at a time. */
export async function allEventsAfter(id: string, after: number): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for (;;) {
    const some = await get<RunEvent[]>(`${at(id)}/events`, { after: all.at(-1)?.id ?? after });
    all.push(...some);
    if (some.length < 1000) return all;
  }
}
