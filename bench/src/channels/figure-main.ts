/** The server process that publishes and measures; its parent sends the request and gets the samples. */
import { answerFigures } from '../queue/answer-figures.ts';
import type { FigureRequest } from './figures.ts';
import { measureFigure } from './measure-figure.ts';
import { openChannel } from './subjects.ts';

answerFigures((request: FigureRequest) => measureFigure(openChannel[request.subject], request));
