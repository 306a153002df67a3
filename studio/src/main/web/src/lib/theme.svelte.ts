/** Light or dark: what the reader chose here, else what the system says. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'nudge-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
let chosen = $state<Theme>((read() as Theme) ?? 'system');
let systemDark = $state(system.matches);
system.addEventListener('change', () => (systemDark = system.matches));

function read() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a file opened from disk may have no storage
  }
}

export const theme = {
  get chosen() {
    return chosen;
  },
  get dark() {
    return chosen === 'system' ? systemDark : chosen === 'dark';
  },
  choose(next: Theme) {
    chosen = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // then it holds for this page alone
    }
  },
};

/** The colour that a name has at present, for what is painted and not styled. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export const stillness = matchMedia('(prefers-reduced-motion: reduce)');
