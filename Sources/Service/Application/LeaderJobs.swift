import Catalog
import Metrics
import Storage

extension LeaderJob {
    private static let batchMax = 10_000

    /// What the leader does for all instances.
    /// - Parameter logHours: how long changes are kept for followers.
    static func all(_ database: Database, logHours: Int) -> [LeaderJob] {
        let log = ChangeLog(database: database)
        let tokens = RefreshTokenStore(database: database)
        let instances = InstanceStore(database: database)
        let partitions = AnswerPartitions(database: database)
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
            LeaderJob(name: "remove_old_verifications", everySeconds: 3_600) { try await verifications.removeOld() },
        ]
    }
}
