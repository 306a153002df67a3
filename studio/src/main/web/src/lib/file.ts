import type { RunDocument } from './runs';

const LOCAL_HEADER = 0x04034b50;
const FIXED_BYTES = 30;
const LARGEST = 512 << 20;

/**
 * The run in a file: an exported one (`.nudge-run`, a zip whose first entry is the document, not compressed), a page with a
 * run in it, or the document alone.
 */
export async function readRun(file: File): Promise<RunDocument> {
  if (file.size > LARGEST) throw new Error(`“${file.name}” is too large to be opened here (${Math.round(file.size / 1e6)} MB).`);
  const bytes = await file.arrayBuffer();
  const view = new DataView(bytes);
  const text = view.byteLength > FIXED_BYTES && view.getUint32(0, true) === LOCAL_HEADER ? firstEntry(view, file.name) : new TextDecoder().decode(bytes);
  const embedded = /<script type="application\/json" id="nudge-run">([^]*?)<\/script>/.exec(text);
  let document: RunDocument;
  try {
    document = JSON.parse(embedded ? embedded[1] : text);
  } catch {
    throw new Error(`“${file.name}” is no exported run: expected a .nudge-run file, or a page that “Keep it” wrote.`);
  }
  if (!document || typeof document !== 'object' || !document.run || !document.curves) {
    throw new Error(`“${file.name}” holds no run.`);
  }
  return document;
}

function firstEntry(view: DataView, name: string): string {
  const [method, size, nameLength, extraLength] = [view.getUint16(8, true), view.getUint32(18, true), view.getUint16(26, true), view.getUint16(28, true)];
  const start = FIXED_BYTES + nameLength + extraLength;
  const entry = new TextDecoder().decode(new Uint8Array(view.buffer, FIXED_BYTES, nameLength));
  if (entry !== 'view.json' || method !== 0 || start + size > view.byteLength) {
    throw new Error(`“${name}” is a zip, but no exported run.`);
  }
  return new TextDecoder().decode(new Uint8Array(view.buffer, start, size));
}
