import Hummingbird

/// Every route of the service.
struct Routes: Sendable {
    let health: HealthController
    let metrics: MetricsEndpoint
    let auth: AuthController
    let dataRights: DataRightsController
    let questions: QuestionController
    let bank: BankController
    let questionSets: QuestionSetController
    let vector: VectorController
    let search: SearchController
    let jobs: JobDescriptionController
    let patterns: UserPatternController
    let recommendations: RecommendationController
    let coach: CoachController
    let embeddings: EmbeddingController
    let sessions: SessionController
    let answers: AnswerController
    let admin: AdminController
    let authentication: Authentication
    let readYourWrites: ReadYourWrites

    func router() -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        health.addRoutes(to: router)
        router.get("metrics", use: metrics.show)
        let api = router.group("api/v1").add(middleware: authentication)
        auth.addRoutes(to: api.group("auth"))
        dataRights.addRoutes(to: api.group("data-rights"))
        let bankGroup = api.group("questions")
        questions.addRoutes(to: bankGroup)
        bank.addRoutes(to: bankGroup)
        questionSets.addRoutes(to: api)
        let vectors = api.group("vector").add(middleware: readYourWrites)
        vector.addRoutes(to: vectors)
        search.addRoutes(to: vectors.group("search"))
        jobs.addRoutes(to: vectors.group("job-descriptions"))
        patterns.addRoutes(to: vectors.group("patterns"))
        recommendations.addRoutes(to: vectors.group("recommendations"))
        embeddings.addRoutes(to: vectors.group("embeddings"))
        coach.addRoutes(to: api.group("coach"))
        let interviews = api.group("sessions")
        sessions.addRoutes(to: interviews)
        answers.addRoutes(to: interviews)
        admin.addRoutes(to: api.group("admin"))
        return router
    }
}
