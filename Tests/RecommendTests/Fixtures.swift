import Foundation

@testable import Recommend

/// A small vocabulary and bank for tests that must not change with the shipped data.
enum Fixtures {
    static let vocabulary: SkillsVocabulary = {
        let skills = [
            Skill(
                skill: "Python", kind: .language, aliases: ["py"], parents: ["Programming"], related: ["Django"],
                ambiguous: false, context: []),
            Skill(
                skill: "Go", kind: .language, aliases: ["golang"], parents: ["Programming"], related: [],
                ambiguous: true,
                context: ["golang", "programming", "microservices", "developer", "language"]),
            Skill(
                skill: "R", kind: .language, aliases: ["r language"], parents: [], related: [], ambiguous: true,
                context: ["statistics", "programming", "python"]),
            Skill(
                skill: "Programming", kind: .domain, aliases: ["coding"], parents: [], related: [], ambiguous: false,
                context: []),
            Skill(
                skill: "Django", kind: .framework, aliases: [], parents: ["Python"], related: [], ambiguous: false,
                context: []),
            Skill(
                skill: "SQL", kind: .language, aliases: ["structured query language"], parents: [], related: [],
                ambiguous: false, context: []),
            Skill(
                skill: "PostgreSQL", kind: .technology, aliases: ["postgres"], parents: ["SQL"], related: [],
                ambiguous: false, context: []),
            Skill(
                skill: "CI/CD", kind: .method, aliases: ["continuous integration"], parents: [], related: [],
                ambiguous: false, context: []),
            Skill(
                skill: "C++", kind: .language, aliases: ["cpp"], parents: [], related: [], ambiguous: false, context: []
            ),
            Skill(
                skill: "Node.js", kind: .technology, aliases: ["nodejs"], parents: [], related: [], ambiguous: false,
                context: []),
            Skill(
                skill: ".NET", kind: .framework, aliases: ["dotnet"], parents: [], related: [], ambiguous: false,
                context: []),
            Skill(
                skill: "AWS", kind: .technology, aliases: ["amazon web services"], parents: [], related: [],
                ambiguous: false, context: []),
            Skill(
                skill: "Budgeting", kind: .duty, aliases: ["budget"], parents: [], related: [], ambiguous: false,
                context: []),
            Skill(
                skill: "Communication", kind: .soft, aliases: ["communication skills"], parents: [], related: [],
                ambiguous: false, context: []),
            Skill(
                skill: "PHP", kind: .language, aliases: [], parents: [], related: [], ambiguous: false, context: []),
        ]
        do {
            return try SkillsVocabulary(skills: skills)
        } catch {
            preconditionFailure("the fixture is valid: \(error)")
        }
    }()

    static func index(_ skill: String) -> Int { vocabulary.index(of: skill)! }

    static func sentences(of post: String) -> [String] {
        let text = ScannedText(post)
        let vocabulary = vocabulary
        return SentenceSplitter { vocabulary.isKnownWord($0) }.ranges(in: text).map(text.string)
    }

    static func mentions(in sentence: String) -> [String] {
        let text = ScannedText(sentence)
        return SkillFinder(vocabulary: vocabulary).mentions(in: text.words(in: 0..<text.scalars.count))
            .map { vocabulary.skills[$0.skill].skill + ($0.isNegated ? " (negated)" : "") }
    }
}
