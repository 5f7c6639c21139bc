/// A skill of the vocabulary: something a post can ask for and a question can test.
public struct Skill: Sendable, Equatable, Codable {
    public enum Kind: String, Sendable, CaseIterable, Codable {
        case language, framework, technology, tool, method, domain, soft, certification, duty

        /// How much a need of this kind tells of what an interview should test, 0..1.
        var weight: Double {
            switch self {
            case .language, .framework, .technology, .tool: 1
            case .method, .duty: 0.9
            // "Web Development" says less of what to ask than the tools it is done with.
            case .domain, .certification: 0.6
            case .soft: 0.5
            }
        }

        /// Proper names are compared letter for letter; common nouns also in the other number ("budget", "budgets").
        var isProperName: Bool {
            switch self {
            case .language, .framework, .technology, .tool, .certification: true
            case .method, .domain, .soft, .duty: false
            }
        }
    }

    /// The name as a post would commonly write it; unique without case.
    public let skill: String
    public let kind: Kind
    /// Other spellings, lower case.
    public let aliases: [String]
    /// Broader skills.
    public let parents: [String]
    /// Skills an interviewer would accept as near.
    public let related: [String]
    /// Whether the name is also an everyday word.
    public let ambiguous: Bool
    /// Words that tell, in the same sentence, that an ambiguous name means the skill.
    public let context: [String]
    /// Terms that a question on the skill uses without naming it, such as "closure" for JavaScript; a term may tell of
    /// several skills. They say nothing in a post. Nil where none are known.
    public internal(set) var concepts: [String]?
}
