/** The process in which a day is run; its parent sends the request and gets the samples. */
import { answerFigures } from '../queue/answer-figures.ts';
import { measureDay } from './measure-day.ts';

answerFigures(measureDay);
