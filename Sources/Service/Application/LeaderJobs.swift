import Catalog
import Metrics
import Storage

extension LeaderJob {
    private static let batchMax = 10_000
    /// Each with its items.
    private static let listsMax = 1_000

    /// What the leader does for all instances.
    static func all(_ database: Database, _ configuration: ServiceConfiguration, learner: LearnerService)
        -> [LeaderJob]
    {
        let logHours = configuration.changeLogHours
        let log = ChangeLog(database: database)
        let tokens = RefreshTokenStore(database: database)
        let instances = InstanceStore(database: database)
        let partitions = AnswerPartitions(database: database)
        let lists = RecommendationStore(database: database)
        let steps = QuestionSteps(database: database)
        let neighbours = NeighbourFinder(store: NeighbourStore(database: database), learner: learner)
        let figures = FigureNews(database: database)
        let verifications = VerificationStore(database: database)
        return [
            LeaderJob(name: "prune_log", everySeconds: 60) {
                var count = 0
                for name in CollectionName.allCases.sorted() {
                    count += try await log.prune(name, olderThan: Double(logHours) * 3_600, limit: batchMax)
                }
                return count
            },
            LeaderJob(name: "remove_expired_tokens", everySeconds: 600) {
                try await tokens.removeExpired(limit: batchMax)
            },
            LeaderJob(name: "make_answer_partitions", everySeconds: 86_400) {
                let made = try await partitions.make()
                Gauge(label: "answers_default_partition_rows").record(try await partitions.strayCount())
                return made
            },
            LeaderJob(name: "remove_dead_instances", everySeconds: 3_600) { try await instances.removeDead() },
            LeaderJob(name: "remove_old_recommendations", everySeconds: 3_600) {
                try await lists.removeOld(days: configuration.recommendationDays, limit: listsMax)
            },
            LeaderJob(name: "count_question_steps", everySeconds: 3_600) {
                try await steps.count()
                // It is done in one piece.
                return 0
            },
            LeaderJob(name: "tell_question_figures", everySeconds: 60) {
                let count = try await figures.tell()
                // Answers go on: what they change meanwhile is told of the next time, not at once.
                return count == FigureNews.limitMax ? count : 0
            },
            LeaderJob(name: "find_neighbours", everySeconds: 60) { try await neighbours.step() },
            LeaderJob(name: "remove_old_verifications", everySeconds: 3_600) { try await verifications.removeOld() },
        ]
    }
}
