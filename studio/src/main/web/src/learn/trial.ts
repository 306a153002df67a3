/** A saying or a picture with something to try in it: controls, and what is computed from them at once. */
export interface Slider {
  label: string;
  from: number;
  to: number;
  step: number;
  value: number;
  /** The slider stands for a power of ten. */
  power?: boolean;
  text?: (value: number) => string;
}

export interface Choice {
  label: string;
  options: string[];
  value: number;
}

export type Control = Slider | Choice;

export interface Shown {
  rows: [name: string, ...values: string[]][];
  head?: string[];
  words: string;
  /** What happens one after another, and where it should come to. */
  line?: { values: number[]; goal: number; name: string };
}

export interface Trial {
  controls: Control[];
  /** The values are in the order of the controls; a choice is the number of its option. */
  show: (...values: number[]) => Shown;
}

export interface Saying extends Trial {
  id: string;
  said: string;
  so: string;
  /** Where the same is seen at work in a network. */
  see?: [address: string, name: string];
}

export const isChoice = (control: Control): control is Choice => 'options' in control;

export const natural = (control: Control, value: number) => (!isChoice(control) && control.power ? 10 ** value : value);
