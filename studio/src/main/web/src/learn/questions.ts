import questions from './questions.json';

export interface Question {
  question: string;
  options: string[];
  right: number;
  why: string;
  see: [string, string];
}

export const QUESTIONS = questions as Question[];
