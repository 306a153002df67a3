/** The one explanation that is open, and where. */
let open = $state.raw<{ term: string; text: string; x: number; top: number; bottom: number; owner: object } | null>(null);
let timer = 0;

export const tip = {
  get open() {
    return open;
  },
  show(owner: object, term: string, text: string, at: Element) {
    clearTimeout(timer);
    const box = at.getBoundingClientRect();
    open = { term, text, x: box.left + box.width / 2, top: box.top, bottom: box.bottom, owner };
  },
  /** Soon, unless the pointer goes to the explanation itself. */
  leave() {
    timer = window.setTimeout(() => (open = null), 250);
  },
  stay() {
    clearTimeout(timer);
  },
  hide() {
    clearTimeout(timer);
    open = null;
  },
};
