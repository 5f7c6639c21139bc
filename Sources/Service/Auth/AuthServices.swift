import Catalog
import Storage
import Workers

/// What signing in needs, put together.
struct AuthServices {
    let controller: AuthController
    let dataRights: DataRightsController
    let middleware: Authentication

    init(
        _ configuration: ServiceConfiguration.Auth, database: Database, hashers: WorkerPool, sessions: SessionStore,
        answers: AnswerStore
    ) async throws {
        let tokens = RefreshTokenStore(database: database)
        let signIns = SignInRegistry(tokens: tokens)
        let issuer = await TokenIssuer(
            secret: configuration.secret, accessMinutes: configuration.accessTokenMinutes,
            refreshDays: configuration.refreshTokenDays)
        let rules = PasswordRules(
            lengthMin: configuration.passwordLengthMin, needsMixedCharacters: configuration.passwordNeedsMixedCharacters
        )
        let users = UserStore(database: database)
        let hasher = try PasswordHasher(workers: hashers)
        let passwords = PasswordCheck(
            users: users, hasher: hasher, attemptsMax: configuration.loginAttemptsMax,
            lockoutMinutes: configuration.lockoutMinutes)
        controller = AuthController(
            users: users, tokens: tokens, signIns: signIns, issuer: issuer, hasher: hasher, rules: rules,
            passwords: passwords, sessions: sessions)
        dataRights = DataRightsController(
            users: users, export: PersonExport(database: database),
            erasure: PersonErasure(database: database, answers: answers), passwords: passwords, signIns: signIns)
        middleware = Authentication(issuer: issuer, signIns: signIns)
    }
}
