import { Refused } from './api';
import { allEventsAfter, curve, NO_CURVE, oneRun, streamOf, type Curve, type Run, type RunEvent } from './runs';

const WIDTH = 1000;
const LONGEST = 2 * WIDTH;
const WAIT = 3000;
const NOT_FOUND = 404;

interface Message {
  status?: string;
  curves?: Record<string, Curve>;
  events?: RunEvent[];
  gap?: boolean;
  problem?: string;
}

/**
 * Follows a run: everything that is recorded, then what is new. After every break, be it of the network or because this
 * page was slower than the run, it asks for the curves again, so that none has a hole.
 */
export class Follow {
  run = $state.raw<Run | null>(null);
  curves = $state.raw<Record<string, Curve>>({});
  events = $state.raw<RunEvent[]>([]);
  state = $state<'connecting' | 'live' | 'broken' | 'closed'>('connecting');
  problem = $state('');

  private source: EventSource | null = null;
  private retry = 0;
  private closed = false;
  private catching = false;
  private again = false;
  private waiting: Message[] = [];

  constructor(readonly id: string) {
    void this.begin();
  }

  /** There is no stream of what is not recorded or not there, so it is asked first. */
  private async begin() {
    try {
      const run = await oneRun(this.id);
      if (run.status !== 'unrecorded') {
        if (!this.closed) this.connect();
        return;
      }
      // A run that has just begun is recorded soon.
      this.run = run;
      this.state = 'closed';
      this.problem = '';
    } catch (error) {
      this.problem = error instanceof Refused ? error.message : String(error);
      this.state = error instanceof Refused && error.status === NOT_FOUND ? 'closed' : 'broken';
    }
    if (!this.closed) this.retry = window.setTimeout(() => void this.begin(), WAIT);
  }

  private connect() {
    this.source = new EventSource(streamOf(this.id));
    this.source.onopen = () => void this.catchUp();
    this.source.addEventListener('run', (event) => this.take(JSON.parse((event as MessageEvent<string>).data)));
    this.source.onerror = () => {
      if (this.closed) return;
      this.state = 'broken';
      if (this.source?.readyState === EventSource.CLOSED) {
        // The browser has given up; it does so when the server was gone for a moment.
        clearTimeout(this.retry);
        this.retry = window.setTimeout(() => this.connect(), 1000);
      }
    };
  }

  close() {
    this.closed = true;
    this.source?.close();
    clearTimeout(this.retry);
  }

  private take(message: Message) {
    if (this.catching) {
      this.waiting.push(message);
    } else if (message.gap) {
      void this.catchUp();
    } else {
      this.add(message);
    }
  }

  private async catchUp() {
    if (this.catching) {
      this.again = true;
      return;
    }
    this.catching = true;
    try {
      do {
        this.again = false;
        const run = await oneRun(this.id);
        const names = run.series ?? [];
        const curves = await Promise.all(names.map((name) => curve(this.id, name, WIDTH)));
        const events = await allEventsAfter(this.id, this.events.at(-1)?.id ?? 0);
        this.run = run;
        this.curves = Object.fromEntries(names.map((name, at) => [name, curves[at]]));
        this.events = [...this.events, ...events];
      } while (this.again);
      this.problem = '';
      this.state = 'live';
    } catch (error) {
      this.problem = error instanceof Refused ? error.message : String(error);
      this.state = 'broken';
      clearTimeout(this.retry);
      this.retry = window.setTimeout(() => !this.closed && void this.catchUp(), 1000);
    } finally {
      this.catching = false;
    }
    const waiting = this.waiting;
    this.waiting = [];
    waiting.forEach((message) => this.take(message));
  }

  private add(message: Message) {
    if (message.problem) this.problem = message.problem;
    if (message.status && this.run) this.run = { ...this.run, status: message.status };
    if (message.curves) {
      const curves = { ...this.curves };
      for (const [name, added] of Object.entries(message.curves)) curves[name] = joined(curves[name] ?? NO_CURVE, added);
      this.curves = curves;
      const steps = curves.loss?.steps;
      if (steps?.length && this.run) this.run = { ...this.run, step: steps.at(-1) };
      // Points come finer than a long curve shows them; the server folds it anew.
      if (Object.values(curves).some((each) => each.steps.length > LONGEST)) void this.catchUp();
    }
    if (message.events?.length) {
      const last = this.events.at(-1)?.id ?? 0;
      this.events = [...this.events, ...message.events.filter((event) => event.id > last)];
    }
  }
}

/**
 * A curve and what follows it; what both have is taken once. What follows comes in finer intervals than a long curve has,
 * so it is gathered into intervals of the same width; a mean counts by the steps that it stands for.
 */
export function joined(curve: Curve, added: Curve): Curve {
  const from = added.steps.findIndex((step) => step > (curve.steps.at(-1) ?? -1));
  if (from < 0) return curve;
  const all: Curve = {
    points: curve.points + added.points,
    steps: curve.steps.slice(),
    low: curve.low.slice(),
    mean: curve.mean.slice(),
    high: curve.high.slice(),
  };
  const width = (added.steps.at(-1)! - (curve.steps[0] ?? 0)) / WIDTH;
  for (let i = from; i < added.steps.length; i++) {
    const at = all.steps.length - 1;
    const [begin, middle, end] = [all.steps[at - 1], all.steps[at], added.steps[i]];
    if (at > 0 && end - begin <= width) {
      all.steps[at] = end;
      all.low[at] = least(all.low[at], added.low[i]);
      all.high[at] = most(all.high[at], added.high[i]);
      all.mean[at] = weighted(all.mean[at], middle - begin, added.mean[i], end - middle);
    } else {
      all.steps.push(end);
      all.low.push(added.low[i]);
      all.mean.push(added.mean[i]);
      all.high.push(added.high[i]);
    }
  }
  return all;
}

type Value = number | null;
const least = (a: Value, b: Value) => (a === null ? b : b === null ? a : Math.min(a, b));
const most = (a: Value, b: Value) => (a === null ? b : b === null ? a : Math.max(a, b));
const weighted = (a: Value, m: number, b: Value, n: number) => (a === null ? b : b === null ? a : (a * m + b * n) / (m + n));
