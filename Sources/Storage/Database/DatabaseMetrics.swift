import Metrics

/// The metrics of a database. Made after `MetricsSystem` was bootstrapped, or they go nowhere.
struct DatabaseMetrics: Sendable {
    private let active = Gauge(label: "database_connections_active")
    private let idle = Gauge(label: "database_connections_idle")
    private let wait = Recorder(label: "database_pool_wait_seconds", dimensions: [], aggregate: true)
    private let queries: [String: Recorder]
    private let otherQueries: Recorder

    /// The values of the label `operation`; any other statement is `other`, so that the label stays small.
    private static let operations = [
        "select", "insert", "update", "delete", "with", "copy", "begin", "commit", "rollback", "listen", "create",
        "alter", "drop", "truncate",
    ]

    init() {
        func recorder(_ operation: String) -> Recorder {
            Recorder(label: "database_query_duration_seconds", dimensions: [("operation", operation)], aggregate: true)
        }
        queries = Dictionary(uniqueKeysWithValues: Self.operations.map { ($0, recorder($0)) })
        otherQueries = recorder("other")
    }

    func recordQuery(_ sql: String, took duration: Duration) {
        (queries[Self.operation(of: sql)] ?? otherQueries).record(duration.inSeconds)
    }

    func recordWait(_ duration: Duration) { wait.record(duration.inSeconds) }

    func recordConnections(active: Int, idle: Int) {
        self.active.record(active)
        self.idle.record(idle)
    }

    /// The first keyword in lower case; at most as long as the longest that is known.
    static func operation(of sql: String) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D || byte == 0x28 }
        let word = sql.utf8.drop(while: isSpace).prefix(9).prefix { byte in
            (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        return String(decoding: word.map { $0 | 0x20 }, as: UTF8.self)
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
