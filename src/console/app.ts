import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { Access } from './access/access.ts';
import { accessApi } from './access/api.ts';
import { accessPages } from './access/routes.ts';
import { answerError, answerMissing } from './answer-error.ts';
import { wholeApi } from './api/api.ts';
import { apiError, isApi } from './api/error.ts';
import { limitRate } from './api/rate.ts';
import { chooseLanguage } from './choose-language.ts';
import { detectorsApi } from './detectors/api.ts';
import { detectorsPages } from './detectors/routes.ts';
import { efficacyApi } from './efficacy/api.ts';
import { efficacyPages } from './efficacy/routes.ts';
import type { Environment } from './environment.ts';
import { checkFormToken } from './form-token.ts';
import { heldApi } from './held/api.ts';
import { heldPages } from './held/routes.ts';
import { viewPolicy } from './held/view-policy.ts';
import { assetRoutes } from './look/assets.ts';
import { nowApi } from './now/api.ts';
import { nowPages } from './now/routes.ts';
import { ownApi } from './own/api.ts';
import { linkPages } from './own/link-pages.ts';
import { ownPages } from './own/routes.ts';
import type { ConsoleParts } from './parts.ts';
import { refuseOtherHosts, refuseOtherSites } from './same-origin.ts';
import { trailApi } from './trail/api.ts';
import { trailPages } from './trail/routes.ts';
import { whatIfApi } from './what-if/api.ts';
import { whatIfPages } from './what-if/routes.ts';

/** Forms are a few fields, and a rule under trial; the largest upload is a message to report. */
const BODY_BYTES = 26_214_400;
/** Half a year: what browsers take for meant. */
const HSTS_SECONDS = 15_552_000;

/** The whole console as one function from request to answer. */
export function consoleApp(parts: ConsoleParts, access: Access): Hono<Environment> {
  const app = new Hono<Environment>();
  app.use('/held/:id/view', viewPolicy);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameSrc: ["'self'"],
        frameAncestors: ["'self'"],
        baseUri: ["'none'"],
      },
      // What else is under this name is not ours to say, unless the certificate is.
      strictTransportSecurity: `max-age=${HSTS_SECONDS}${parts.config().console.tls === null ? '' : '; includeSubDomains'}`,
      xFrameOptions: 'SAMEORIGIN',
      // Not no-referrer: with that, forms send `Origin: null`, and what is cross-site could not be told.
      referrerPolicy: 'same-origin',
    }),
  );
  app.use(bodyLimit({ maxSize: BODY_BYTES }));
  app.use(refuseOtherHosts(parts));
  app.use(refuseOtherSites(parts));
  app.route('/', assetRoutes());
  app.route('/', access.openPages);
  app.route('/', linkPages(parts));
  app.use(async (context, next) => {
    const known = await access.known(context.req.raw, context);
    if (known === null) {
      if (isApi(context.req.path))
        return apiError(context, 'unknown', 'A token is needed: Authorization: Bearer …');
      const { pathname, search } = new URL(context.req.url);
      const isRead = context.req.method === 'GET';
      return context.redirect(`/sign-in?to=${encodeURIComponent(isRead ? pathname + search : '/')}`, 303);
    }
    context.set('principal', known.principal);
    context.set('formToken', known.formToken);
    context.set(
      'language',
      known.language ??
        chooseLanguage(context.req.header('accept-language'), parts.config().console.language),
    );
    return await next();
  });
  app.use('/api/*', limitRate(parts.now));
  app.use(checkFormToken);
  app.route('/', nowPages(parts));
  app.route('/', heldPages(parts));
  app.route('/', ownPages(parts));
  app.route('/', efficacyPages(parts));
  app.route('/', detectorsPages(parts));
  app.route('/', accessPages(parts));
  app.route('/', trailPages(parts));
  app.route('/', whatIfPages(parts));
  // One line an area, its operations as HTTP API.
  app.route(
    '/',
    wholeApi([
      heldApi(parts),
      ownApi(parts),
      accessApi(parts),
      trailApi(parts),
      nowApi(parts),
      efficacyApi(parts),
      detectorsApi(parts),
      whatIfApi(parts),
    ]),
  );
  app.notFound((context) => answerMissing(parts, context));
  app.onError((error, context) => answerError(parts, error, context));
  return app;
}
