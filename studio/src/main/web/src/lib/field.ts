import type { Grid } from './lab.svelte';
import { colour } from './theme.svelte';

export function values(grid: Grid): Float64Array {
  const bytes = atob(grid.cells);
  const cells = new Float64Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) cells[i] = grid.low + (bytes.charCodeAt(i) / 255) * (grid.high - grid.low);
  return cells;
}

const triple = (name: string) => colour(name).split(/\s+/).map(Number);

/** Colours of the classes: the name of a colour for each, and shapes that say the same. */
export const CLASSES = ['orange-fill', 'blue-fill', 'class-2', 'class-3', 'class-4', 'class-5'];

function rgb(name: string): number[] {
  const text = colour(name);
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
}

/**
 * Paints values over the plane: blue for high, orange for low, the colour of the paper for the middle. The output of two
 * classes is a probability with its middle at a half; an inner value has its middle at zero.
 */
export function paint(canvas: HTMLCanvasElement, grids: Grid[], probability: boolean) {
  const { size } = grids[0];
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(size, size);
  const middle = triple('field-middle');
  if (grids.length > 1) {
    const all = grids.map(values);
    const colours = grids.map((_, k) => rgb(CLASSES[k]));
    for (let i = 0; i < size * size; i++) {
      let top = 0;
      for (let k = 1; k < all.length; k++) if (all[k][i] > all[top][i]) top = k;
      const strength = 0.85 * Math.max(0, (all[top][i] * all.length - 1) / (all.length - 1));
      put(image, i, middle, colours[top], strength);
    }
  } else {
    const cells = values(grids[0]);
    const largest = Math.max(Math.abs(grids[0].low), Math.abs(grids[0].high), 1e-12);
    const blue = triple('field-blue');
    const orange = triple('field-orange');
    for (let i = 0; i < size * size; i++) {
      const value = probability ? 2 * cells[i] - 1 : cells[i] / largest;
      put(image, i, middle, value > 0 ? blue : orange, 0.85 * Math.min(1, Math.abs(value)));
    }
  }
  context.putImageData(image, 0, 0);
}

function put(image: ImageData, i: number, from: number[], to: number[], strength: number) {
  for (let c = 0; c < 3; c++) image.data[4 * i + c] = from[c] + (to[c] - from[c]) * strength;
  image.data[4 * i + 3] = 255;
}
