/** Numbers as if by chance, the same in every visit (Marsaglia's xorshift with 32 bits). */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = (seed * 2654435761 + 1) >>> 0 || 1;
    for (let i = 0; i < 8; i++) this.uniform();
  }

  uniform(): number {
    let s = this.state;
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    this.state = s >>> 0;
    return this.state / 2 ** 32;
  }

  /** By Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }
}

export const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** The loss of a score where the truth is `label`: −ln of the chance of the truth. */
export const surprise = (z: number, label: number) => {
  const right = label === 1 ? z : -z;
  return right > 0 ? Math.log1p(Math.exp(-right)) : Math.log1p(Math.exp(right)) - right;
};

/** Two clouds of points that overlap, and a unit with two weights and a bias that tells them apart. */
export class Clouds {
  readonly points: { x: number[]; label: number }[] = [];

  constructor(count: number, seed: number) {
    const chance = new Chance(seed);
    for (let i = 0; i < count; i++) {
      const label = i % 2;
      const middle = label ? 0.8 : -0.8;
      this.points.push({ x: [middle + chance.normal(), middle + chance.normal(), 1], label });
    }
  }

  loss(w: number[]): number {
    return this.points.reduce((sum, { x, label }) => sum + surprise(dot(w, x), label), 0) / this.points.length;
  }

  right(w: number[]): number {
    return this.points.filter(({ x, label }) => dot(w, x) > 0 === (label === 1)).length / this.points.length;
  }

  gradient(w: number[], rows: number[]): number[] {
    const sum = [0, 0, 0];
    for (const row of rows) {
      const { x, label } = this.points[row];
      const delta = sigmoid(dot(w, x)) - label;
      for (let i = 0; i < 3; i++) sum[i] += (delta * x[i]) / rows.length;
    }
    return sum;
  }
}

export const dot = (a: number[], b: number[]) => a.reduce((sum, each, i) => sum + each * b[i], 0);
export const length = (a: number[]) => Math.sqrt(dot(a, a));
