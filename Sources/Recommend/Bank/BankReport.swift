public import Foundation

/// What a bank of questions has much and little of.
public struct BankReport: Sendable, Encodable {
    /// A question as the report reads it.
    public struct Question: Sendable {
        public let id: UUID
        public let text: String
        public let category: String
        public let level: String
        public let roles: [String]
        public let skills: [String]

        public init(id: UUID, text: String, category: String, level: String, roles: [String], skills: [String]) {
            self.id = id
            self.text = text
            self.category = category
            self.level = level
            self.roles = roles
            self.skills = skills
        }
    }

    public struct RoleLine: Sendable, Encodable, Equatable {
        public let role: String
        public let field: String
        public let total: Int
        public let byLevel: [String: Int]
        public let byCategory: [String: Int]
        /// Levels and categories with fewer than `thinBelow` questions.
        public let thin: [String]
    }

    public struct SkillLine: Sendable, Encodable, Equatable {
        public let skill: String
        public let count: Int
    }

    public struct Pair: Sendable, Encodable, Equatable {
        public let ids: [UUID]
        public let texts: [String]
        public let similarity: Double
        /// `words` or `meaning`.
        public let evidence: String
    }

    /// A role has too few questions of a level or category below this.
    public static let thinBelow = 3
    static let levels = ["easy", "medium", "hard"]
    static let categories = ["technical", "behavioral", "situational"]

    public let total: Int
    public let byCategory: [String: Int]
    public let byLevel: [String: Int]
    /// In the order of the roles' file.
    public let roles: [RoleLine]
    /// Skills with questions, most first.
    public let skills: [SkillLine]
    /// Skills of the vocabulary that no question is tagged with.
    public let skillsWithout: [String]
    public let untagged: Int
    /// The likest first.
    public let nearDuplicates: [Pair]

    /// - Parameter meaning: pairs that are near by their vectors, if those were compared.
    public init(
        _ questions: [Question], vocabulary: SkillsVocabulary, roles catalog: RolesCatalog,
        meaning: [(UUID, NearDuplicates.Twin)] = []
    ) {
        total = questions.count
        byCategory = Self.counts(questions.map(\.category))
        byLevel = Self.counts(questions.map(\.level))
        var byRole: [String: [Question]] = [:]
        for question in questions { for role in question.roles { byRole[role, default: []].append(question) } }
        roles = catalog.roles.map { Self.line($0, byRole[$0.role] ?? []) }
        let counts = Self.counts(questions.flatMap(\.skills))
        skills = counts.map { SkillLine(skill: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.skill) < ($0.count, $1.skill) }
        skillsWithout = vocabulary.skills.map(\.skill).filter { counts[$0] == nil }.sorted()
        untagged = questions.count { $0.skills.isEmpty }
        nearDuplicates = Self.pairs(questions, meaning)
    }

    private static func counts(_ names: [String]) -> [String: Int] {
        names.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    private static func line(_ role: Role, _ questions: [Question]) -> RoleLine {
        let byLevel = counts(questions.map(\.level))
        let byCategory = counts(questions.map(\.category))
        let thin =
            levels.filter { byLevel[$0, default: 0] < thinBelow }
            + categories.filter { byCategory[$0, default: 0] < thinBelow }
        return RoleLine(
            role: role.role, field: role.field, total: questions.count, byLevel: byLevel, byCategory: byCategory,
            thin: thin)
    }

    private static func pairs(_ questions: [Question], _ meaning: [(UUID, NearDuplicates.Twin)]) -> [Pair] {
        var index = NearDuplicates()
        var texts: [UUID: String] = [:]
        var found: [[UUID]: NearDuplicates.Twin] = [:]
        func note(_ id: UUID, _ twin: NearDuplicates.Twin) {
            let key = [id, twin.id].sorted()
            if found[key].map({ $0.similarity < twin.similarity }) ?? true { found[key] = twin }
        }
        for question in questions {
            for twin in index.twins(of: question.text) { note(question.id, twin) }
            index.add(question.id, question.text)
            texts[question.id] = question.text
        }
        for (id, twin) in meaning where id != twin.id { note(id, twin) }
        return found.map { key, twin in
            Pair(
                ids: key, texts: key.map { texts[$0] ?? "" }, similarity: twin.similarity,
                evidence: twin.evidence.rawValue)
        }.sorted { ($1.similarity, $0.ids[0]) < ($0.similarity, $1.ids[0]) }
    }
}
