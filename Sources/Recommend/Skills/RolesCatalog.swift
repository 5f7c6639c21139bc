public import Foundation

/// A role that questions are asked of.
public struct Role: Sendable, Equatable, Codable {
    /// The key that questions carry, such as `backend_engineer`.
    public let role: String
    public let title: String
    public let field: String
    public let aliases: [String]
    /// Keys of roles whose questions fit too.
    public let related: [String]
}

/// The roles that the bank knows, and how titles of job posts map to them.
public struct RolesCatalog: Sendable {
    public let roles: [Role]
    private let byKey: [String: Int]
    /// The words of each title and alias.
    private let forms: [(words: Set<String>, role: Int)]

    /// - Throws: `VocabularyError` that names the line and what is wrong with it.
    public init(contentsOf file: URL) throws {
        try self.init(roles: try JSONLines(contentsOf: file).decode(Role.self), source: file.lastPathComponent)
    }

    public init(roles: [Role], source: String = "roles") throws {
        self.roles = roles
        var byKey: [String: Int] = [:]
        var forms: [(words: Set<String>, role: Int)] = []
        for (index, role) in roles.enumerated() {
            if byKey.updateValue(index, forKey: role.role) != nil {
                throw VocabularyError(source: source, line: index + 1, problem: "role '\(role.role)' stands twice")
            }
            for name in [role.title, role.role.replacing("_", with: " ")] + role.aliases {
                forms.append((Set(SkillsVocabulary.key(name).split(separator: " ").map(String.init)), index))
            }
        }
        for (index, role) in roles.enumerated() {
            for other in role.related where byKey[other] == nil {
                throw VocabularyError(
                    source: source, line: index + 1, problem: "related role '\(other)' is not in the file")
            }
        }
        self.byKey = byKey
        self.forms = forms
    }

    /// How well the questions of each role fit a title, 0..1 by role key: 1 for the role that the title names, 0.6 for
    /// its related roles, 0.3 for others of its field. Empty for a title that names no known role.
    public func fit(ofTitle title: String) -> [String: Double] {
        var fit: [String: Double] = [:]
        for role in named(in: title) {
            func raise(_ key: String, _ value: Double) { fit[key] = max(fit[key] ?? 0, value) }
            raise(role.role, 1)
            for other in role.related { raise(other, 0.6) }
            for other in roles where other.field == role.field { raise(other.role, 0.3) }
        }
        return fit
    }

    /// The roles that a title names: those with most of their words in it, the fullest match first.
    public func named(in title: String) -> [Role] {
        if let index = byKey[title.lowercased()] { return [roles[index]] }
        let words = Set(SkillsVocabulary.key(title).split(separator: " ").map(String.init))
        var best: [Int: Int] = [:]
        for form in forms where form.words.isSubset(of: words) {
            best[form.role] = max(best[form.role] ?? 0, form.words.count)
        }
        guard let longest = best.values.max() else { return [] }
        return best.filter { $0.value == longest }.keys.sorted().map { roles[$0] }
    }

    func field(of role: String) -> String? { byKey[role].map { roles[$0].field } }
}
