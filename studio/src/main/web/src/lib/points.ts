const MOST = 2000;

/** Points from text: two numbers and a class in each line, with commas, semicolons or tabs; a heading is passed over. */
export function parsePoints(text: string): number[][] {
  const rows: number[][] = [];
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .forEach((line, at) => {
      if (!line || line.startsWith('#')) return;
      const cells = line.split(/[,;\t]/).map((cell) => cell.trim());
      const numbers = cells.map(Number);
      if (rows.length === 0 && numbers.some(Number.isNaN)) return; // the heading
      if (cells.length !== 3 || cells.includes('') || !numbers.every(Number.isFinite)) {
        throw new Error(`Line ${at + 1}: expected two numbers and a class, such as 0.5, -0.2, 1; found “${line.slice(0, 40)}”.`);
      }
      if (!Number.isInteger(numbers[2]) || numbers[2] < 0 || numbers[2] > 5) {
        throw new Error(`Line ${at + 1}: a class is a whole number from 0 to 5; found ${cells[2]}.`);
      }
      rows.push(numbers);
    });
  if (rows.length < 4) throw new Error(`At least 4 points are needed, found ${rows.length}.`);
  if (rows.length > MOST) throw new Error(`At most ${MOST} points can be shown, found ${rows.length}.`);
  return rows;
}
