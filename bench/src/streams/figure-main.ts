/** The process in which one figure is taken; its parent sends the request and gets the samples. */
import { answerFigures } from '../queue/answer-figures.ts';
import type { FigureRequest } from './figures.ts';
import { measureFigure } from './measure-figure.ts';
import { openStream } from './subjects.ts';

answerFigures((request: FigureRequest) => measureFigure(openStream[request.subject], request));
