/** The process in which the rates of one algorithm are taken; its parent sends the request and gets the samples. */
import { answerFigures } from '../queue/answer-figures.ts';
import type { FigureRequest } from './figures.ts';
import { measureFigure } from './measure-figure.ts';
import { openTokens } from './subjects.ts';

answerFigures((request: FigureRequest) => measureFigure(openTokens[request.subject], request));
