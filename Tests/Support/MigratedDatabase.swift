import Migrations
public import Storage

/// A database of its own with the shipped schema, for the time of `body`.
public func withMigratedDatabase<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
    try await withDatabase { database in
        let migrator = try Migrator(
            database: database, migrations: Migration.shipped, logger: TestDatabase.silentLogger)
        try await migrator.up()
        return try await body(database)
    }
}
