/** The process in which one number of users is measured; its parent sends the request and gets the samples. */
import { answerFigures } from '../queue/answer-figures.ts';
import { measureOnline } from './measure-online.ts';

answerFigures(measureOnline);
