import Hummingbird

/// Every route of the service.
struct Routes: Sendable {
    let health: HealthController
    let metrics: MetricsEndpoint
    let auth: AuthController
    let questions: QuestionController
    let vector: VectorController
    let authentication: Authentication

    func router() -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        health.addRoutes(to: router)
        router.get("metrics", use: metrics.show)
        let api = router.group("api/v1").add(middleware: authentication)
        auth.addRoutes(to: api.group("auth"))
        questions.addRoutes(to: api.group("questions"))
        vector.addRoutes(to: api.group("vector"))
        return router
    }
}
