/** The process of one part of a catch-up; its parent sends the request and gets the samples. */
import { answerFigures } from '../queue/answer-figures.ts';
import { type CatchUpRequest, catchUp, leaveBehind } from './measure-catch-up.ts';
import { openStream } from './subjects.ts';

answerFigures(async ({ subject, part, url, events }: CatchUpRequest) => {
  if (part === 'catch up') return catchUp(openStream[subject], url, events);
  await leaveBehind(openStream[subject], url, events);
  return {};
});
