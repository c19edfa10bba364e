declare global {
  namespace Sallyport {
    /**
     * The application's own session fields. Declare yours once and `request.session` knows them:
     * @example
     * declare global {
     *   namespace Sallyport {
     *     interface SessionData { cart: CartItem[] }
     *   }
     * }
     */
    interface SessionData {}
  }
}

/** The application's own session fields, as declared in `Sallyport.SessionData`. */
export type SessionData = Sallyport.SessionData;
