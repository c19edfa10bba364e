/** The process in which one figure is taken; its parent sends the request and gets the samples. */
import { answerFigures } from './answer-figures.ts';
import type { FigureRequest } from './figures.ts';
import { measureFigure } from './measure-figure.ts';
import { openQueue } from './subjects.ts';

answerFigures((request: FigureRequest) => measureFigure(openQueue[request.subject], request));
