/// Every metric the service exports: its name, type, help text and, for a histogram, its bucket bounds.
///
/// A metric that is recorded under a name that does not stand here is exported without help text; the tests refuse that.
enum MetricFamilies {
    enum Kind: String { case counter, gauge, histogram }

    struct Family: Sendable {
        let name: String
        let kind: Kind
        let help: String
        var buckets: [Double] = []
    }

    static let latencyBuckets = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    static let all: [Family] = [
        Family(
            name: "http_requests_total", kind: .counter,
            help: "Requests answered, by method, route template and status."),
        Family(
            name: "http_request_duration_seconds", kind: .histogram,
            help: "Time from a request's head to its answer, by method and route template.", buckets: latencyBuckets),
        Family(name: "requests_total", kind: .counter, help: "Requests answered."),
        Family(
            name: "request_latency_seconds", kind: .histogram, help: "Time from a request's head to its answer.",
            buckets: latencyBuckets),
        Family(
            name: "vector_search_duration_seconds", kind: .histogram,
            help: "Time of a search in the vector engine, by collection and operation.",
            buckets: [0.00001, 0.00005] + [0.0001] + latencyBuckets),
        Family(
            name: "embedding_generation_duration_seconds", kind: .histogram,
            help: "Time to compute the embeddings of one call, by model.", buckets: latencyBuckets),
        Family(
            name: "embedding_generation_errors_total", kind: .counter,
            help: "Calls for embeddings that failed, by model and reason."),
        Family(
            name: "embedding_queue_depth", kind: .gauge,
            help: "Texts that wait to be embedded, by collection, model and state: waiting or parked."),
        Family(
            name: "read_your_writes_total", kind: .counter,
            help: "Requests that asked for a position, by collection and result: at_once, waited or timed_out."),
        Family(
            name: "vector_index_divergence", kind: .gauge,
            help:
                "Items that differed between PostgreSQL and this instance's index when they were last compared, by collection."
        ),
        Family(
            name: "database_replica_lag_seconds", kind: .gauge,
            help: "How far the streaming replica is behind at most, while it answers."),
        Family(
            name: "database_replica_reads_total", kind: .counter,
            help: "Reads that may be a little behind, by result: replica, or why the primary answered."),
        Family(name: "leader", kind: .gauge, help: "1 on the instance that does the jobs that one does for all."),
        Family(
            name: "recommendation_feedback_total", kind: .counter,
            help: "Reactions to recommended items, by kind; repeated ones are not counted."),
        Family(
            name: "questions_unhealthy", kind: .gauge,
            help: "Questions that weigh less because answers or reactions speak against them."),
        Family(
            name: "leader_jobs_total", kind: .counter,
            help: "Times that a job of the leader came to its end, by job and result: done or failed."),
        Family(
            name: "vector_snapshot_position", kind: .gauge,
            help: "The position up to which the last snapshot holds every change, by collection."),
        Family(
            name: "vector_snapshot_failures_total", kind: .counter, help: "Snapshots that failed, by collection."),
        Family(
            name: "vector_scratch_refused_total", kind: .counter,
            help: "Segments made in memory because the disk had no room for their vectors, by collection."),
        Family(
            name: "erasure_purges_total", kind: .counter,
            help: "How often what was erased was cleaned out of the index and its files."),
        Family(
            name: "embedding_provider_requests_total", kind: .counter,
            help: "Requests to the provider of embeddings, by model and status, timeout or connection."),
        Family(
            name: "embedding_provider_request_duration_seconds", kind: .histogram,
            help: "Time from a request to the provider to the last byte of its answer, by model.",
            buckets: latencyBuckets),
        Family(
            name: "embedding_provider_retries_total", kind: .counter,
            help: "Requests to the provider that were sent again, by model and reason."),
        Family(
            name: "embedding_provider_tokens_total", kind: .counter,
            help: "Tokens that the provider counted, by model."),
        Family(
            name: "embedding_breaker_state", kind: .gauge,
            help: "Circuit breaker of the embedder, by model: 0 closed, 1 half-open, 2 open."),
        Family(
            name: "embedding_breaker_opened_total", kind: .counter,
            help: "Times that the embedder's circuit breaker opened, by model."),
        Family(
            name: "embedding_breaker_refusals_total", kind: .counter,
            help: "Calls that the embedder's open circuit breaker refused, by model."),
        Family(name: "cache_requests_total", kind: .counter, help: "Look-ups in a cache, by cache."),
        Family(name: "cache_hits_total", kind: .counter, help: "Look-ups that a cache answered, by cache."),
        Family(name: "auth_attempts_total", kind: .counter, help: "Sign-ins tried, by result."),
        Family(
            name: "vector_db_ready", kind: .gauge, help: "1 when every collection has caught up with the change log."),
        Family(name: "vector_db_total_vectors", kind: .gauge, help: "Vectors that can be found, by collection."),
        Family(
            name: "vector_index_lag_changes", kind: .gauge,
            help: "Changes that are committed and not applied yet, by collection."),
        Family(
            name: "vector_generation_served", kind: .gauge,
            help: "1 where this instance answers with the model, 0 where it is kept beside it, by collection and model."
        ),
        Family(
            name: "vector_generation_ready", kind: .gauge,
            help: "1 where the model's index has caught up with the change log, by collection and model."),
        Family(
            name: "vector_recall_estimate", kind: .gauge,
            help:
                "Share of the true best that searches find, by collection and number of hits asked for; from a sample."),
        Family(
            name: "vector_recall_estimate_lower", kind: .gauge, help: "Its lower bound, with 95 % confidence."),
        Family(
            name: "vector_recall_estimate_upper", kind: .gauge, help: "Its upper bound, with 95 % confidence."),
        Family(
            name: "vector_recall_audits_total", kind: .counter, help: "Searches run again exactly, by collection and k."
        ),
        Family(
            name: "vector_recall_audits_dropped_total", kind: .counter,
            help: "Sampled searches that were not run again, by collection and k."),
        Family(
            name: "vector_memory_bytes", kind: .gauge, help: "Memory that counts for the limit of the vector engine."),
        Family(
            name: "vector_memory_reserved_bytes", kind: .gauge, help: "Memory reserved for rewrites under way."),
        Family(name: "vector_memory_limit_bytes", kind: .gauge, help: "The limit of the vector engine's memory."),
        Family(name: "vector_tombstone_ratio", kind: .gauge, help: "Share of deleted slots, by collection."),
        Family(name: "database_connections_active", kind: .gauge, help: "Database connections in use."),
        Family(name: "database_connections_idle", kind: .gauge, help: "Database connections open and free."),
        Family(
            name: "database_pool_wait_seconds", kind: .histogram,
            help: "Time a caller waited for a database connection.",
            buckets: latencyBuckets),
        Family(
            name: "database_query_duration_seconds", kind: .histogram,
            help: "Time of a database statement, by its first keyword.", buckets: latencyBuckets),
        Family(name: "queue_depth", kind: .gauge, help: "Jobs that wait for a worker, by queue."),
        Family(
            name: "backup_last_success_timestamp_seconds", kind: .gauge,
            help: "When the last backup succeeded, in Unix time; 0 for never."),
        Family(name: "backup_last_duration_seconds", kind: .gauge, help: "How long the last successful backup took."),
        Family(name: "backup_last_size_bytes", kind: .gauge, help: "Size of the last successful backup."),
        Family(
            name: "restore_last_success_timestamp_seconds", kind: .gauge,
            help: "When a backup was last restored and verified, in Unix time; 0 for never."),
        Family(
            name: "restore_last_duration_seconds", kind: .gauge,
            help: "How long the last successful restore took, verification included."),
        Family(
            name: "figures_drift", kind: .gauge,
            help: "Rows whose figures differed from a recount of the answers when they were last compared, by figures."),
        Family(
            name: "answers_default_partition_rows", kind: .gauge,
            help: "Answers that lie in the default partition, because that of their year was not made."),
        Family(
            name: "learner_answers_total", kind: .counter,
            help: "Scored answers that came, by result: learned or not_learned."),
        Family(
            name: "learner_reviews_total", kind: .counter,
            help: "People whose state was made anew because an answer was changed or deleted."),
        Family(
            name: "learner_step_duration_seconds", kind: .histogram,
            help: "Time that learning took in an answer's transaction, from the lock of the log's head on.",
            buckets: latencyBuckets),
        Family(
            name: "learner_log_position", kind: .gauge, help: "The last step of the learner's log that was taken."),
        Family(name: "process_cpu_seconds_total", kind: .counter, help: "User and system time of this process."),
        Family(name: "process_resident_memory_bytes", kind: .gauge, help: "Resident memory of this process."),
    ]

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
