public import Foundation
public import Storage

/// Which instances of the service live. Each writes its row every few seconds; one that was killed is known by its silence.
public struct InstanceStore: Sendable {
    /// An instance as it last showed itself.
    public struct Instance: Sendable, Equatable {
        public let id: UUID
        public let version: String
        /// The machine's name, and the port where it listens.
        public let host: String
        public let startedAt: Date
        public let seenAt: Date
    }

    /// An instance that was not seen for this long is taken for dead.
    public static let silenceSecondsMax = 20.0
    /// Rows of dead instances are kept for a day, to be looked at.
    private static let keptHours = 24.0

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Shows that an instance lives.
    public func show(_ id: UUID, version: String, host: String) async throws {
        try await database.query(
            """
            INSERT INTO instances (id, version, host) VALUES (\(id), \(version), \(host))
            ON CONFLICT (id) DO UPDATE SET seen_at = now()
            """)
    }

    /// An instance ends in order.
    public func remove(_ id: UUID) async throws {
        try await database.query("DELETE FROM instances WHERE id = \(id)")
    }

    /// Forgets instances that have been silent for a day.
    /// - Returns: how many.
    public func removeDead() async throws -> Int {
        try await database.query(
            "DELETE FROM instances WHERE seen_at < now() - make_interval(hours => \(Int32(Self.keptHours)))"
        ).affected
    }

    /// Those that live, in the order of their start.
    public func live() async throws -> [Instance] {
        let rows = try await database.query(
            """
            SELECT id, version, host, started_at, seen_at FROM instances
            WHERE seen_at >= now() - make_interval(secs => \(Self.silenceSecondsMax)) ORDER BY started_at, id
            """)
        return try rows.map { row in
            Instance(
                id: try row.decode("id", as: UUID.self), version: try row.decode("version", as: String.self),
                host: try row.decode("host", as: String.self),
                startedAt: try row.decode("started_at", as: Date.self),
                seenAt: try row.decode("seen_at", as: Date.self))
        }
    }
}
