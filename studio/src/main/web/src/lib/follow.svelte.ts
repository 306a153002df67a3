import { Refused } from './api';
import { allEventsAfter, curve, NO_CURVE, oneRun, streamOf, type Curve, type Run, type RunEvent } from './runs';

const WIDTH = 1000;
const LONGEST = 2 * WIDTH;

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
    this.connect();
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

/** A curve and what follows it; what both have is taken once. */
export function joined(curve: Curve, added: Curve): Curve {
  const last = curve.steps.at(-1) ?? -1;
  const from = added.steps.findIndex((step) => step > last);
  if (from < 0) return curve;
  return {
    points: curve.points + added.points,
    steps: curve.steps.concat(added.steps.slice(from)),
    low: curve.low.concat(added.low.slice(from)),
    mean: curve.mean.concat(added.mean.slice(from)),
    high: curve.high.concat(added.high.slice(from)),
  };
}
