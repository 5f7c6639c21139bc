public import Foundation

/// The skills that posts and questions are matched by, with every spelling indexed.
public struct SkillsVocabulary: Sendable {
    /// A spelling of a skill, as words.
    struct Form: Sendable {
        let words: [String]
        let skill: Int
        /// Whether this spelling is an everyday word, so that it needs evidence.
        let isAmbiguous: Bool
    }

    public let skills: [Skill]
    /// The spellings that begin with a word, longest first.
    private let formsByFirstWord: [String: [Form]]
    private let indexByKey: [String: Int]
    /// The names as they are written, for the common case that needs no comparison by words.
    private let indexByName: [String: Int]
    /// For each skill the context words in compared form.
    let contexts: [Set<String>]
    /// For each skill how near others are: 1 itself, less for its children, parents and related skills.
    private let nearness: [[Int: Double]]

    /// - Throws: `VocabularyError` that names the line and what is wrong with it.
    public init(contentsOf file: URL) throws {
        let lines = try JSONLines(contentsOf: file)
        try self.init(skills: try lines.decode(Skill.self), source: file.lastPathComponent)
    }

    /// - Throws: `VocabularyError` for a name or alias that stands twice and for parents or related skills that are not
    ///   in the vocabulary.
    public init(skills: [Skill], source: String = "vocabulary") throws {
        self.skills = skills
        var indexByKey: [String: Int] = [:]
        for (index, skill) in skills.enumerated() {
            for name in [skill.skill] + skill.aliases {
                let key = Self.key(name)
                guard !key.isEmpty else {
                    throw VocabularyError(source: source, line: index + 1, problem: "'\(name)' has no word")
                }
                if let other = indexByKey[key], other != index {
                    let problem = "'\(name)' stands for '\(skills[other].skill)' already"
                    throw VocabularyError(source: source, line: index + 1, problem: problem)
                }
                indexByKey[key] = index
            }
            if skill.ambiguous && skill.context.isEmpty {
                throw VocabularyError(
                    source: source, line: index + 1, problem: "an ambiguous skill needs context words")
            }
        }
        self.indexByKey = indexByKey
        var indexByName: [String: Int] = [:]
        for (index, skill) in skills.enumerated() {
            for name in [skill.skill, skill.skill.lowercased()] + skill.aliases { indexByName[name] = index }
        }
        self.indexByName = indexByName
        var forms: [String: [Form]] = [:]
        for (key, index) in indexByKey {
            let words = key.split(separator: " ").map(String.init)
            let skill = skills[index]
            let isAmbiguous = skill.ambiguous && (key == Self.key(skill.skill) || words.count == 1 && key.count <= 5)
            forms[words[0], default: []].append(Form(words: words, skill: index, isAmbiguous: isAmbiguous))
        }
        formsByFirstWord = forms.mapValues { forms in
            forms.sorted { ($0.words.count, $1.skill) > ($1.words.count, $0.skill) }
        }
        contexts = skills.map { skill in Set(skill.context.map(Self.key)) }
        nearness = try Self.nearness(skills, indexByKey, source)
    }

    /// The skill with this name or alias, whatever its case and punctuation.
    public func find(_ name: String) -> Skill? { index(of: name).map { skills[$0] } }

    func index(of name: String) -> Int? { indexByName[name] ?? indexByKey[Self.key(name)] }

    /// Whether a word as written is a name or alias.
    func isKnownWord(_ word: String) -> Bool { indexByKey[Self.key(word)] != nil }

    func forms(beginningWith word: String) -> [Form] { formsByFirstWord[word] ?? [] }

    /// How well a question on `other` serves a need for `skill`: 1 for the same, 0.6 for a child (who asks for SQL is
    /// served by PostgreSQL) or 0.4 where the skill is a whole domain, 0.45 for a related one, 0.35 for a parent, 0 for
    /// any other.
    func nearness(of other: Int, to skill: Int) -> Double { other == skill ? 1 : nearness[skill][other] ?? 0 }

    /// The skills that are near enough to `skill` to serve it, with how near they are; itself first.
    func near(_ skill: Int) -> [(skill: Int, nearness: Double)] {
        [(skill, 1)] + nearness[skill].map { ($0.key, $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    /// The form in which names are compared: words apart by one space.
    static func key(_ name: String) -> String {
        let text = ScannedText(name)
        return text.words(in: 0..<text.scalars.count).map(\.text).joined(separator: " ")
    }

    private static func nearness(
        _ skills: [Skill], _ indexByKey: [String: Int], _ source: String
    ) throws -> [[Int: Double]] {
        var nearness = Array(repeating: [Int: Double](), count: skills.count)
        func raise(_ skill: Int, _ other: Int, _ value: Double) {
            if skill != other { nearness[skill][other] = max(nearness[skill][other] ?? 0, value) }
        }
        for (index, skill) in skills.enumerated() {
            for name in skill.parents + skill.related where indexByKey[key(name)] == nil {
                let problem = "'\(name)' is not in the vocabulary"
                throw VocabularyError(source: source, line: index + 1, problem: problem)
            }
            for parent in skill.parents.compactMap({ indexByKey[key($0)] }) {
                // A domain has so many children that one of them says little of it.
                raise(parent, index, skills[parent].kind == .domain ? 0.4 : 0.6)
                raise(index, parent, 0.35)
            }
            for other in skill.related.compactMap({ indexByKey[key($0)] }) {
                raise(index, other, 0.45)
                raise(other, index, 0.45)
            }
        }
        return nearness
    }
}

/// What is wrong with a vocabulary file.
public struct VocabularyError: Error, CustomStringConvertible {
    public let source: String
    /// From 1.
    public let line: Int
    public let problem: String

    public var description: String { "\(source), line \(line): \(problem)" }
}
