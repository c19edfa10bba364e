/** The process of one application; it tells its port and is stopped by a signal. */
import { isSubject, sessionApps } from './subjects.ts';

const { BENCH_SUBJECT = '', BENCH_REDIS_URL = '' } = process.env;
if (!isSubject(BENCH_SUBJECT)) throw new RangeError(`There is no subject ${BENCH_SUBJECT}.`);
const { port } = await sessionApps[BENCH_SUBJECT](BENCH_REDIS_URL);
console.log(`listening on port ${port}`);
