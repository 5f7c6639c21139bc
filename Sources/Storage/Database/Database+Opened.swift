public import Logging

extension Database {
    /// Opens a database for one piece of work and closes it behind it, whatever came of it.
    public static nonisolated(nonsending) func opened<Value>(
        _ configuration: DatabaseConfiguration, logger: Logger,
        _ body: nonisolated(nonsending) (Database) async throws -> Value
    ) async throws -> Value {
        let database = Database(configuration: configuration, logger: logger)
        do {
            let value = try await body(database)
            await database.shutdown()
            return value
        } catch {
            await database.shutdown()
            throw error
        }
    }
}
