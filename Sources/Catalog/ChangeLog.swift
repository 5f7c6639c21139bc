public import Foundation
public import Storage

/// The log that the vector engine follows: which items changed, in commit order, per collection.
///
/// Numbers come from the collection's row in `collections`, which a writer locks as the last step of its transaction
/// and holds to commit. Writers of one collection therefore commit in the order of their numbers: whoever reads number
/// n has every number below it, and a rolled back transaction leaves no gap. The price is that commits of one
/// collection wait for each other; `append` is the last statement so that they wait for a commit only, not for work.
public struct ChangeLog: Sendable {
    /// The channel on which a commit announces the name of the collection that it changed.
    public static let channel = "greenroom_changes"

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Appends a change per item and announces it. Call it once per collection, as the transaction's last statement;
    /// with several collections in one transaction in the order of their names.
    /// - Parameter model: the one whose vectors alone changed; nil where items changed in every model.
    /// - Returns: the position of the last change: whoever has applied it has applied this transaction.
    @discardableResult
    public static func append(
        _ items: [UUID], to collection: CollectionName, model: Int? = nil, in transaction: Transaction
    ) async throws -> Int64 {
        precondition(!items.isEmpty)
        let rows = try await transaction.query(
            """
            WITH head AS (
                UPDATE collections SET head_position = head_position + \(Int64(items.count))
                WHERE name = \(collection.rawValue) RETURNING head_position
            ), logged AS (
                INSERT INTO changes (collection, position, item_id, model_id)
                SELECT \(collection.rawValue), head.head_position - \(Int64(items.count)) + item.number, item.id,
                    \(optional: model.map(Int32.init))
                FROM head, unnest(\(items)) WITH ORDINALITY AS item (id, number)
            )
            SELECT head_position, pg_notify(\(channel), \(collection.rawValue)) IS NULL FROM head
            """)
        guard let row = rows.first else { preconditionFailure("collection \(collection) has no row") }
        return try row.decode("head_position", as: Int64.self)
    }

    /// The position of the latest committed change; 0 before the first.
    public func head(of collection: CollectionName) async throws -> Int64 {
        let rows = try await database.query(
            "SELECT head_position FROM collections WHERE name = \(collection.rawValue)")
        guard let row = rows.first else { preconditionFailure("collection \(collection) has no row") }
        return try row.decode("head_position", as: Int64.self)
    }

    /// The same as a transaction sees it.
    public func head(of collection: CollectionName, in transaction: Transaction) async throws -> Int64 {
        let rows = try await transaction.query(
            "SELECT head_position FROM collections WHERE name = \(collection.rawValue)")
        guard let row = rows.first else { preconditionFailure("collection \(collection) has no row") }
        return try row.decode("head_position", as: Int64.self)
    }

    /// Those of some items that changed after `position`.
    public func changed(
        _ items: [UUID], in collection: CollectionName, after position: Int64
    ) async throws -> Set<UUID> {
        let rows = try await database.query(
            """
            SELECT DISTINCT item_id FROM changes
            WHERE collection = \(collection.rawValue) AND position > \(position) AND item_id = ANY(\(items))
            """)
        return Set(try rows.map { try $0.decode("item_id", as: UUID.self) })
    }

    /// Has every instance read some items anew.
    /// - Returns: the position of the change.
    @discardableResult
    public func announce(_ items: [UUID], in collection: CollectionName) async throws -> Int64 {
        try await database.withTransaction { try await Self.append(items, to: collection, in: $0) }
    }

    /// A piece of the log, and what it has to be read by: all of it as of one moment.
    public struct Page: Sendable {
        /// Positions of another database mean nothing beside these.
        public let database: DatabaseIdentity
        public let headPosition: Int64
        /// Changes up to this one are no longer in the log.
        public let prunedPosition: Int64
        /// Oldest first, each with the model that alone it concerns.
        public let entries: [(position: Int64, item: UUID, model: Int?)]
    }

    /// The changes after `position`, oldest first, at most `limit`.
    public func page(of collection: CollectionName, after position: Int64, limit: Int) async throws -> Page {
        let rows = try await database.query(
            """
            SELECT identity.id AS database_id, c.head_position, c.pruned_position, entry.position, entry.item_id,
                entry.model_id
            FROM database_identity identity JOIN collections c ON c.name = \(collection.rawValue)
            LEFT JOIN LATERAL (
                SELECT position, item_id, model_id FROM changes
                WHERE collection = \(collection.rawValue) AND position > \(position) ORDER BY position LIMIT \(Int64(limit))
            ) entry ON true
            ORDER BY entry.position
            """)
        guard let first = rows.first else { preconditionFailure("collection \(collection) has no row") }
        return Page(
            database: DatabaseIdentity(id: try first.decode("database_id", as: UUID.self)),
            headPosition: try first.decode("head_position", as: Int64.self),
            prunedPosition: try first.decode("pruned_position", as: Int64.self),
            entries: try rows.compactMap { row in
                guard let position = try row.decode("position", as: Int64?.self) else { return nil }
                return (
                    position, try row.decode("item_id", as: UUID.self),
                    try row.decode("model_id", as: Int32?.self).map(Int.init)
                )
            })
    }

    /// Cuts changes off the log's beginning that are older than `seconds`, at most `limit` of them. A follower that has
    /// not applied them is told by `Page.prunedPosition`.
    /// - Returns: how many were cut off.
    public func prune(_ collection: CollectionName, olderThan seconds: Double, limit: Int) async throws -> Int {
        try await database.withTransaction { transaction in
            // Positions are in the order of commits, times are those of the transactions' beginnings: what is cut ends
            // before the first young change, whatever comes behind it.
            let rows = try await transaction.query(
                """
                WITH oldest AS (
                    SELECT position, logged_at < now() - make_interval(secs => \(seconds)) AS is_old FROM changes
                    WHERE collection = \(collection.rawValue) ORDER BY position LIMIT \(Int64(limit))
                ), cut AS (
                    SELECT coalesce(min(position) FILTER (WHERE NOT is_old) - 1, max(position)) AS position FROM oldest
                ), removed AS (
                    DELETE FROM changes USING cut
                    WHERE collection = \(collection.rawValue) AND changes.position <= cut.position
                    RETURNING changes.position
                )
                SELECT count(*) AS count, max(position) AS position FROM removed
                """)
            guard let row = rows.first, let last = try row.decode("position", as: Int64?.self) else { return 0 }
            try await transaction.query(
                """
                UPDATE collections SET pruned_position = greatest(pruned_position, \(last))
                WHERE name = \(collection.rawValue)
                """)
            return Int(try row.decode("count", as: Int64.self))
        }
    }
}
