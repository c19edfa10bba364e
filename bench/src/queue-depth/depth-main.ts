/** The process in which one depth is measured; its parent sends the request and gets the samples. */
import { answerFigures } from '../queue/answer-figures.ts';
import { measureDepth } from './measure-depth.ts';

answerFigures(measureDepth);
