public import Storage

/// The yearly partitions of the answers. Without one of its year an answer goes into the default partition, so that storing
/// never fails; it moves when the year's is made.
public struct AnswerPartitions: Sendable {
    public static let yearsAhead = 2

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Makes the partitions of this year and the next `yearsAhead`. Safe to repeat, and on several instances at once.
    /// - Returns: how many were made.
    @discardableResult
    public func make() async throws -> Int {
        let rows = try await database.query("SELECT make_answer_partitions(\(Int32(Self.yearsAhead))) AS made")
        return Int(try rows.first?.decode("made", as: Int32.self) ?? 0)
    }

    /// Rows in the default partition: more than none means that the maintenance does not run.
    public func strayCount() async throws -> Int {
        let rows = try await database.withTransaction(for: .everybody, readOnly: true) {
            try await $0.query("SELECT count(*) AS rows FROM answers_default")
        }
        return Int(try rows.first?.decode("rows", as: Int64.self) ?? 0)
    }
}
