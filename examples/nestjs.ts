/** The shop of express.ts on NestJS: the Express adapter, with a guard and a filter written the way Nest has them. */
import 'reflect-metadata';
import {
  type ArgumentsHost,
  Body,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpCode,
  Module,
  Post,
  Session,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { createSallyport, SallyportError } from 'sallyport';
import { AccessDeniedError, errorHandler, type RequestSession, sessionMiddleware } from 'sallyport/express';

declare global {
  namespace Sallyport {
    interface SessionData {
      cart: string[];
    }
  }
}

const sallyport = createSallyport({ session: { idleTimeoutSeconds: 1_800 } });

const Role = (role: string) => SetMetadata('role', role);

/** Lets only signed-in users on, and only with the role that the route names. */
class SessionGuard implements CanActivate {
  readonly #reflector = new Reflector();

  canActivate(context: ExecutionContext): boolean {
    const { session } = context.switchToHttp().getRequest<{ session: RequestSession }>();
    const role = this.#reflector.get<string | undefined>('role', context.getHandler());
    // Throws what is answered 401, or 503 when the store is away: `return false` would be a 403 for all of them.
    const { role: own } = session.required();
    if (role !== undefined && role !== own) throw new AccessDeniedError();
    return true;
  }
}

@Catch(SallyportError)
class SallyportFilter implements ExceptionFilter {
  readonly #answer = errorHandler(sallyport);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.#answer(error, http.getRequest(), http.getResponse(), http.getNext());
  }
}

@Controller()
class ShopController {
  @Post('cart')
  async addToCart(@Session() session: RequestSession, @Body() body: { item: string }) {
    return { cart: await session.update('cart', (present = []) => [...present, String(body.item)]) };
  }

  @Post('login')
  async login(@Session() session: RequestSession, @Body() body: { user: string }) {
    // Check the password here, in constant time, before anything else.
    await session.login({ userId: String(body.user), role: 'customer' });
    return { user: session.userId, cart: session.get('cart') ?? [] };
  }

  @Get('profile')
  @UseGuards(SessionGuard)
  profile(@Session() session: RequestSession) {
    return { user: session.userId, since: session.loginTime };
  }

  @Get('admin')
  @Role('admin')
  @UseGuards(SessionGuard)
  admin() {
    return {};
  }

  @Post('logout')
  @HttpCode(204)
  async logout(@Session() session: RequestSession) {
    await session.logout();
  }
}

@Module({ controllers: [ShopController] })
class ShopModule {}

const app = await NestFactory.create(ShopModule, { logger: ['error'] });
app.use(sessionMiddleware(sallyport));
app.useGlobalFilters(new SallyportFilter());
await app.listen(Number(process.env.PORT ?? 3_000), '127.0.0.1');
console.log(await app.getUrl());
