import { get, post, Refused } from './api';
import type { Curve } from './runs';

export interface Data {
  kind: string;
  points?: number;
  noise?: number;
  classes?: number;
  rows?: number[][];
}

export interface Layer {
  units: number;
  activation: string;
}

/** What a network is and how it is trained; the same one gives the same run. */
export interface Specification {
  seed: number;
  data: Data;
  validation: number;
  test: number;
  features: string[];
  layers: Layer[];
  loss: string;
  optimizer: string;
  learningRate: number;
  batch: number;
  dropout: number;
  l1: number;
  l2: number;
  weightDecay: number;
  initializer: string;
  weights?: Record<string, number[][] | number[]>;
}

/** Values over the plane, in 256 steps between `low` and `high`; row 0 is the top. */
export interface Grid {
  size: number;
  low: number;
  high: number;
  cells: string;
}

export interface LayerState {
  path: string;
  inputs: number;
  units: number;
  activation: string;
  weight: number[][];
  weightGradient: number[][];
  bias: number[];
  biasGradient: number[];
  /** What each unit says over the plane; of the last layer it is the output itself. */
  grids: Grid[];
}

type Scores = { train: number | null; validation: number | null; test: number | null; knowNothing: number };

export interface State {
  id: string;
  step: number;
  epoch: number;
  batchInEpoch: number;
  stepsPerEpoch: number;
  running: boolean;
  stepsPerSecond: number;
  learningRate: number;
  digest: string;
  problem: string | null;
  loss: Scores & { batch: number | null };
  accuracy: Scores;
  gradientNorm: number | null;
  layers: LayerState[];
  features: { name: string; grid: Grid }[];
  output: Grid[];
  extent: number;
  best: { epoch: number; validation: number | null } | null;
  overfit: { since: number; best: number; words: string } | null;
  words: string;
  changes: Change[];
}

export type Change =
  | { step: number; change?: string; learningRate?: number; value?: number; parameter?: undefined; index?: undefined }
  | { step: number; change?: string; parameter: string; index: number[]; value: number };

export interface LabView {
  id: string;
  specification: Specification;
  data: { train: number[][]; validation: number[][]; test: number[][] };
  state: State;
}

export interface Sharpness {
  lambdaMax: number | null;
  limit: number | null;
  step: number;
}

export interface History {
  batchLoss: Curve;
  epochs: Record<
    'epoch' | 'step' | 'trainLoss' | 'validationLoss' | 'testLoss' | 'trainAccuracy' | 'validationAccuracy' | 'testAccuracy',
    (number | null)[]
  >;
}

/** What somebody asks for; the rest is filled in by the server. */
export type Wanted = Partial<Omit<Specification, 'data'>> & { data?: Data };

const MOST_STEPS = 10_000;

/** A network that trains in the server, as this page sees it. */
export class Lab {
  view = $state.raw<LabView | null>(null);
  state = $state.raw<State | null>(null);
  history = $state.raw<History | null>(null);
  sharpness = $state.raw<Sharpness | null>(null);
  problem = $state('');
  busy = $state(false);

  private source: EventSource | null = null;
  private asked = 0; // whoever asks later is right
  private historyAt = 0;
  private historyTimer = 0;
  private closed = false;

  constructor() {
    window.addEventListener('pagehide', this.release);
  }

  get id() {
    return this.view?.id ?? '';
  }

  /** A new network in place of the present one; `steps` and `changes` bring it to where a shared address was. */
  async make(wanted: Wanted, steps = 0, changes: Change[] = []): Promise<void> {
    const turn = ++this.asked;
    this.busy = true;
    try {
      const made = await post<LabView>('/api/lab', wanted);
      await this.adopt(made, turn);
      if (turn !== this.asked) return;
      for (const change of changes) {
        await this.stepTo(change.step);
        await this.change(change);
      }
      await this.stepTo(steps);
      this.problem = '';
    } catch (error) {
      if (turn === this.asked) this.problem = (error as Error).message;
    } finally {
      if (turn === this.asked) this.busy = false;
    }
  }

  /** Shows a network that was made elsewhere, such as by a fork. */
  async adopt(made: LabView, turn = ++this.asked) {
    if (this.closed || turn !== this.asked) {
      void post(`/api/lab/${made.id}/close`, {}).catch(() => {});
      return;
    }
    this.release();
    this.view = made;
    this.history = null;
    this.sharpness = null;
    this.historyAt = 0;
    this.take(made.state);
    this.listen();
  }

  private listen() {
    this.source?.close();
    const source = new EventSource(`/api/lab/${this.id}/stream`);
    source.addEventListener('lab', (event) => this.take(JSON.parse((event as MessageEvent<string>).data)));
    source.onerror = () => {
      if (!this.closed && source === this.source && source.readyState === EventSource.CLOSED) {
        setTimeout(() => !this.closed && source === this.source && this.listen(), 1000);
      }
    };
    this.source = source;
  }

  // The server has room for a few networks: what nobody looks at is given back. A page that is shown again after it was
  // left makes the same network anew with the next thing that it asks.
  private release = () => {
    this.source?.close();
    this.source = null;
    if (this.id) void post(`/api/lab/${this.id}/close`, {}, true).catch(() => {});
  };

  /** Gives the network back; the page goes away. */
  close() {
    this.closed = true;
    clearTimeout(this.historyTimer);
    window.removeEventListener('pagehide', this.release);
    this.release();
  }

  private take(state: State) {
    if (state.id !== this.id) return;
    this.state = state;
    const wait = this.historyAt + 500 - performance.now();
    clearTimeout(this.historyTimer);
    this.historyTimer = window.setTimeout(() => void this.readHistory(), Math.max(0, wait));
  }

  private async readHistory() {
    this.historyAt = performance.now();
    const id = this.id;
    try {
      const history = await get<History>(`/api/lab/${id}/history`, { width: 400 });
      if (id === this.id) this.history = history;
    } catch {
      // the next state asks again
    }
  }

  private async act<T = State>(action: string, body: object = {}): Promise<T> {
    try {
      return await post<T>(`/api/lab/${this.id}/${action}`, body);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404 || !this.view || !this.state) throw error;
      // The server has closed what nobody used for long: the same specification makes the same network again.
      const { specification } = this.view;
      const { step, changes } = this.state;
      this.view = { ...this.view, id: '' };
      await this.make(specification, step, changes);
      return post<T>(`/api/lab/${this.id}/${action}`, body);
    }
  }

  private async tell(action: string, body: object = {}) {
    try {
      this.take(await this.act(action, body));
      this.problem = '';
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }

  run = (stepsPerSecond: number, until?: number) => this.tell('run', until ? { stepsPerSecond, until } : { stepsPerSecond });
  pause = () => this.tell('pause');
  step = (steps = 1) => this.tell('step', { steps });
  reset = () => this.tell('reset');
  setRate = (learningRate: number) => this.tell('set', { learningRate });
  setValue = (parameter: string, index: number[], value: number) => this.tell('set', { parameter, index, value });
  ask = <T>(action: string, body: object = {}) => this.act<T>(action, body);
  fork = (from: 'start' | 'now' | 'best', specification: Wanted) => this.act<LabView>('fork', { from, specification });

  private change(change: Change) {
    return change.parameter !== undefined
      ? this.setValue(change.parameter, change.index, change.value)
      : this.setRate(change.learningRate ?? change.value ?? 0);
  }

  private async stepTo(step: number) {
    while (this.state && this.state.step < step && !this.problem) {
      const before = this.state.step;
      await this.step(Math.min(MOST_STEPS, step - before));
      if (this.state.step === before) return;
    }
  }

  async measureSharpness() {
    if (!this.id) return;
    try {
      this.sharpness = await this.act<Sharpness>('sharpness');
    } catch {
      this.sharpness = null;
    }
  }
}
