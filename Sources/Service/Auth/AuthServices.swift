import Catalog
import Storage
import Workers

/// What signing in needs, put together.
struct AuthServices {
    let controller: AuthController
    let middleware: Authentication

    init(_ configuration: ServiceConfiguration.Auth, database: Database, hashers: WorkerPool, sessions: SessionStore)
        async throws
    {
        let tokens = RefreshTokenStore(database: database)
        let signIns = SignInRegistry(tokens: tokens)
        let issuer = await TokenIssuer(
            secret: configuration.secret, accessMinutes: configuration.accessTokenMinutes,
            refreshDays: configuration.refreshTokenDays)
        let rules = PasswordRules(
            lengthMin: configuration.passwordLengthMin, needsMixedCharacters: configuration.passwordNeedsMixedCharacters
        )
        controller = AuthController(
            users: UserStore(database: database), tokens: tokens, signIns: signIns, issuer: issuer,
            hasher: try PasswordHasher(workers: hashers), rules: rules,
            loginAttemptsMax: configuration.loginAttemptsMax, lockoutMinutes: configuration.lockoutMinutes,
            sessions: sessions)
        middleware = Authentication(issuer: issuer, signIns: signIns)
    }
}
