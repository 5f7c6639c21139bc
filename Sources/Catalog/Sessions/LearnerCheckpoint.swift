public import Storage

/// The learner's model at a place of its log, as bytes.
public struct LearnerCheckpoint: Sendable, Equatable {
    public let sequence: Int64
    public let coefficients: String
    public let model: [UInt8]

    public init(sequence: Int64, coefficients: String, model: [UInt8]) {
        self.sequence = sequence
        self.coefficients = coefficients
        self.model = model
    }

    /// The newest of these coefficients.
    public static func newest(_ coefficients: String) -> Statement {
        """
        SELECT sequence, coefficients, model FROM learner_checkpoints WHERE coefficients = \(coefficients)
        ORDER BY sequence DESC LIMIT 1
        """
    }

    public init(row: Row) throws {
        sequence = try row.decode("sequence", as: Int64.self)
        coefficients = try row.decode("coefficients", as: String.self)
        model = try row.decode("model", as: [UInt8].self)
    }

    /// Stores the checkpoint and removes those before the newest `count`, and the steps before the oldest that stays.
    public func store(in database: Database, keeping count: Int) async throws {
        try await database.withTransaction { transaction in
            try await insert(in: transaction)
            let kept = try await transaction.query(
                """
                SELECT min(sequence) AS oldest FROM (
                    SELECT sequence FROM learner_checkpoints WHERE coefficients = \(coefficients)
                    ORDER BY sequence DESC LIMIT \(Int64(count))) AS newest
                """)
            guard let oldest = try kept.first?.decode("oldest", as: Int64?.self) else { return }
            try await transaction.query("DELETE FROM learner_checkpoints WHERE sequence < \(oldest)")
            try await transaction.query("DELETE FROM learner_log WHERE sequence <= \(oldest)")
        }
    }

    /// Stores the checkpoint in place of all others and of the log; whoever is behind it reads it.
    public func replaceAll(in transaction: Transaction) async throws {
        try await transaction.query("DELETE FROM learner_checkpoints")
        try await transaction.query("DELETE FROM learner_log")
        try await insert(in: transaction)
    }

    private func insert(in transaction: Transaction) async throws {
        try await transaction.query(
            """
            INSERT INTO learner_checkpoints (sequence, coefficients, model)
            VALUES (\(sequence), \(coefficients), \(model)) ON CONFLICT (coefficients, sequence) DO NOTHING
            """)
    }
}
