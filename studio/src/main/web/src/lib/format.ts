/** A number with `digits` significant digits, as people write it: no trailing zeros, a real minus sign. */
export function number(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '–';
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  let text: string;
  if (size >= 1e-4 && size < 10 ** Math.max(digits, 6)) {
    const whole = Math.floor(Math.log10(size)) + 1;
    text = value.toFixed(Math.max(0, Math.min(12, digits - whole)));
    if (text.includes('.')) text = text.replace(/0+$/, '').replace(/\.$/, '');
  } else {
    text = value.toExponential(Math.max(0, digits - 1)).replace(/\.?0+e/, 'e').replace('e+', 'e');
  }
  return text.replaceAll('-', '−');
}

/** With four decimals always, for numbers that stand under each other or change while one looks. */
export function steady(value: number | null | undefined, decimals = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return number(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 10 ** -decimals || size >= 1e6)) return number(value, 3);
  return value.toFixed(decimals).replace('-', '−');
}

/** A whole number with thin spaces between thousands. */
export function whole(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function percent(share: number | null | undefined, decimals = 1): string {
  return share === null || share === undefined || !Number.isFinite(share) ? '–' : `${(share * 100).toFixed(decimals)} %`;
}

/** When, in the words of the reader's place. */
export function moment(seconds: number | undefined): string {
  return seconds === undefined
    ? '–'
    : new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  if (seconds < 60) return `${number(seconds, 3)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
