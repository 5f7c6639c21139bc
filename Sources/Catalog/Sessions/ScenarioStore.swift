public import Storage

/// Scenarios in PostgreSQL.
public struct ScenarioStore: Sendable {
    private let database: Database

    public init(database: Database) { self.database = database }

    /// Makes the rows like those given, by id; others stay, because sessions name them.
    /// - Returns: how many were added or changed.
    @discardableResult
    public func put(_ scenarios: [Scenario]) async throws -> Int {
        try await database.withTransaction { transaction in
            // In one order, so that two instances that start at once do not wait for each other in a circle.
            try await transaction.executeMany(
                scenarios.sorted { $0.id < $1.id }.map { scenario in
                    """
                    INSERT INTO scenarios AS s
                        (id, title, description, role, difficulty_level, focus_skills, question_count)
                    VALUES (\(scenario.id), \(scenario.title), \(scenario.description), \(scenario.role),
                        \(scenario.difficulty.rawValue), \(scenario.focusSkills), \(Int32(scenario.questionCount)))
                    ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title, description = EXCLUDED.description,
                        role = EXCLUDED.role, difficulty_level = EXCLUDED.difficulty_level,
                        focus_skills = EXCLUDED.focus_skills, question_count = EXCLUDED.question_count,
                        updated_at = now()
                    WHERE (s.title, s.description, s.role, s.difficulty_level, s.focus_skills, s.question_count)
                        IS DISTINCT FROM (EXCLUDED.title, EXCLUDED.description, EXCLUDED.role,
                            EXCLUDED.difficulty_level, EXCLUDED.focus_skills, EXCLUDED.question_count)
                    """
                })
        }
    }

    /// All of them, by id.
    public func all() async throws -> [Scenario] {
        try await database.query("SELECT \(Scenario.columns) FROM scenarios ORDER BY id").map(Scenario.init(row:))
    }

    public func find(_ id: String) async throws -> Scenario? {
        try await database.query("SELECT \(Scenario.columns) FROM scenarios WHERE id = \(id)").first
            .map(Scenario.init(row:))
    }
}
